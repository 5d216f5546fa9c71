package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// attributeNamed is the attribute that Flex takes for a name: of several, the last (as the
// library behind enhanced Flex seems to); nil where there is none.
func attributeNamed(a *saml.Assertion, name string) *saml.Attribute {
	for i := len(a.Attributes) - 1; i >= 0; i-- {
		if a.Attributes[i].Name == name {
			return &a.Attributes[i]
		}
	}
	return nil
}

// mandatory is what is wrong with an attribute that Flex cannot do without.
func mandatory(a *saml.Assertion, name, what string) []Finding {
	at := attributeNamed(a, name)
	if at == nil {
		f := found(a.At(), "no attribute "+name, what)
		if len(a.Attributes) == 0 {
			f.Note = "the assertion has no attribute at all"
			if name != "full_name" {
				f = f.also("attributes/full-name") // the first that is missed tells of them all
			}
		}
		return one(f)
	}
	for _, v := range at.Values {
		if !blank(v.Text()) {
			return nil
		}
	}
	return one(found(at.At(), "an attribute "+name+" without a value", what))
}

// AttributesFullName wants the user's name.
var AttributesFullName = &Check{
	ID:       "attributes/full-name",
	Title:    "full_name gives the user's name",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO, "Twilio, errors 45050"},
	Covers:   []string{"ATR-11", "ATR-04", "ATR-06", "SDP-SP12"},
	Since:    "0.1",
	Text:     `Flex lets nobody in without full_name (error 45050). The name of the attribute is compared character by character; its FriendlyName does not count, and a value that is blank is none.`,
	Fix:      mend("salesforce.connected_app.custom_attributes", `Add the key full_name with the value $User.FirstName + " " + $User.LastName.`),
	Follows:  []string{"settings/full-name-attribute", "settings/attribute-keys", "settings/formula", "settings/full-name-value", "settings/user-fields", "attributes/near-name", "attributes/encrypted", "attributes/statement", "signature/digest", "signature/wrapping"},
	Run: onAssertion(func(a *saml.Assertion, _ *Expect) []Finding {
		return mandatory(a, "full_name", "the user's name, as Ada Agent")
	}),
}

// AttributesEmail wants the user's address.
var AttributesEmail = &Check{
	ID:       "attributes/email",
	Title:    "email gives the user's e-mail address",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO, "Twilio, errors 45050"},
	Covers:   []string{"ATR-11", "ATR-04", "ATR-06", "SDP-SP12"},
	Since:    "0.1",
	Text: `Flex lets nobody in without email (error 45050). Salesforce sends it by itself, from the user's Email, so that it is no custom attribute of the documented set-up. The name of the attribute is compared character by character;
a value that does not look like an address is a warning.`,
	Fix:     mend("salesforce.users.email", "Give the user an e-mail address."),
	Follows: []string{"settings/user-email", "settings/attribute-keys", "attributes/near-name", "attributes/encrypted", "attributes/statement", "signature/digest", "signature/wrapping"},
	Run:     onAssertion(attributeEmail),
}

func attributeEmail(a *saml.Assertion, _ *Expect) []Finding {
	if list := mandatory(a, "email", "an e-mail address, as ada@acme.example"); len(list) > 0 {
		return list
	}
	for _, v := range attributeNamed(a, "email").Values {
		if text := v.Text(); !blank(text) && !isAddress(text) {
			return one(found(v.At(), text, "an e-mail address, as ada@acme.example").only(Warning))
		}
	}
	return nil
}

// AttributesRoles wants the user's roles.
var AttributesRoles = &Check{
	ID:       "attributes/roles",
	Title:    "roles gives the user's roles",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO, "Twilio, errors 45050"},
	Covers:   []string{"ATR-11", "ATR-04", "ATR-06", "SDP-SP12"},
	Since:    "0.1",
	Text: `Flex lets nobody in without roles (error 45050): one Attribute, with one value in which commas part the roles or with several values. The name is compared character by character.
Two Attribute elements of that name are a warning of attributes/duplicate-name.`,
	Fix:     mend("salesforce.connected_app.custom_attributes", `Add the key roles with the value "agent", with its straight quotes.`),
	Follows: []string{"settings/roles-attribute", "settings/attribute-keys", "settings/formula", "settings/role-names", "settings/user-fields", "attributes/near-name", "attributes/encrypted", "attributes/statement", "signature/digest", "signature/wrapping"},
	Run: onAssertion(func(a *saml.Assertion, _ *Expect) []Finding {
		return mandatory(a, "roles", "roles of Flex, as agent, supervisor")
	}),
}

// AttributesRoleNames wants roles that Flex knows.
var AttributesRoleNames = &Check{
	ID:       "attributes/role-names",
	Title:    "roles holds roles that Flex documents",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO},
	Covers:   []string{"ATR-11", "ATR-10"},
	Since:    "0.1",
	Text: `Flex takes each value apart at commas and drops the spaces around. Of agent, supervisor, admin and the wfo. roles at least one must remain, in lower case; without any the user can do nothing, which is an error.
An unknown role beside a known one is a warning.`,
	Fix:     mend("salesforce.connected_app.custom_attributes.value", `Type the roles in straight quotes and separated by commas, as "agent, supervisor".`),
	Follows: []string{"settings/role-names", "settings/roles-attribute", "settings/attribute-keys", "settings/formula", "settings/user-fields", "attributes/roles", "signature/digest", "signature/wrapping"},
	Run:     onEachAssertion(roleNames),
}

func roleNames(_ *Case, a *saml.Assertion, _ *Expect) Outcome {
	at := attributeNamed(a, "roles")
	if at == nil {
		return skip("there is no attribute roles")
	}
	known, any := false, false
	var odd saml.Element
	unknown := ""
	for _, v := range at.Values {
		for role := range strings.SplitSeq(v.Text(), ",") {
			role = strings.TrimSpace(role)
			switch {
			case role == "":
			case among(role, documentedRoles):
				known, any = true, true
			default:
				any = true
				if unknown == "" {
					odd, unknown = v, role
				}
			}
		}
	}
	switch {
	case !any:
		return skip("the attribute roles has no value")
	case unknown == "":
		return Outcome{}
	}
	f := found(odd.At(), odd.Text(), "agent, supervisor, admin or a wfo. role").noted(unknownRole(unknown))
	if known {
		f = f.only(Warning)
	}
	return Outcome{Findings: one(f)}
}

// mandatoryNames are the attributes that Flex cannot do without.
var mandatoryNames = [...]string{"full_name", "email", "roles"}

// AttributesNearName looks for names that were almost right.
var AttributesNearName = &Check{
	ID:       "attributes/near-name",
	Title:    "No mandatory attribute comes under a name that is almost right",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO},
	Covers:   []string{"ATR-11", "ATR-04"},
	Since:    "0.1",
	Text:     `Where full_name, email or roles is missing, an attribute whose name differs from it in letter case, in a hyphen, a space or a missing underscore, by a namespace before it, or that has it as FriendlyName, is most likely the one that was meant. Names count character by character, and names with a namespace do not map.`,
	Fix:      mend("salesforce.connected_app.custom_attributes.key", "Type the key exactly as Flex has it: full_name, email, roles."),
	Follows:  []string{"settings/full-name-attribute", "settings/roles-attribute", "settings/attribute-keys", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(nearName),
}

func nearName(a *saml.Assertion, _ *Expect) (list []Finding) {
	for _, want := range mandatoryNames {
		if attributeNamed(a, want) != nil {
			continue
		}
		for i := range a.Attributes {
			at := &a.Attributes[i]
			if nearlyNamed(at.Name, want) {
				list = append(list, differs(at.Element.Attr("Name").At(), at.Name, []string{want}))
				break
			}
			if at.Element.Attr("FriendlyName").Value() == want {
				list = append(list, found(at.Element.Attr("Name").At(), at.Name, want).noted("FriendlyName is "+want+", but Flex goes by Name"))
				break
			}
		}
	}
	return list
}

// nearlyNamed reports whether a name is another but for case, separators and what
// stands before its last slash, colon or hash.
func nearlyNamed(name, want string) bool {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(s))
	}
	if i := strings.LastIndexAny(name, "/:#"); i >= 0 {
		name = name[i+1:]
	}
	got, wanted := plain(name), plain(want)
	return got == wanted || got == "emailaddress" && want == "email" || got == "role" && want == "roles" || got == "name" && want == "full_name"
}

// AttributesFullNameSpaces looks for what an empty first name leaves behind.
var AttributesFullNameSpaces = &Check{
	ID:       "attributes/full-name-spaces",
	Title:    "full_name does not begin or end with a space",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce},
	Since:    "0.1",
	Text:     `A user without a first name gets a full name that begins with a space, since the documented formula joins both names by one. Flex shows it as it is. Nobody documents this; it follows from how formulas join texts.`,
	Fix:      mend("salesforce.users.first_name", "Give the user a first name."),
	Follows:  []string{"settings/user-fields", "settings/full-name-value", "attributes/full-name", "signature/digest", "signature/wrapping"},
	Run:      onAssertion(fullNameSpaces),
}

func fullNameSpaces(a *saml.Assertion, _ *Expect) []Finding {
	at := attributeNamed(a, "full_name")
	if at == nil {
		return nil
	}
	for _, v := range at.Values {
		if text := v.Text(); padded(text) && !blank(text) {
			return one(found(v.At(), text, strings.TrimSpace(text)))
		}
	}
	return nil
}

// AttributesTypeSuffix wants values of the type that the name ends in.
var AttributesTypeSuffix = &Check{
	ID:       "attributes/type-suffix",
	Title:    "Values have the type that the attribute's name ends in",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO},
	Since:    "0.1",
	Text:     `Flex stores attributes as text unless the name ends in a type: .string, .int, .boolean, .stringarray, .intarray or .booleanarray. A value that is none of that type is answered by “400 Error invalid attribute format”.`,
	Fix:      mend("salesforce.connected_app.custom_attributes.value", "Send a value of the type that the key ends in, or drop the type from the key."),
	Follows:  []string{"settings/attribute-types", "settings/formula", "signature/digest", "signature/wrapping"},
	Run:      onAttribute(typeSuffix),
}

func typeSuffix(a *saml.Attribute, _ *Expect) (list []Finding) {
	kind, typed := attributeType(a.Name)
	if !typed {
		return nil
	}
	if !among(kind, attributeTypes) {
		return one(found(a.Element.Attr("Name").At(), a.Name, "a type of "+strings.Join(attributeTypes, ", ")).
			noted(quoted(kind) + " is no type that Flex knows; the nearest is " + nearest(kind, attributeTypes)))
	}
	for _, v := range a.Values {
		if text := v.Text(); !fitsType(text, kind) {
			list = append(list, found(v.At(), text, "a value of the type "+kind))
		}
	}
	return list
}
