package saml

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
)

// An Encrypted is an encrypted element with its parts found: which algorithms it names
// and where its keys are. It can be judged without any key.
type Encrypted struct {
	Element           // EncryptedAssertion, EncryptedID, EncryptedAttribute or NewEncryptedID
	Data      Element // xenc:EncryptedData
	Algorithm string  // of the content; "" where none is named
	Type      string  // what the plaintext is said to be
	Keys      []EncryptedKey
	// Faults are what in its outline keeps the content from being read, in order.
	Faults []*EncryptionError
}

// An EncryptedKey carries a content key for one recipient.
type EncryptedKey struct {
	Element          // xenc:EncryptedKey
	Algorithm string // of the key transport
	Digest    string // of RSA-OAEP; "" where none is named, which means SHA-1
	MGF       string // mask function of RSA-OAEP; "" where none is named, which means MGF1 with SHA-1
	Recipient string
	Nested    bool // inside the KeyInfo of the EncryptedData, not beside it

	value []byte
	oaep  *rsa.OAEPOptions
	fault *EncryptionError
}

// Fault says why the key cannot be used; nil where it can be tried.
func (k *EncryptedKey) Fault() error {
	if k.fault == nil {
		return nil
	}
	return k.fault
}

// An EncryptionError says what in the outline of an encrypted element keeps it from being
// read, and where. It tells of nothing that depends on a key.
type EncryptionError struct {
	At   Place
	Text string
}

func (e *EncryptionError) Error() string { return e.Text }

// maxEncryptedKeys bounds how many keys of one element are looked at.
const maxEncryptedKeys = 64

// ReadEncrypted finds the parts of an encrypted element, which may also be the
// EncryptedData itself. References are followed inside the document only.
func ReadEncrypted(e Element) *Encrypted {
	x := &Encrypted{Element: e, Data: e}
	if !e.Is(NSXMLEnc, "EncryptedData") {
		x.Data = e.Child(NSXMLEnc, "EncryptedData")
	}
	fault := func(at Element, format string, args ...any) {
		x.Faults = append(x.Faults, &EncryptionError{at.At(), fmt.Sprintf(format, args...)})
	}
	if !x.Data.Exists() {
		fault(e, "there is no EncryptedData")
		return x
	}
	if n := len(e.All(NSXMLEnc, "EncryptedData")); n > 1 {
		fault(e, "there are %d EncryptedData where one may stand", n)
	}
	x.Type = x.Data.Attr("Type").Value()
	method := x.Data.Child(NSXMLEnc, "EncryptionMethod")
	x.Algorithm = method.Attr("Algorithm").Value()
	if _, known := blockCiphers[x.Algorithm]; !known {
		if x.Algorithm == "" {
			fault(x.Data, "no algorithm of the content is named")
		} else {
			fault(method, "the algorithm %s of the content is not understood", quoteText(x.Algorithm))
		}
	}
	if x.Type != "" && x.Type != TypeElement {
		fault(x.Data, "the content is said to be %s, not an element", quoteText(x.Type))
	}
	if _, err := cipherValue(x.Data); err != nil {
		var ee *EncryptionError
		if errors.As(err, &ee) {
			x.Faults = append(x.Faults, ee)
		}
	}
	x.findKeys(fault)
	return x
}

// findKeys collects the keys inside the KeyInfo, those that it refers to, and those
// beside the EncryptedData (SAMLCore 6.1 after erratum E30).
func (x *Encrypted) findKeys(fault func(Element, string, ...any)) {
	info := x.Data.Child(NSSignature, "KeyInfo")
	for c := range info.Children() {
		switch {
		case c.Is(NSXMLEnc, "EncryptedKey"):
			x.addKey(c, true)
		case c.Is(NSSignature, "RetrievalMethod"):
			if k, why := x.retrieve(c); why == "" {
				x.addKey(k, false)
			} else {
				fault(c, "%s", why)
			}
		}
	}
	if x.Element != x.Data {
		for _, c := range x.Element.All(NSXMLEnc, "EncryptedKey") {
			x.addKey(c, false)
		}
	}
	if len(x.Keys) > 0 {
		usable := x.Faults[:0] // a reference beside a key that is there keeps nobody from reading
		for _, f := range x.Faults {
			if !strings.HasPrefix(f.Text, "a RetrievalMethod") {
				usable = append(usable, f)
			}
		}
		x.Faults = usable
		return
	}
	if len(x.Faults) == 0 {
		fault(x.Data, "there is no EncryptedKey: the content key does not come with the message")
	}
}

// retrieve is the EncryptedKey that a RetrievalMethod names in the same document, or
// why there is none.
func (x *Encrypted) retrieve(method Element) (Element, string) {
	uri := method.Attr("URI").Value()
	id, local := strings.CutPrefix(uri, "#")
	switch {
	case !local || id == "":
		return Element{}, "a RetrievalMethod names " + quoteText(uri) + ", which is never followed: only an Id of the same document is"
	case method.Child(NSSignature, "Transforms").Exists():
		return Element{}, "a RetrievalMethod with Transforms is not followed"
	}
	var found Element
	n := 0
	for e := range x.Document().Elements() {
		if e.Is(NSXMLEnc, "EncryptedKey") && e.Attr("Id").Value() == id {
			found = e
			n++
		}
	}
	switch n {
	case 0:
		return Element{}, "a RetrievalMethod names the Id " + quoteText(id) + ", which no EncryptedKey of the document has"
	case 1:
		return found, ""
	}
	return Element{}, fmt.Sprintf("a RetrievalMethod names the Id %s, which %d EncryptedKeys have", quoteText(id), n)
}

// addKey reads one EncryptedKey, once.
func (x *Encrypted) addKey(e Element, nested bool) {
	if len(x.Keys) == maxEncryptedKeys {
		return
	}
	for _, k := range x.Keys {
		if k.Element == e {
			return
		}
	}
	method := e.Child(NSXMLEnc, "EncryptionMethod")
	k := EncryptedKey{
		Element: e, Nested: nested, Algorithm: method.Attr("Algorithm").Value(), Recipient: e.Attr("Recipient").Value(),
		Digest: method.Child(NSSignature, "DigestMethod").Attr("Algorithm").Value(),
		MGF:    method.Child(NSXMLEnc11, "MGF").Attr("Algorithm").Value(),
	}
	k.fault = k.read(method)
	x.Keys = append(x.Keys, k)
}

// read prepares the key for being tried.
func (k *EncryptedKey) read(method Element) *EncryptionError {
	var why string
	switch k.Algorithm {
	case "":
		return &EncryptionError{k.At(), "no algorithm of the EncryptedKey is named"}
	case RSA15:
	default:
		if k.oaep, why = oaepOptions(k.Algorithm, k.Digest, k.MGF); why != "" {
			return &EncryptionError{method.At(), why}
		}
		if p := method.Child(NSXMLEnc, "OAEPparams"); p.Exists() {
			label, err := decodeXMLBase64(p.Text())
			if err != nil && strings.TrimSpace(p.Text()) != "" {
				return &EncryptionError{p.At(), fmt.Sprintf("OAEPparams is %v", err)}
			}
			k.oaep.Label = label
		}
	}
	var err error
	if k.value, err = cipherValue(k.Element); err != nil {
		var ee *EncryptionError
		if errors.As(err, &ee) {
			return ee
		}
	}
	return nil
}

// decodeXMLBase64 reads xs:base64Binary: white space anywhere, everything else strict.
func decodeXMLBase64(text string) ([]byte, error) {
	clean := strings.Join(strings.Fields(text), "")
	data, devs, err := DecodeBase64(clean)
	if err != nil {
		return nil, err
	}
	for _, d := range devs {
		if d.Kind != DeviationTrailingBits {
			return nil, fmt.Errorf("no base64: %s", d.Text)
		}
	}
	return data, nil
}
