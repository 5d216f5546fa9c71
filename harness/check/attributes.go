package check

import (
	"strconv"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// attributesChecks judge what is said about the user.
var attributesChecks = []*Check{
	AttributesStatement, AttributesName, AttributesNameFormat, AttributesDuplicateName, AttributesNil, AttributesValueType, AttributesMarkup,
	AttributesEncrypted, AttributesURINames, AttributesPacked,
	AttributesFullName, AttributesEmail, AttributesRoles, AttributesRoleNames, AttributesNearName, AttributesFullNameSpaces, AttributesTypeSuffix,
	AttributesRequested, AttributesAnnounced,
}

// AttributesStatement wants statements to say something.
var AttributesStatement = &Check{
	ID:       "attributes/statement",
	Title:    "An AttributeStatement has at least one attribute",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.3"},
	Covers:   []string{"ATR-01"},
	Since:    "0.1",
	Text:     `A statement without an Attribute or EncryptedAttribute is invalid by the schema. An assertion without any AttributeStatement is not.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Leave the statement out where there are no attributes."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAssertion(attributeStatement),
}

func attributeStatement(a *saml.Assertion, _ *Expect) (list []Finding) {
	for e := range a.Children() {
		if !e.Is(saml.NSAssertion, "AttributeStatement") {
			continue
		}
		if !e.Child(saml.NSAssertion, "Attribute").Exists() && !e.Child(saml.NSAssertion, "EncryptedAttribute").Exists() {
			list = append(list, found(e.At(), "no attribute", "at least one"))
		}
	}
	return list
}

// onAttribute hands a check each attribute in turn.
func onAttribute(f func(a *saml.Attribute, want *Expect) []Finding) func(*Case) Outcome {
	return onAssertions(func(c *Case) (list []Finding) {
		for _, a := range c.Assertions {
			for i := range a.Attributes {
				list = append(list, f(&a.Attributes[i], c.Expect)...)
			}
		}
		return list
	})
}

// AttributesName wants attributes to have names.
var AttributesName = &Check{
	ID:       "attributes/name",
	Title:    "Every attribute has a name that is not blank",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.3.1", "SAMLCore 1.3.1"},
	Covers:   []string{"ATR-02", "XML-07", "ATR-04", "IIP-SP11"},
	Since:    "0.1",
	Text:     `Name, with NameFormat, is what an attribute is known by; FriendlyName is for people to read and never stands for it.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Give each attribute its Name."},
	FlexFix:  mend("salesforce.connected_app.custom_attributes.key", "Type a key."),
	Follows:  []string{"settings/attribute-keys", "signature/digest", "signature/wrapping"},
	Run:      onAttribute(attributeName),
}

func attributeName(a *saml.Attribute, _ *Expect) []Finding {
	n := a.Element.Attr("Name")
	switch {
	case !n.Exists():
		return one(found(a.At(), "no Name", "a Name"))
	case blank(n.Value()):
		return one(found(n.At(), n.Value(), "a Name"))
	}
	return nil
}

const (
	nameFormatURI   = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
	nameFormatBasic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
)

// AttributesNameFormat wants names of the form that they claim.
var AttributesNameFormat = &Check{
	ID:       "attributes/name-format",
	Title:    "Names of attributes have the form that NameFormat claims",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 8.2.2", "SAMLCore 8.2.3", "E49"},
	Covers:   []string{"ATR-03"},
	Since:    "0.1",
	Text: `With the NameFormat uri a name is a URI reference, which a plain word is, too; with basic it is an XML name, without spaces and slashes. Other formats say nothing about it.
It is a MUST that identity providers in wide use do not keep and no service provider enforces, since the name counts as it stands: a warning.`,
	Fix:     Fix{Side: IDP, Setting: "attributes", Text: "Choose the NameFormat that fits the name, or leave it out."},
	Follows: []string{"attributes/name", "signature/digest", "signature/wrapping"},
	Run:     onAttribute(attributeNameFormat),
}

func attributeNameFormat(a *saml.Attribute, _ *Expect) []Finding {
	if blank(a.Name) {
		return nil
	}
	switch a.Element.Attr("NameFormat").Value() {
	case nameFormatURI:
		if !isURI(a.Name) {
			return one(found(a.Element.Attr("Name").At(), a.Name, "a URI, as NameFormat says"))
		}
	case nameFormatBasic:
		if !isName(a.Name) {
			return one(found(a.Element.Attr("Name").At(), a.Name, "an XML name, as NameFormat says"))
		}
	}
	return nil
}

// AttributesDuplicateName wants every attribute once.
var AttributesDuplicateName = &Check{
	ID:       "attributes/duplicate-name",
	Title:    "No attribute occurs twice",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.3.1"},
	Covers:   []string{"ATR-05"},
	Since:    "0.1",
	Text: `An attribute with several values is one Attribute with several AttributeValue elements. Of two Attribute elements with one Name and NameFormat some service providers take the first, some the last, some both, and some refuse the response:
the library that legacy Flex seems to use (OneLogin's) refuses it, and the one behind enhanced Flex (Auth0's) takes the last.`,
	Fix:     Fix{Side: IDP, Setting: "attributes", Text: "Send one attribute with several values."},
	FlexFix: mend("salesforce.connected_app.custom_attributes.key", "Use each key once; put several roles into one value, parted by commas."),
	Follows: []string{"settings/attribute-keys", "attributes/name", "signature/digest", "signature/wrapping"},
	Run:     onAssertion(duplicateName),
}

func duplicateName(a *saml.Assertion, _ *Expect) (list []Finding) {
	// Logins have a dozen attributes; a map is for those that have hundreds.
	if len(a.Attributes) > 64 {
		return duplicateAmongMany(a.Attributes)
	}
	for i := range a.Attributes {
		for j := range a.Attributes[:i] {
			if a.Attributes[i].Name == a.Attributes[j].Name && sameNameFormat(&a.Attributes[i], &a.Attributes[j]) {
				list = append(list, duplicateFinding(&a.Attributes[i], &a.Attributes[j]))
				break
			}
		}
	}
	return list
}

func duplicateAmongMany(attrs []saml.Attribute) (list []Finding) {
	type key struct{ name, format string }
	first := make(map[key]*saml.Attribute, len(attrs))
	for i := range attrs {
		a := &attrs[i]
		k := key{a.Name, nameFormatOf(a)}
		if b, ok := first[k]; ok {
			list = append(list, duplicateFinding(a, b))
			continue
		}
		first[k] = a
	}
	return list
}

// nameFormatOf is the NameFormat of an attribute, unspecified where it is left out
// (SAMLCore 2.7.3.1).
func nameFormatOf(a *saml.Attribute) string { return nameFormat(a.Element) }

func sameNameFormat(a, b *saml.Attribute) bool { return nameFormatOf(a) == nameFormatOf(b) }

func duplicateFinding(a, first *saml.Attribute) Finding {
	return found(a.At(), a.Name, "one attribute of that name").noted("the first is " + first.At().Path)
}

// AttributesNil wants what is null to be empty.
var AttributesNil = &Check{
	ID:       "attributes/nil",
	Title:    "A value that is null is empty",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.3.1.1", "XML Schema 1 2.6.2"},
	Covers:   []string{"ATR-06"},
	Since:    "0.1",
	Text:     `xsi:nil="true" says that a value is null, and its element is empty. That is not the same as an empty value, nor as an attribute without values. A value inside it is there for one reader and not for another.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Leave xsi:nil out where there is a value."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAttribute(attributeNil),
}

func attributeNil(a *saml.Attribute, _ *Expect) (list []Finding) {
	for _, v := range a.Values {
		n := v.AttrNS(saml.NSInstance, "nil")
		if !n.Exists() || n.Value() != "true" && n.Value() != "1" {
			continue
		}
		if v.Text() != "" || hasChild(v) {
			list = append(list, found(v.At(), v.Text(), "nothing, as xsi:nil says"))
		}
	}
	return list
}

func hasChild(e saml.Element) bool {
	for range e.Children() {
		return true
	}
	return false
}

// AttributesValueType notes values that are not plain text.
var AttributesValueType = &Check{
	ID:       "attributes/value-type",
	Title:    "Values of attributes are plain text",
	Severity: Note,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.7.3.1.1", "SAML2int SDP-IDP19"},
	Covers:   []string{"ATR-12", "ATR-08"},
	Since:    "0.1",
	Text:     `Values of the types xs:string and xs:anyType, or of none, are read alike everywhere. Numbers, dates and elements inside a value are read as text here and dropped or mangled there.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Send text."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onAttribute(attributeValueType),
}

func attributeValueType(a *saml.Attribute, _ *Expect) (list []Finding) {
	for _, v := range a.Values {
		if hasChild(v) {
			list = append(list, found(v.At(), "elements inside a value", "text"))
			continue
		}
		t := v.AttrNS(saml.NSInstance, "type")
		if !t.Exists() {
			continue
		}
		local := strings.Trim(t.Value(), " \t\r\n")
		local = local[strings.IndexByte(local, ':')+1:]
		if local != "string" && local != "anyType" && local != "anySimpleType" {
			list = append(list, found(t.At(), t.Value(), "xs:string"))
		}
	}
	return list
}

// AttributesMarkup looks for markup that somebody typed.
var AttributesMarkup = &Check{
	ID:       "attributes/markup",
	Title:    "No value holds markup of SAML as text",
	Severity: Warning,
	Basis:    Hardening,
	Sources:  []string{"CVE-2026-46490", "CVE-2023-45683"},
	Covers:   []string{"ATR-10", "RSP-29"},
	Since:    "0.1",
	Text:     `A value is data: the identity provider escapes it, and the service provider shows it escaped. One that holds tags of SAML or a script was typed by somebody who tries whether either forgets to.`,
	Fix:      Fix{Side: IDP, Setting: "user data", Text: "Look at what the user typed into the field."},
	Run:      onAttribute(attributeMarkup),
}

func attributeMarkup(a *saml.Attribute, _ *Expect) (list []Finding) {
	for _, v := range a.Values {
		text := v.Text()
		if strings.IndexByte(text, '<') < 0 {
			continue
		}
		lower := strings.ToLower(text)
		for _, mark := range [...]string{"attributevalue", "</saml", "<saml", ":assertion", "nameid>", "<script", "<!doctype", "<!entity"} {
			if strings.Contains(lower, mark) {
				list = append(list, found(v.At(), text, "a value without markup"))
				break
			}
		}
	}
	return list
}

// AttributesEncrypted notes attributes that nobody reads.
var AttributesEncrypted = &Check{
	ID:       "attributes/encrypted",
	Title:    "No attribute is encrypted by itself",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error, Flex: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP11", "SAMLCore 2.7.3.2"},
	Covers:   []string{"ATR-09", "SDP-IDP11"},
	Since:    "0.1",
	Text:     `Hardly any service provider reads an EncryptedAttribute; OneLogin's libraries, which legacy Flex seems to use, refuse the response. It is never taken for a plain one here.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Encrypt the whole assertion, or nothing."},
	Run:      onAssertion(encryptedAttributes),
}

func encryptedAttributes(a *saml.Assertion, _ *Expect) (list []Finding) {
	for s := range a.Children() {
		if !s.Is(saml.NSAssertion, "AttributeStatement") {
			continue
		}
		for e := range s.Children() {
			if e.Is(saml.NSAssertion, "EncryptedAttribute") {
				list = append(list, found(e.At(), "EncryptedAttribute", "Attribute"))
			}
		}
	}
	return list
}

// AttributesURINames notes names that are not URIs.
var AttributesURINames = &Check{
	ID:       "attributes/uri-names",
	Title:    "Every attribute has the NameFormat uri",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP18"},
	Covers:   []string{"SDP-IDP18", "ATR-08"},
	Since:    "0.1",
	Text:     `SAML2int names attributes by URIs, so that two parties mean the same. Flex knows plain names only.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Name attributes by URIs, where the service provider knows them."},
	Run:      onAssertion(uriNames),
}

func uriNames(a *saml.Assertion, _ *Expect) []Finding {
	n := 0
	for i := range a.Attributes {
		if a.Attributes[i].Element.Attr("NameFormat").Value() != nameFormatURI {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return one(found(a.At(), strconv.Itoa(n)+" of "+strconv.Itoa(len(a.Attributes))+" attributes have another NameFormat or none", nameFormatURI))
}

// AttributesPacked notes several values in one.
var AttributesPacked = &Check{
	ID:       "attributes/packed-values",
	Title:    "Several values are several AttributeValue elements",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP20"},
	Covers:   []string{"SDP-IDP20", "ATR-08"},
	Since:    "0.1",
	Text:     `A list in one value, parted by commas or semicolons, means what it should only to a service provider that parts it the same way. Judged on attributes whose name speaks of roles or groups; Salesforce never parts a value, and Flex does.`,
	Fix:      Fix{Side: IDP, Setting: "attributes", Text: "Send each value in an AttributeValue of its own."},
	Run:      onAttribute(packedValues),
}

func packedValues(a *saml.Attribute, want *Expect) []Finding {
	if len(a.Values) != 1 || !namesList(a.Name) {
		return nil
	}
	v := a.Values[0]
	if !strings.ContainsAny(v.Text(), ",;|") {
		return nil
	}
	return one(deviating(want, "attributes/packed-values", found(v.At(), v.Text(), "one AttributeValue for each")))
}

// namesList reports whether an attribute's name speaks of several things.
func namesList(name string) bool {
	for _, word := range [...]string{"role", "group", "memberof", "entitlement"} {
		for i := 0; i+len(word) <= len(name); i++ {
			if strings.EqualFold(name[i:i+len(word)], word) {
				return true
			}
		}
	}
	return false
}
