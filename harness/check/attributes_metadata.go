package check

import (
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// AttributesRequested wants what the service provider's metadata requires.
var AttributesRequested = &Check{
	ID:       "attributes/requested",
	Title:    "Attributes that the service provider's metadata requires are there",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.4.1", "SAMLMeta 2.4.4.2"},
	Covers:   []string{"ATR-11", "MDS-06", "REQ-19"},
	Since:    "0.1",
	Text: `A RequestedAttribute with isRequired="true" is one without which the service does not work at all. Attributes are known by Name and NameFormat, and where the metadata lists values, by one of them. Of several lists the one counts whose index the request names,
else the default one. What is requested without isRequired may be missing. Judged where metadata of the service provider is given.`,
	Fix:     Fix{Side: IDP, Setting: "attributes", Text: "Release the attribute to this service provider, by the Name and the NameFormat of its metadata."},
	Follows: []string{"attributes/statement", "attributes/name", "request/attribute-index", "encryption/decrypted", "signature/digest", "signature/wrapping"},
	Run:     onDescribed(func(c *Case) *peer { return &c.sp }, "no metadata of the service provider is known", requiredAttributes),
}

// onDescribed hands a check the case where metadata of a side is known and there is at
// least one assertion.
func onDescribed(side func(*Case) *peer, none string, f func(c *Case) []Finding) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if len(side(c).chosen) == 0 {
			return skip(none)
		}
		return onAssertions(f)(c)
	}
}

func requiredAttributes(c *Case) (list []Finding) {
	for _, m := range c.sp.chosen {
		for e := range c.attributeService(m).Children() {
			if v := e.Attr("isRequired").Value(); !e.Is(saml.NSMetadata, "RequestedAttribute") || v != "true" && v != "1" {
				continue
			}
			if f := c.missing(e); f != nil {
				f.From = fromMetadata(m, e.At())
				list = append(list, *f)
			}
		}
	}
	return list
}

// attributeService is the list of attributes that a login is held to; a zero element
// where the metadata has none, or not the one that the request names.
func (c *Case) attributeService(m *saml.Provider) saml.Element {
	var index saml.Attr
	if c.Request != nil {
		index = c.Request.Attr("AttributeConsumingServiceIndex")
	}
	var elements []saml.Element
	for _, e := range m.Endpoints("AttributeConsumingService") {
		if !index.Exists() || numbered(e.Index, index.Value()) {
			elements = append(elements, e.Element)
		}
	}
	if i := saml.Default(elements); i >= 0 {
		return elements[i]
	}
	return saml.Element{}
}

// missing is what is wrong with an attribute that is required; nil where it is there.
func (c *Case) missing(required saml.Element) *Finding {
	name, format := required.Attr("Name").Value(), nameFormat(required)
	hidden := false // it may be among attributes that are encrypted
	var f *Finding
	tell := func(at saml.Place, got, want, note string) {
		x := found(at, got, want).noted(note)
		f = &x
	}
	for _, a := range c.Assertions {
		for e := range a.Descendants() {
			hidden = hidden || e.Is(saml.NSAssertion, "EncryptedAttribute")
		}
		for i := range a.Attributes {
			is := &a.Attributes[i]
			switch got := nameFormat(is.Element); {
			case is.Name == name && format != formatAttributeUnspecified && got != format:
				tell(is.At(), got, format, "the name is right, the NameFormat is another one")
			case is.Name == name && !holds(is, required):
				tell(is.At(), valuesOf(is), wantedValues(required), "")
			case is.Name == name:
				return nil
			case f == nil && is.Element.Attr("FriendlyName").Exists() && is.Element.Attr("FriendlyName").Value() == required.Attr("FriendlyName").Value():
				tell(is.Element.At(), is.Name, name, "the FriendlyName is the same, which counts for nothing")
			}
		}
	}
	if f == nil && !hidden {
		tell(c.Assertions[0].At(), "no attribute "+name, name, "")
	}
	return f
}

// formatAttributeUnspecified is the NameFormat of attributes that state none.
const formatAttributeUnspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"

// nameFormat is the NameFormat of an attribute (SAMLCore 2.7.3.1).
func nameFormat(a saml.Element) string {
	if f := a.Attr("NameFormat"); f.Exists() {
		return f.Value()
	}
	return formatAttributeUnspecified
}

// holds reports whether an attribute has a value and, where metadata lists values, one
// of them.
func holds(a *saml.Attribute, required saml.Element) bool {
	listed := required.All(saml.NSAssertion, "AttributeValue")
	for _, v := range a.Values {
		if len(listed) == 0 && !blank(v.Text()) || len(listed) == 0 && hasChild(v) {
			return true
		}
		for _, l := range listed {
			if strings.TrimSpace(l.Text()) == strings.TrimSpace(v.Text()) {
				return true
			}
		}
	}
	return false
}

// valuesOf are those of an attribute, for people.
func valuesOf(a *saml.Attribute) string {
	var list []string
	for _, v := range a.Values {
		list = append(list, v.Text())
	}
	if len(list) == 0 {
		return "no value"
	}
	return strings.Join(list, ", ")
}

// wantedValues are what metadata wants of the values of an attribute.
func wantedValues(required saml.Element) string {
	var list []string
	for _, l := range required.All(saml.NSAssertion, "AttributeValue") {
		list = append(list, strings.TrimSpace(l.Text()))
	}
	if len(list) == 0 {
		return "a value"
	}
	return "one of " + strings.Join(list, ", ")
}

// AttributesAnnounced compares attributes with those that metadata announces.
var AttributesAnnounced = &Check{
	ID:       "attributes/announced",
	Title:    "Attributes are those that the identity provider's metadata announces",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.3", "SAMLCore 2.7.3.1"},
	Covers:   []string{"MDI-08"},
	Since:    "0.1",
	Text:     `An identity provider may announce in its metadata which attributes it can send. One that is sent under the same Name with another NameFormat is another attribute than the one that was announced; one that is not announced at all is a note. Judged where metadata of the identity provider announces attributes.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Announce attributes as they are sent."},
	Follows:  []string{"attributes/name", "attributes/name-format", "signature/digest", "signature/wrapping"},
	Run:      onDescribed(func(c *Case) *peer { return &c.idp }, "no metadata of the identity provider is known", announcedAttributes),
}

func announcedAttributes(c *Case) (list []Finding) {
	var announced []saml.Element
	for _, m := range c.idp.chosen {
		announced = append(announced, m.Role.All(saml.NSAssertion, "Attribute")...)
	}
	if len(announced) == 0 {
		return nil
	}
	for _, a := range c.Assertions {
		for i := range a.Attributes {
			if f := unannounced(&a.Attributes[i], announced); f != nil {
				list = append(list, *f)
			}
		}
	}
	return list
}

// unannounced is how an attribute differs from what was announced; nil where it does not.
func unannounced(a *saml.Attribute, announced []saml.Element) *Finding {
	format := nameFormat(a.Element)
	f := found(a.At(), a.Name, "an attribute that the metadata announces").only(Note)
	for _, e := range announced {
		if e.Attr("Name").Value() != a.Name {
			continue
		}
		if nameFormat(e) == format {
			return nil
		}
		f = found(a.At(), format, nameFormat(e)).noted("the metadata announces it with this NameFormat")
	}
	return &f
}
