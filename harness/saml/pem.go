package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// pemBlocks finds the PEM blocks of a text, whatever stands around them. It is more
// lenient than encoding/pem about white space, since certificates are copied out of
// web pages and terminals: lines may be indented, joined or ended in any way.
func pemBlocks(text []byte) ([]*pem.Block, error) {
	const begin, end = "-----BEGIN ", "-----END "
	rest := strings.NewReplacer("\r\n", "\n", "\r", "\n", `\n`, "\n").Replace(string(text))
	var blocks []*pem.Block
	for {
		_, after, found := strings.Cut(rest, begin)
		if !found {
			return blocks, nil
		}
		typ, after, found := strings.Cut(after, "-----")
		if !found || strings.Contains(typ, "\n") {
			return nil, errors.New("a PEM BEGIN line is cut short")
		}
		body, after, found := strings.Cut(after, end)
		if !found {
			return nil, errors.New("a PEM block has no END line; it is cut short")
		}
		if strings.Contains(body, begin) {
			return nil, errors.New("a PEM block has no END line before the next one begins")
		}
		endTyp, after, _ := strings.Cut(after, "-----")
		endTyp, _, _ = strings.Cut(endTyp, "\n") // what follows may be another key
		if strings.TrimSpace(endTyp) != strings.TrimSpace(typ) {
			return nil, fmt.Errorf("a PEM block begins as %s and ends as %s", quoteText(typ), quoteText(endTyp))
		}
		b := &pem.Block{Type: strings.TrimSpace(typ)}
		body = pemHeaders(b, body)
		if strings.TrimSpace(body) == "" {
			return nil, fmt.Errorf("a PEM block %s is empty", quoteText(b.Type))
		}
		var err error
		if b.Bytes, _, err = DecodeBase64(strings.Join(strings.Fields(body), "")); err != nil {
			if strings.Contains(b.Type, "PRIVATE KEY") {
				err = errors.New("it is no base64") // nothing of a key is shown
			}
			return nil, fmt.Errorf("inside the PEM block %s: %w", quoteText(b.Type), err)
		}
		blocks = append(blocks, b)
		rest = after
	}
}

// pemHeaders takes the headers of RFC 1421 off the body.
func pemHeaders(b *pem.Block, body string) string {
	body = strings.TrimLeft(body, " \t\n")
	for {
		line, rest, _ := strings.Cut(body, "\n")
		name, value, found := strings.Cut(line, ":")
		if !found {
			return body
		}
		if b.Headers == nil {
			b.Headers = map[string]string{}
		}
		b.Headers[strings.TrimSpace(name)] = strings.TrimSpace(value)
		body = rest
	}
}

// ParsePrivateKey reads one private key: PEM of PKCS #8, PKCS #1 or SEC 1, or DER.
// Errors never show any of it.
func ParsePrivateKey(data []byte) (crypto.Signer, error) {
	text, err := keyText(data)
	if err != nil {
		return nil, err
	}
	if text == nil {
		return privateDER(data)
	}
	blocks, err := pemBlocks(text)
	if err != nil {
		return nil, err
	}
	var found []*pem.Block
	for _, b := range blocks {
		if blockName(b.Type) == "a private key" {
			found = append(found, b)
		}
	}
	switch {
	case len(blocks) == 0:
		if der, _, err := DecodeBase64(strings.TrimSpace(string(text))); err == nil {
			return privateDER(der)
		}
		if what := otherText(strings.TrimSpace(string(text))); what != "" {
			return nil, &OtherError{What: what, Wanted: aPrivateKey}
		}
		return nil, errors.New("no PEM: there is no BEGIN line")
	case len(found) == 0:
		return nil, &OtherError{What: otherBlockName(blocks[0].Type), Wanted: aPrivateKey}
	case len(found) > 1:
		return nil, fmt.Errorf("there are several private keys (%d) where one is wanted", len(found))
	case found[0].Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(found[0].Headers["Proc-Type"], "ENCRYPTED"):
		return nil, errLocked
	case found[0].Type == "OPENSSH PRIVATE KEY":
		return nil, errors.New("it is a private key of OpenSSH, not of PKCS #8 or PKCS #1")
	}
	return privateDER(found[0].Bytes)
}

var errLocked = errors.New("the private key is locked with a pass phrase; give it without (openssl pkey -in KEY -out PLAIN)")

func otherBlockName(typ string) string {
	if strings.HasSuffix(typ, "CERTIFICATE") {
		return aCertificate
	}
	return blockName(typ)
}

// privateDER reads a key without its PEM armour. Errors of the decoders are not passed
// on, since some show what they read.
func privateDER(der []byte) (crypto.Signer, error) {
	key := anyPrivateKey(der)
	if key == nil {
		switch what := otherDER(der); what {
		case "":
			return nil, errors.New("no private key of PKCS #8, PKCS #1 or SEC 1")
		case aLockedKey:
			return nil, errLocked
		default:
			return nil, &OtherError{What: what, Wanted: aPrivateKey}
		}
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, nil
	case *ecdsa.PrivateKey:
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, errors.New("a private key of a kind that is not understood; wanted is RSA, EC or Ed25519")
}

// anyPrivateKey is a private key of PKCS #8, PKCS #1 or SEC 1; nil where there is none.
func anyPrivateKey(der []byte) any {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

// ParseDecryptionKey reads a private key that EncryptedAssertions are decrypted with,
// which must be RSA.
func ParseDecryptionKey(data []byte, name string) (PrivateKey, error) {
	signer, err := ParsePrivateKey(data)
	if err != nil {
		return PrivateKey{}, err
	}
	key, ok := signer.(*rsa.PrivateKey)
	if !ok {
		return PrivateKey{}, fmt.Errorf("the key is %s; a decryption key must be RSA", DescribeKey(signer.Public()))
	}
	return PrivateKey{Key: key, Name: name}, nil
}
