package saml

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	_ "crypto/sha1"   // digests of RSA-OAEP
	_ "crypto/sha256" // …
	_ "crypto/sha512" // …
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// Algorithms of XML Encryption 1.0 and 1.1.
const (
	NSXMLEnc11 = "http://www.w3.org/2009/xmlenc11#"

	AES128CBC    = NSXMLEnc + "aes128-cbc"
	AES192CBC    = NSXMLEnc + "aes192-cbc"
	AES256CBC    = NSXMLEnc + "aes256-cbc"
	TripleDESCBC = NSXMLEnc + "tripledes-cbc" // read, never written
	AES128GCM    = NSXMLEnc11 + "aes128-gcm"
	AES192GCM    = NSXMLEnc11 + "aes192-gcm"
	AES256GCM    = NSXMLEnc11 + "aes256-gcm"

	RSAOAEPMGF1P = NSXMLEnc + "rsa-oaep-mgf1p" // the mask is always made with SHA-1
	RSAOAEP      = NSXMLEnc11 + "rsa-oaep"
	RSA15        = NSXMLEnc + "rsa-1_5" // read, never written: open to Bleichenbacher's attack

	TypeElement = NSXMLEnc + "Element"
	TypeContent = NSXMLEnc + "Content"
	TypeKey     = NSXMLEnc + "EncryptedKey" // of a RetrievalMethod
)

// Encryption says how Encrypt works. The zero value of each field means its default.
type Encryption struct {
	Data      string // block algorithm; default AES256GCM
	Transport string // RSAOAEPMGF1P (default) or RSAOAEP
	Digest    string // of OAEP, a URI; default SHA-1, which every reader knows
	MGF       string // of RSAOAEP, a URI; default MGF1 with SHA-1
	Recipient string // entity ID that the key is for; "" for none
	// Beside puts the EncryptedKey after the EncryptedData, not into its KeyInfo.
	Beside bool
}

// Encrypt is an xenc:EncryptedData element (XMLEnc) over plaintext for the key,
// with RSA-OAEP-MGF1P and the block algorithm (a URI of xmlenc or xmlenc11).
func Encrypt(plaintext []byte, to *rsa.PublicKey, algorithm string, random io.Reader) ([]byte, error) {
	return Encryption{Data: algorithm}.Encrypt(plaintext, to, random)
}

// Encrypt is an xenc:EncryptedData element over plaintext, an element, for the key. It
// takes from random the content key, the initialisation vector and the seed of OAEP,
// in this order, so equal randomness gives equal bytes.
func (o Encryption) Encrypt(plaintext []byte, to *rsa.PublicKey, random io.Reader) ([]byte, error) {
	if o.Data == "" {
		o.Data = AES256GCM
	}
	if o.Transport == "" {
		o.Transport = RSAOAEPMGF1P
	}
	block, ok := blockCiphers[o.Data]
	if !ok || o.Data == TripleDESCBC {
		return nil, fmt.Errorf("encrypting: the algorithm %s is not written here", quoteText(o.Data))
	}
	key := make([]byte, block.key)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("encrypting: making the content key: %w", err)
	}
	sealed, err := block.seal(key, plaintext, random)
	if err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	opt, err := o.oaep()
	if err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	wrapped, err := rsa.EncryptOAEPWithOptions(random, to, key, opt)
	if err != nil {
		return nil, fmt.Errorf("encrypting the content key: %w", err)
	}
	return o.write(sealed, wrapped), nil
}

// oaep is the padding that the options ask for.
func (o Encryption) oaep() (*rsa.OAEPOptions, error) {
	if o.Transport == RSAOAEPMGF1P && o.MGF != "" {
		return nil, fmt.Errorf("%s has no mask function to choose", RSAOAEPMGF1P)
	}
	opt, fault := oaepOptions(o.Transport, o.Digest, o.MGF)
	if fault != "" {
		return nil, fmt.Errorf("%s", fault)
	}
	return opt, nil
}

// write puts the element together.
func (o Encryption) write(sealed, wrapped []byte) []byte {
	var b strings.Builder
	method := func(algorithm, inside string) {
		b.WriteString(`<xenc:EncryptionMethod Algorithm="` + algorithm + `"`)
		if inside == "" {
			b.WriteString("/>")
		} else {
			b.WriteString(">" + inside + "</xenc:EncryptionMethod>")
		}
	}
	value := func(v []byte) {
		b.WriteString("<xenc:CipherData><xenc:CipherValue>" + base64.StdEncoding.EncodeToString(v) + "</xenc:CipherValue></xenc:CipherData>")
	}
	key := func(declare string) {
		b.WriteString("<xenc:EncryptedKey" + declare)
		if o.Recipient != "" {
			b.WriteString(` Recipient="` + EscapeAttr(o.Recipient) + `"`)
		}
		b.WriteString(">")
		inside := ""
		if digest := o.Digest; digest != "" || o.Transport == RSAOAEPMGF1P {
			if digest == "" {
				digest = NSSignature + "sha1"
			}
			inside = `<ds:DigestMethod xmlns:ds="` + NSSignature + `" Algorithm="` + digest + `"/>`
		}
		if o.MGF != "" {
			inside += `<xenc11:MGF xmlns:xenc11="` + NSXMLEnc11 + `" Algorithm="` + o.MGF + `"/>`
		}
		method(o.Transport, inside)
		value(wrapped)
		b.WriteString("</xenc:EncryptedKey>")
	}
	b.WriteString(`<xenc:EncryptedData xmlns:xenc="` + NSXMLEnc + `" Type="` + TypeElement + `">`)
	method(o.Data, "")
	if !o.Beside {
		b.WriteString(`<ds:KeyInfo xmlns:ds="` + NSSignature + `">`)
		key("")
		b.WriteString("</ds:KeyInfo>")
	}
	value(sealed)
	b.WriteString("</xenc:EncryptedData>")
	if o.Beside {
		key(` xmlns:xenc="` + NSXMLEnc + `"`)
	}
	return []byte(b.String())
}

// EscapeAttr is a value as it may stand between double quotes in XML or HTML; line ends
// and tabs become references, so that no reader normalises them.
func EscapeAttr(s string) string { return attrEscaper.Replace(s) }

// attrEscaper holds no state that changes.
var attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")

// A blockCipher is one algorithm that content is encrypted with.
type blockCipher struct {
	key int // octets
	gcm bool
	des bool
}

var blockCiphers = map[string]blockCipher{
	AES128CBC: {key: 16}, AES192CBC: {key: 24}, AES256CBC: {key: 32}, TripleDESCBC: {key: 24, des: true},
	AES128GCM: {key: 16, gcm: true}, AES192GCM: {key: 24, gcm: true}, AES256GCM: {key: 32, gcm: true},
}

// seal encrypts; the initialisation vector stands before the result (XMLEnc 5.2).
func (c blockCipher) seal(key, plaintext []byte, random io.Reader) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	if c.gcm {
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		out := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plaintext)+aead.Overhead())
		if _, err := io.ReadFull(random, out); err != nil {
			return nil, fmt.Errorf("making the initialisation vector: %w", err)
		}
		return aead.Seal(out, out, plaintext, nil), nil
	}
	size := block.BlockSize()
	pad := size - len(plaintext)%size
	out := make([]byte, size+len(plaintext)+pad)
	if _, err := io.ReadFull(random, out[:size]); err != nil {
		return nil, fmt.Errorf("making the initialisation vector: %w", err)
	}
	copy(out[size:], plaintext)
	out[len(out)-1] = byte(pad) // the octets before it are arbitrary (XMLEnc 5.2)
	cipher.NewCBCEncrypter(block, out[:size]).CryptBlocks(out[size:], out[size:])
	return out, nil
}

// oaepHashes are the digests that OAEP is read and written with; SHA-384 has a URI of
// XML Encryption 1.1 and an older one of RFC 4051.
var oaepHashes = map[string]crypto.Hash{
	NSSignature + "sha1":                            crypto.SHA1,
	NSXMLEnc + "sha256":                             crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#sha224": crypto.SHA224,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	NSXMLEnc + "sha384":                             crypto.SHA384,
	NSXMLEnc + "sha512":                             crypto.SHA512,
}

var mgfHashes = map[string]crypto.Hash{
	NSXMLEnc11 + "mgf1sha1": crypto.SHA1, NSXMLEnc11 + "mgf1sha224": crypto.SHA224, NSXMLEnc11 + "mgf1sha256": crypto.SHA256,
	NSXMLEnc11 + "mgf1sha384": crypto.SHA384, NSXMLEnc11 + "mgf1sha512": crypto.SHA512,
}

// oaepOptions are the parameters of RSA-OAEP (XMLEnc11 5.5.2), or why they cannot be had.
func oaepOptions(transport, digest, mgf string) (opt *rsa.OAEPOptions, fault string) {
	opt = &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	var ok bool
	if digest != "" {
		if opt.Hash, ok = oaepHashes[digest]; !ok {
			return nil, "the digest " + quoteText(digest) + " of RSA-OAEP is not understood"
		}
	}
	switch transport {
	case RSAOAEPMGF1P:
	case RSAOAEP:
		if mgf != "" {
			if opt.MGFHash, ok = mgfHashes[mgf]; !ok {
				return nil, "the mask function " + quoteText(mgf) + " of RSA-OAEP is not understood"
			}
		}
	default:
		return nil, "the key transport " + quoteText(transport) + " is not understood"
	}
	return opt, ""
}
