package mocksp

import (
	"iter"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// An opened response is one with what was encrypted in it.
type opened struct {
	keys   []saml.PrivateKey
	doc    *saml.Document
	inside []*saml.Document // what was decrypted, in order
	key    *saml.PrivateKey // that it was encrypted to; nil where nothing was
	r      *saml.Response
}

// read finds the response in a message; the string says why there is none to judge.
func (d *opened) read(xml []byte) (detail string) {
	var err error
	if d.doc, err = saml.Parse(xml, saml.Limits{}); err != nil {
		return err.Error()
	}
	if d.r = saml.ReadResponse(d.doc); d.r == nil {
		return "the root element is " + d.doc.Root().Local() + ", not a Response of SAML 2.0"
	}
	return ""
}

// encrypted decrypts the assertions of a response where there are keys. The text is
// what Flex says of anything that stays encrypted, "" where nothing does.
func (d *opened) encrypted() (text, detail string) {
	const refused = "Twilio doesn't currently support encryption"
	if len(d.keys) > 0 {
		for _, e := range d.r.Encrypted {
			plain, key, err := saml.Decrypt(e, d.keys)
			if err != nil {
				return "The assertion could not be decrypted", err.Error()
			}
			if !plain.Root().Is(saml.NSAssertion, "Assertion") {
				return "The assertion could not be decrypted", "what was encrypted is " + plain.Root().Local() + ", not an Assertion"
			}
			d.inside, d.key = append(d.inside, plain), key
			d.r.Assertions = append(d.r.Assertions, saml.ReadAssertion(plain.Root()))
		}
	}
	for e := range d.elements() {
		if e.Space() != saml.NSAssertion || !strings.HasPrefix(e.Local(), "Encrypted") {
			continue
		}
		if len(d.inside) == 0 || e.Local() != "EncryptedAssertion" || e.Parent() != d.r.Element {
			return refused, ""
		}
	}
	return "", ""
}

// elements are those of the response and of what was decrypted.
func (d *opened) elements() iter.Seq[saml.Element] {
	return func(yield func(saml.Element) bool) {
		for _, doc := range append([]*saml.Document{d.doc}, d.inside...) {
			for e := range doc.Elements() {
				if !yield(e) {
					return
				}
			}
		}
	}
}
