package saml

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// decode reads the two values.
func (r *reading) decode() {
	r.digest = r.octetsOf(r.digestInfo, "DigestValue")
	r.octets = r.octetsOf(r.value, "SignatureValue")
}

// octetsOf reads xs:base64Binary: white space anywhere, everything else strict.
func (r *reading) octetsOf(e Element, what string) []byte {
	if !e.Exists() {
		return nil
	}
	if e.Interrupted() || hasChildren(e) {
		r.fault(FaultEncoding, e, "", "", "%s holds more than text: a comment, processing instruction or element could hide another value", what)
		return nil
	}
	text := e.Text()
	octets, err := strictBase64(text)
	if err != nil {
		f := r.fault(FaultEncoding, e, text, "", "%s is no base64: %v", what, err)
		if strings.Contains(err.Error(), "cut short") {
			f.Cause = CauseTruncated
		}
		return nil
	}
	return octets
}

// strictBase64 decodes base64 without its white space. The error is that of DecodeBase64,
// or says what it would only have noted.
func strictBase64(text string) ([]byte, error) {
	var room [2048]byte
	clean := append(room[:0], text...)
	octets := make([]byte, base64.StdEncoding.DecodedLen(len(clean)))
	n, err := base64.StdEncoding.Strict().Decode(octets, clean) // it passes over line ends
	if err != nil {
		clean = slices.DeleteFunc(clean, isSpace)
		n, err = base64.StdEncoding.Strict().Decode(octets, clean)
	}
	if err == nil && n > 0 {
		return octets[:n], nil
	}
	if plusLost(text) {
		return nil, fmt.Errorf("plus signs became spaces after signing")
	}
	_, devs, err := DecodeBase64(string(clean))
	if err == nil {
		err = fmt.Errorf("%s", devs[0].Text)
	}
	return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "no base64: "))
}

// plusLost tells whether the text is base64 with plus signs where it has spaces.
func plusLost(text string) bool { return len(plusAgain(text)) > 0 }

// plusAgain is what base64 holds whose plus signs became spaces, as far as that can be:
// with spaces at the ends of lines, too, or without.
func plusAgain(text string) (all [][]byte) {
	if !strings.Contains(strings.Trim(text, " \t\r\n"), " ") {
		return nil
	}
	for _, around := range [...]string{"\t\r\n", " \t\r\n"} {
		spaces := 0
		var b strings.Builder
		for line := range strings.Lines(text) {
			line = strings.Trim(line, around)
			spaces += strings.Count(line, " ")
			b.WriteString(strings.ReplaceAll(line, " ", "+"))
		}
		if octets, err := base64.StdEncoding.Strict().DecodeString(b.String()); err == nil && spaces > 0 {
			all = append(all, octets)
		}
	}
	return all
}

// embedded reads the certificates that the signature carries.
func (r *reading) embedded() {
	if !r.keyInfo.Exists() {
		return
	}
	for e := range r.keyInfo.Descendants() {
		if !e.Is(NSSignature, "X509Certificate") || !e.Parent().Is(NSSignature, "X509Data") {
			continue
		}
		if len(r.s.Embedded) == mostCerts {
			return
		}
		if c := r.certificate(e.Text()); c != nil {
			r.s.Embedded = append(r.s.Embedded, c)
		}
	}
}

// certificate reads the text of an X509Certificate; nil where it is none. One that is
// trusted or known is not parsed again.
func (x *verification) certificate(text string) *x509.Certificate {
	for _, have := range x.read {
		if have.text == text {
			return have.cert
		}
	}
	var cert *x509.Certificate
	if der, err := strictBase64(text); err == nil {
		if cert = x.known(der); cert == nil && x.spend(valueWork) {
			cert, _ = parseDER(der)
		}
	}
	if len(x.read) < mostCerts {
		x.read = append(x.read, embedded{text, cert})
	}
	return cert
}

// known is a trusted or known certificate with these octets.
func (x *verification) known(der []byte) *x509.Certificate {
	for _, list := range [...][]Certificate{x.Trusted, x.Hints} {
		for i := range list {
			if c := list[i].X509; c != nil && string(c.Raw) == string(der) {
				return c
			}
		}
	}
	return nil
}
