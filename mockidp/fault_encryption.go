package mockidp

import (
	"crypto/rsa"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// encryptionFaults encrypt the assertion, rightly or wrongly.
func encryptionFaults() []*Fault {
	proof := "Encryption is no proof of who wrote something: anybody can encrypt for the service provider, whose key is public."
	what := "What comes out of an encrypted element would be held to less than what stands in the open."
	list := []*Fault{
		{
			ID: "encrypted-unsigned", Cases: rows("N-A36"), Title: "The assertion is encrypted and nothing is signed", Life: proof,
			Breaks: rows("AST-16 SIG-01"), Verdict: Reject, Encrypts: true, Signs: SignsNothing,
		},
		{
			ID: "encrypted-swapped", Cases: rows("N-A37"), Title: "The encrypted content was changed after the response was signed", Life: proof,
			Breaks: rows("SIG-02"), Verdict: Reject, Encrypts: true, Signs: SignsResponse, After: onCipherValue(flip),
		},
		{
			ID: "encrypted-attacker-inside", Cases: rows("N-A38"), Title: "The encrypted assertion is signed with an attacker's key, and the response is not signed", Life: proof,
			Breaks: rows("SIG-03 AST-16"), Verdict: Reject, Encrypts: true, Signs: SignsAssertion,
			seal: func(s *seal) { s.id = attacker(attackerTemplate(), nil) },
		},
		{
			ID: "encrypted-two-assertions", Cases: rows("N-C18"), Title: "The plaintext is two assertions", Life: what,
			Breaks: rows("AST-14 ENC-05"), Verdict: Reject, Encrypts: true, Signs: SignsResponse,
			envelope: plaintext(func(a string) string { return a + a }),
		},
		{
			ID: "encrypted-response", Cases: rows("N-C18"), Title: "The plaintext is a response with the assertion", Life: what,
			Breaks: rows("AST-14"), Verdict: Reject, Encrypts: true, Signs: SignsResponse,
			envelope: plaintext(func(a string) string {
				return `<samlp:Response xmlns:samlp="` + saml.NSProtocol + `">` + a + "</samlp:Response>"
			}),
		},
		{
			ID: "encrypted-for-another", Cases: rows("N-I02"), Title: "The assertion is encrypted for another key", Life: "What cannot be read would be passed over.",
			Breaks: rows("AST-15 ENC-07"), Verdict: Reject, Encrypts: true,
			envelope: func(e *envelope) { e.to = attacker(attackerTemplate(), nil).key.Public().(*rsa.PublicKey) },
		},
		{
			ID: "encrypted-key-missing", Cases: rows("N-I03"), Title: "There is no EncryptedKey", Life: "What cannot be read would be passed over.",
			Breaks: rows("AST-15 ENC-04"), Verdict: Reject, Encrypts: true,
			envelope: element(func(e string) string {
				return e[:strings.Index(e, "<ds:KeyInfo")] + e[strings.Index(e, "</ds:KeyInfo>")+len("</ds:KeyInfo>"):]
			}),
		},
		{
			ID: "encrypted-key-for-another-recipient", Cases: rows("N-I03"), Title: "The EncryptedKey says that it is for another recipient", Life: "A key that is meant for somebody else would be used.",
			Breaks: rows("ENC-04"), Verdict: Warn, Encrypts: true,
			envelope: func(e *envelope) { e.Recipient = "https://other.example/saml" },
		},
		{
			ID: "encrypted-bit-flipped", Cases: rows("N-I05"), Title: "One bit of the encrypted content is flipped, and the response is not signed",
			Life:   "The answers to many such messages tell an attacker what they hold.",
			Breaks: rows("ENC-03 AST-15"), Verdict: Reject, Encrypts: true, Signs: SignsAssertion, After: onCipherValue(flip),
		},
		{
			ID: "encrypted-truncated", Cases: rows("N-I06"), Title: "The encrypted content is cut off in its initialisation vector, and the response is not signed",
			Life:   "A reader that reaches beyond the end stops working for everybody.",
			Breaks: rows("AST-15"), Verdict: Reject, Encrypts: true, Signs: SignsAssertion,
			After: onCipherValue(onOctets(func(b []byte) []byte { return b[:7] })),
		},
		{
			ID: "encrypted-gcm-tag-truncated", Cases: rows("N-I06"), Title: "The authentication tag is cut short, and the response is not signed",
			Life:   "A shorter tag can be guessed.",
			Breaks: rows("AST-15"), Verdict: Reject, Encrypts: true, Signs: SignsAssertion,
			envelope: func(e *envelope) { e.Data = saml.AES256GCM }, After: onCipherValue(onOctets(func(b []byte) []byte { return b[:len(b)-4] })),
		},
		{
			ID: "encrypted-cipher-reference", Cases: rows("N-I08"), Title: "The encrypted content is to be fetched", Life: "The service provider would fetch what an attacker names, from the inside of its network.",
			Breaks: rows("ENC-06"), Verdict: Reject, Encrypts: true,
			envelope: element(func(e string) string {
				start := strings.LastIndex(e, "<xenc:CipherValue>")
				end := strings.LastIndex(e, "</xenc:CipherValue>") + len("</xenc:CipherValue>")
				return e[:start] + `<xenc:CipherReference URI="http://127.0.0.1:9/evil"/>` + e[end:]
			}),
		},
		{
			ID: "encrypted-doctype", Cases: rows("N-I09"), Title: "The plaintext begins with a document type declaration", Life: what,
			Breaks: rows("ENC-05 XML-03"), Verdict: Reject, Encrypts: true, Signs: SignsResponse,
			envelope: plaintext(func(a string) string { return "<!DOCTYPE saml:Assertion>" + a }),
		},
		{
			ID: "encrypted-trailing-text", Cases: rows("N-I09"), Title: "Text follows the assertion in the plaintext", Life: what,
			Breaks: rows("ENC-05"), Verdict: Reject, Encrypts: true, Signs: SignsResponse,
			envelope: plaintext(func(a string) string { return a + "text" }),
		},
		{
			ID: "encrypted-no-assertion", Cases: rows("N-I09"), Title: "The plaintext is no assertion", Life: what,
			Breaks: rows("ENC-05 AST-01"), Verdict: Reject, Encrypts: true, Signs: SignsResponse,
			envelope: plaintext(func(string) string {
				return `<saml:NameID xmlns:saml="` + saml.NSAssertion + `">` + Mallory + `</saml:NameID>`
			}),
		},
		{
			ID: "encrypted-comment-only", Cases: rows("N-I09"), Title: "The plaintext is a comment", Life: "A reader that expects an element stops working for everybody.",
			Breaks: rows("ENC-05"), Verdict: Reject, Encrypts: true, Signs: SignsResponse,
			envelope: plaintext(func(string) string { return "<!-- nothing -->" }),
		},
		{
			ID: "encrypted-outer-namespace", Cases: rows("N-I10"), Title: "The plaintext uses a prefix that only the response declares", Life: "By itself it is no document: some readers refuse it.",
			Breaks: rows("ENC-04"), Verdict: Warn, Encrypts: true, Signs: SignsResponse,
			envelope: plaintext(func(a string) string { return strings.Replace(a, ` xmlns:saml="`+saml.NSAssertion+`"`, "", 1) }),
		},
		{
			ID: "encrypted-type-content", Cases: rows("N-I11"), Title: "The EncryptedData says that it is content, not an element", Life: "What it is would depend on who reads.",
			Breaks: rows("RSP-26"), Verdict: Reject, Encrypts: true,
			envelope: element(func(e string) string { return strings.Replace(e, saml.TypeElement, saml.TypeContent, 1) }),
		},
		{
			ID: "encrypted-beside-plain", Cases: rows("N-I12"), Title: "The assertion is there in the open, too", Life: "One reader takes the one, another the other.",
			Breaks: rows("RSP-22"), Verdict: Reject, Encrypts: true,
			envelope: func(e *envelope) {
				plain := ""
				e.plaintext = func(a string) string { plain = a; return a }
				e.element = func(x string) string { return plain + x }
			},
		},
	}
	for _, v := range []struct{ id, title, algorithm string }{
		{"aes128-cbc", "AES-128 in CBC mode, as Salesforce does it", saml.AES128CBC},
		{"aes192-cbc", "AES-192 in CBC mode", saml.AES192CBC},
		{"aes256-cbc", "AES-256 in CBC mode, as Salesforce does it", saml.AES256CBC},
		{"aes128-gcm", "AES-128 in GCM mode", saml.AES128GCM},
		{"aes192-gcm", "AES-192 in GCM mode", saml.AES192GCM},
		{"aes256-gcm", "AES-256 in GCM mode", saml.AES256GCM},
	} {
		list = append(list, &Fault{
			ID: "encrypted-" + v.id, Cases: rows("N-Z09 N-I01 N-I04"), Title: "The assertion is encrypted with " + v.title, Life: "Nothing, where the service provider has the key.",
			Verdict: Accept, Encrypts: true, envelope: func(e *envelope) { e.Data = v.algorithm },
		})
	}
	return append(list,
		&Fault{
			ID: "encrypted-key-beside", Cases: rows("N-Z09"), Title: "The EncryptedKey follows the EncryptedData", Life: "Nothing: it may stand there.",
			Verdict: Accept, Encrypts: true, envelope: func(e *envelope) { e.Beside = true },
		},
		&Fault{
			ID: "encrypted-oaep-sha256", Cases: rows("N-I07"), Title: "The content key is encrypted by RSA-OAEP with SHA-256", Life: "Nothing, where the service provider knows it.",
			Verdict: Accept, Encrypts: true,
			envelope: func(e *envelope) {
				e.Transport, e.Digest, e.MGF = saml.RSAOAEP, digSHA256, saml.NSXMLEnc11+"mgf1sha256"
			},
		},
	)
}

func plaintext(f func(string) string) func(*envelope) { return func(e *envelope) { e.plaintext = f } }

func element(f func(string) string) func(*envelope) { return func(e *envelope) { e.element = f } }

// onCipherValue changes the encrypted content, as base64.
func onCipherValue(f func(string) string) change {
	return mapInner("EncryptedAssertion/EncryptedData/CipherData/CipherValue", f)
}
