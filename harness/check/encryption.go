package check

import (
	"errors"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// encryptionChecks judge encrypted assertions as they were received.
var encryptionChecks = []*Check{
	EncryptionStructure, EncryptionReferences, EncryptionAlgorithms, EncryptionDecrypted, EncryptionPlaintext, EncryptionRecipient, EncryptionUsed,
}

// onEncrypted hands a check each encrypted element of the response: EncryptedAssertion,
// EncryptedID and EncryptedAttribute.
func onEncrypted(f func(e saml.Element) []Finding) func(*Case) Outcome {
	return func(c *Case) Outcome {
		if why := c.unread(); why != "" {
			return skip(why)
		}
		if len(c.encrypted) == 0 {
			return skip("nothing is encrypted")
		}
		var list []Finding
		for _, e := range c.encrypted {
			list = append(list, f(e)...)
		}
		return Outcome{Findings: list}
	}
}

// EncryptionStructure wants an encrypted element to have its parts.
var EncryptionStructure = &Check{
	ID:       "encryption/structure",
	Title:    "An encrypted element has one EncryptedData and then its keys",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.2.4", "SAMLCore 2.3.4", "SAMLCore 6.1", "E30"},
	Covers:   []string{"RSP-26", "ENC-04"},
	Since:    "0.1",
	Text:     `One xenc:EncryptedData, whose Type is left out or is http://www.w3.org/2001/04/xmlenc#Element, then any number of xenc:EncryptedKey; these may stand inside EncryptedData's KeyInfo instead. An assertion in plain text inside is refused.`,
	Fix:      Fix{Side: IDP, Setting: "encryption", Text: "Encrypt the whole assertion as an element, with the key beside it or in KeyInfo."},
	Follows:  []string{"signature/digest", "signature/wrapping"},
	Run:      onEncrypted(encryptedStructure),
}

func encryptedStructure(e saml.Element) (list []Finding) {
	n := 0
	for c := range e.Children() {
		switch {
		case c.Is(saml.NSXMLEnc, "EncryptedData"):
			n++
			if t := c.Attr("Type"); t.Exists() && t.Value() != saml.NSXMLEnc+"Element" {
				list = append(list, found(t.At(), t.Value(), saml.NSXMLEnc+"Element"))
			}
		case c.Is(saml.NSXMLEnc, "EncryptedKey"):
		default:
			list = append(list, found(c.At(), expandedName(c), "EncryptedData and EncryptedKey alone"))
		}
	}
	if n != 1 {
		list = append(list, found(e.At(), counted(n, "EncryptedData"), "one EncryptedData"))
	}
	return list
}

// EncryptionReferences wants nothing that would have to be fetched.
var EncryptionReferences = &Check{
	ID:       "encryption/references",
	Title:    "Nothing that is encrypted has to be fetched",
	Severity: Error,
	Basis:    Hardening,
	Sources:  []string{"XMLEnc 3.3", "XMLDSig 4.5.3"},
	Covers:   []string{"ENC-06", "ENC-04"},
	Since:    "0.1",
	Text:     `CipherReference, and RetrievalMethod to anywhere but a part of the same message, have the reader connect to wherever the message says. They are refused without looking.`,
	Fix:      Fix{Side: IDP, Setting: "encryption", Text: "Put the cipher text into CipherValue and the key into the message."},
	Run:      onEncrypted(encryptedReferences),
}

func encryptedReferences(e saml.Element) (list []Finding) {
	for d := range e.Descendants() {
		switch d.Local() {
		case "CipherReference":
			list = append(list, found(d.At(), d.Attr("URI").Value(), "CipherValue"))
		case "RetrievalMethod":
			if u := d.Attr("URI").Value(); !strings.HasPrefix(u, "#") {
				list = append(list, found(d.At(), u, "a reference to a part of the message"))
			}
		}
	}
	return list
}

// The algorithms that are fit for new use, and those that are read for the old.
const (
	algorithmRSA15   = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
	algorithmDES     = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"
	algorithmAES128  = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
	algorithmAES192  = "http://www.w3.org/2001/04/xmlenc#aes192-cbc"
	algorithmAES256  = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
	algorithmGCM128  = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
	algorithmGCM192  = "http://www.w3.org/2009/xmlenc11#aes192-gcm"
	algorithmGCM256  = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
	algorithmOAEP    = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
	algorithmOAEP11  = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
	wantedEncryption = "AES-GCM with RSA-OAEP"
)

// EncryptionAlgorithms wants algorithms that are safe.
var EncryptionAlgorithms = &Check{
	ID:       "encryption/algorithms",
	Title:    "Encryption is by AES-GCM and RSA-OAEP",
	Severity: Warning,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Normative,
	Sources:  []string{"SAML2int SDP-ALG01", "E93", "XMLEnc 1.1 5.2"},
	Covers:   []string{"ENC-02", "SDP-ALG01", "IIP-ALG08", "ENC-03"},
	Since:    "0.1",
	Text:     `CBC without a signature around it lets an attacker read the text by asking the service provider about changed ones, and RSA 1.5 lets one learn the key. Both are read here and reported; under a signature over the response, CBC is a note.`,
	Fix:      Fix{Side: IDP, Setting: "encryption algorithm", Text: "Encrypt by AES-128-GCM or AES-256-GCM, with RSA-OAEP for the key."},
	Run:      encryptionAlgorithms,
}

func encryptionAlgorithms(c *Case) Outcome {
	return onEncrypted(func(e saml.Element) (list []Finding) {
		for d := range e.Descendants() {
			if !d.Is(saml.NSXMLEnc, "EncryptionMethod") {
				continue
			}
			a := d.Attr("Algorithm")
			switch a.Value() {
			case algorithmGCM128, algorithmGCM192, algorithmGCM256, algorithmOAEP, algorithmOAEP11:
			case algorithmAES128, algorithmAES192, algorithmAES256:
				f := found(a.At(), a.Value(), wantedEncryption)
				if c.Received.Signature.Exists() && c.Expect.Profile != SAML2Int {
					f = f.only(Note)
				}
				list = append(list, f)
			case algorithmRSA15, algorithmDES:
				list = append(list, found(a.At(), a.Value(), wantedEncryption))
			default:
				list = append(list, found(a.At(), a.Value(), wantedEncryption).noted("this algorithm is not known"))
			}
		}
		return list
	})(c)
}

// EncryptionDecrypted wants encrypted assertions to open.
var EncryptionDecrypted = &Check{
	ID:       "encryption/decrypted",
	Title:    "Every encrypted assertion can be decrypted",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 6", "SAML2int SDP-SP10", "SAML2int SDP-SP38"},
	Covers:   []string{"AST-15", "ENC-01", "ENC-07", "SDP-SP10", "SDP-SP38", "MDS-05"},
	Since:    "0.1",
	Text:     `Each key that was given is tried on each encrypted assertion. One that none opens was made for another key, or was changed; it is never passed over. Where no key was given, it is not judged.`,
	Fix:      Fix{Side: IDP, Setting: "encryption certificate of the service provider", Text: "Encrypt to the service provider's current key."},
	Follows:  []string{"encryption/structure", "encryption/references", "response/unencrypted", "settings/encryption-certificate", "settings/encrypt-response", "signature/digest"},
	Run:      judgeDecrypted,
}

func judgeDecrypted(c *Case) Outcome {
	if why := c.unread(); why != "" {
		return skip(why)
	}
	if len(c.Decrypted) == 0 {
		return skip("no assertion is encrypted")
	}
	if len(c.Expect.Decryption) == 0 {
		return skip("no decryption key is known")
	}
	var list []Finding
	for _, d := range c.Decrypted {
		if d.Err != nil && unreadPlaintext(d.Err) == nil {
			list = append(list, found(d.Element.At(), "it cannot be decrypted", "an assertion that a key opens").noted(d.Err.Error()))
		}
	}
	return Outcome{Findings: list}
}

// unreadPlaintext is why what a key opened cannot be read; nil for every other error.
func unreadPlaintext(err error) (why *saml.PlaintextError) {
	errors.As(err, &why)
	return why
}

// EncryptionPlaintext wants an assertion inside.
var EncryptionPlaintext = &Check{
	ID:       "encryption/plaintext",
	Title:    "What was encrypted is an assertion",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 2.3.4", "SAMLCore 6"},
	Covers:   []string{"ENC-05", "AST-16", "AST-01"},
	Since:    "0.1",
	Text:     `The plaintext is one Assertion of SAML 2.0, read by the same strict reader and held to the same rules as a plain one: encryption is no signature. What cannot be read is told from what cannot be decrypted where the encryption is authenticated (AES-GCM).`,
	Fix:      Fix{Side: IDP, Setting: "encryption", Text: "Encrypt one assertion and nothing else."},
	Follows:  []string{"encryption/decrypted", "signature/digest"},
	Run:      judgePlaintext,
}

func judgePlaintext(c *Case) Outcome {
	if why := c.unread(); why != "" {
		return skip(why)
	}
	var list []Finding
	opened := false
	for _, d := range c.Decrypted {
		if why := unreadPlaintext(d.Err); why != nil {
			opened = true
			list = append(list, found(d.Element.At(), "what cannot be read", "one Assertion").noted(why.Error()))
		}
		if d.Doc == nil {
			continue
		}
		opened = true
		if root := d.Doc.Root(); !root.Is(saml.NSAssertion, "Assertion") {
			list = append(list, found(d.Element.At(), expandedName(root), "{"+saml.NSAssertion+"}Assertion"))
		}
	}
	if !opened {
		return skip("no assertion was decrypted")
	}
	return Outcome{Findings: list}
}

// EncryptionRecipient wants the key to be for this service provider.
var EncryptionRecipient = &Check{
	ID:       "encryption/recipient",
	Title:    "A key that names its recipient names the service provider",
	Severity: Warning,
	Basis:    Normative,
	Sources:  []string{"SAMLCore 6.2", "XMLEnc 3.5.1"},
	Covers:   []string{"ENC-04", "ENC-07"},
	Since:    "0.1",
	Text:     `The attribute Recipient of an EncryptedKey tells for whom the key is. Where none of several names this service provider, the assertion was made for somebody else.`,
	Fix:      Fix{Side: IDP, Setting: "encryption", Text: "Write the service provider's entity ID as Recipient, or leave it out."},
	Follows:  []string{"assertion/audience", "encryption/decrypted"},
	Run:      encryptionRecipient,
}

func encryptionRecipient(c *Case) Outcome {
	if why := c.Expect.missing([]need{audiences}); why != "" && c.unread() == "" {
		return skip(why)
	}
	return onEncrypted(func(e saml.Element) []Finding {
		var first saml.Attr
		for d := range e.Descendants() {
			r := d.Attr("Recipient")
			if !d.Is(saml.NSXMLEnc, "EncryptedKey") || !r.Exists() {
				continue
			}
			if among(r.Value(), c.Expect.Audiences) {
				return nil
			}
			if !first.Exists() {
				first = r
			}
		}
		if !first.Exists() {
			return nil
		}
		return one(differs(first.At(), first.Value(), c.Expect.Audiences))
	})(c)
}

// EncryptionUsed notes assertions in plain text.
var EncryptionUsed = &Check{
	ID:       "encryption/used",
	Title:    "The assertion is encrypted",
	Severity: Note,
	In:       map[Profile]Severity{SAML2Int: Error},
	Basis:    Deploy,
	Sources:  []string{"SAML2int SDP-IDP11"},
	Covers:   []string{"SDP-IDP11"},
	Since:    "0.1",
	Text:     `SAML2int has assertions encrypted that are posted, so that the browser and whoever reads along learns nothing of the user. Flex does not take encrypted assertions.`,
	Fix:      Fix{Side: IDP, Setting: "encryption certificate of the service provider", Text: "Encrypt assertions where the service provider can read them."},
	Run:      onReceived(encryptionUsed),
}

func encryptionUsed(r *saml.Response, _ *Expect) []Finding {
	if len(r.Assertions) == 0 {
		return nil
	}
	return one(found(r.Assertions[0].At(), "Assertion", "EncryptedAssertion"))
}
