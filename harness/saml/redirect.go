package saml

import (
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// A QuerySignature is the signature of an HTTP-Redirect query and what verifying it
// showed (SAMLBind 3.4.4.1).
type QuerySignature struct {
	Method string // SigAlg
	// Octets are what the signature is over: the message, RelayState where there is one,
	// and SigAlg, as they are written in the query.
	Octets string
	// Faults are everything that is wrong, in the order of evaluation. Empty: the
	// signature is valid and made by a trusted key. Their places are names of parameters.
	Faults []SignatureFault
	Key    *Certificate // the trusted certificate whose key verified it; nil where none did
	Value  Agreement
}

// Valid tells whether the signature has no fault and was made by a trusted key.
func (s *QuerySignature) Valid() bool { return len(s.Faults) == 0 && s.Value == Agrees }

// SignQuery is a query of RedirectQuery with SigAlg and Signature after it (SAMLBind
// 3.4.4.1). random may be nil for RSA with PKCS #1 v1.5.
func SignQuery(query, algorithm string, key crypto.Signer, random io.Reader) (string, error) {
	octets := query + "&SigAlg=" + url.QueryEscape(algorithm)
	value, err := SignatureValue([]byte(octets), algorithm, key, random)
	if err != nil {
		return "", fmt.Errorf("signing the query: %w", err)
	}
	return octets + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value)), nil
}

// VerifyQuery verifies the signature of a raw query with each of the trusted
// certificates; nil where the query has neither SigAlg nor Signature. hints are further
// certificates that a fault may name as the real signer. Nothing is encoded anew: what
// was signed are the characters as they arrived.
func VerifyQuery(rawQuery string, trusted, hints []Certificate) *QuerySignature {
	f, err := splitForm(strings.TrimPrefix(rawQuery, "?"))
	if err != nil || f.count["SigAlg"] == 0 && f.count["Signature"] == 0 {
		return nil
	}
	v := &queryVerification{form: f, s: &QuerySignature{}, trusted: trusted, hints: hints}
	v.verify()
	return v.s
}

// queryVerification is the verifying of one query.
type queryVerification struct {
	form           *form
	s              *QuerySignature
	trusted, hints []Certificate
	param          string
	value          []byte
	how            reading // the algorithm
}

func (v *queryVerification) fault(kind FaultKind, at, got, want, format string, args ...any) {
	v.s.Faults = append(v.s.Faults, SignatureFault{Kind: kind, At: Place{Path: at}, Got: got, Want: want, Note: fmt.Sprintf(format, args...)})
}

func (v *queryVerification) verify() {
	for _, d := range v.form.deviations {
		switch d.Kind {
		case DeviationDuplicate, DeviationBoth, DeviationDisguised:
			v.fault(FaultStructure, "query", "", "", "%s: what is verified may not be what another program reads", d.Text)
		}
	}
	v.param = "SAMLRequest"
	if v.form.count["SAMLRequest"] == 0 {
		v.param = "SAMLResponse"
	}
	for _, name := range []string{v.param, "SigAlg", "Signature"} {
		if v.form.count[name] == 0 {
			v.fault(FaultStructure, name, "", "", "the query is signed and has no %s", name)
		}
	}
	if v.form.count[v.param] == 0 || v.form.count["Signature"] == 0 {
		return
	}
	v.s.Octets = v.octets(true)
	v.s.Method, _ = v.form.value("SigAlg")
	v.how.how, v.how.hash = signatureScheme(v.s.Method)
	v.how.salt = rsa.PSSSaltLengthEqualsHash
	if v.how.how == schemeNone && v.form.count["SigAlg"] > 0 {
		v.fault(FaultAlgorithm, "SigAlg", v.s.Method, "", "SigAlg names no signature algorithm that is known here")
	}
	text, _ := v.form.value("Signature")
	value, devs, err := DecodeBase64(text)
	if err != nil {
		v.fault(FaultEncoding, "Signature", text, "", "the Signature is %v", err)
		return
	}
	for _, d := range devs {
		v.fault(FaultEncoding, "Signature", text, "", "%s", d.Text)
	}
	v.value = value
	if v.how.how != schemeNone {
		v.cryptography()
	}
}

// octets are the parameters in the order in which they are signed, as written.
func (v *queryVerification) octets(relay bool) string {
	names := []string{v.param, "RelayState", "SigAlg"}
	var parts []string
	for _, name := range names {
		if p, ok := v.form.first[name]; ok && (relay || name != "RelayState") {
			parts = append(parts, name+"="+p.rawValue)
		}
	}
	return strings.Join(parts, "&")
}

// cryptography tries the trusted keys, and explains a value that none of them made.
func (v *queryVerification) cryptography() {
	if len(v.trusted) == 0 {
		v.fault(FaultNoTrustedKey, "Signature", "", "", "there is no trusted key to verify the signature with")
	}
	if key := v.signer(v.trusted, v.s.Octets); key != nil {
		v.s.Key, v.s.Value = key, Agrees
		return
	}
	usable, want := 0, ""
	for _, c := range v.trusted {
		if v.how.how.fits(c.PublicKey()) {
			usable++
		}
		if want == "" {
			want = c.Describe()
		}
	}
	switch {
	case len(v.trusted) == 0:
		if key := v.signer(v.hints, v.s.Octets); key != nil {
			v.s.Faults[len(v.s.Faults)-1].Note += "; it was made with the key of " + key.Name + " (" + key.Describe() + ")"
		}
	case usable == 0:
		v.fault(FaultAlgorithm, "SigAlg", v.s.Method, DescribeKey(v.trusted[0].PublicKey()), "the algorithm does not fit any trusted key")
	default:
		v.s.Value = Differs
		if key := v.signer(v.hints, v.s.Octets); key != nil {
			v.fault(FaultKey, "Signature", key.Describe(), want, "the signature was made with the key of %s, which is not trusted here", key.Name)
			return
		}
		why := v.why()
		if why == "" {
			why = "no trusted key made the signature: the query was changed, or another key made it"
		}
		v.fault(FaultValue, "Signature", "", want, "%s", why)
	}
}

// signer is the certificate whose key made the value over the octets; nil for none.
func (v *queryVerification) signer(among []Certificate, octets string) *Certificate {
	sum := sumInto(nil, v.how.hash, []byte(octets))
	for i := range among {
		if pub := among[i].PublicKey(); v.how.how.fits(pub) && v.how.verifies(pub, sum, v.value) {
			return &among[i]
		}
	}
	return nil
}

// why looks for the octets that the signature was made over, among what senders and
// what lies between are known to make of them; "" where it is not found.
func (v *queryVerification) why() string {
	message, sigAlg := v.form.first[v.param].rawValue, v.form.first["SigAlg"].rawValue
	relay, hasRelay := v.form.first["RelayState"]
	build := func(escape func(string) string) string {
		parts := []string{v.param + "=" + escape(message)}
		if hasRelay {
			parts = append(parts, "RelayState="+escape(relay.rawValue))
		}
		return strings.Join(append(parts, "SigAlg="+escape(sigAlg)), "&")
	}
	decoded := func(s string) string { plain, _ := unescape(s); return plain }
	for _, try := range []struct{ octets, why string }{
		{build(func(s string) string { return url.QueryEscape(decoded(s)) }), "it matches when the values are percent-encoded anew with upper-case digits: something on the way re-encoded the query"},
		{build(func(s string) string { return lowerEscapes(url.QueryEscape(decoded(s))) }), "it matches when the values are percent-encoded anew with lower-case digits, as .NET does: something on the way re-encoded the query"},
		{build(func(s string) string { return strings.ReplaceAll(url.QueryEscape(decoded(s)), "+", "%20") }), "it matches when spaces are written %20: something on the way re-encoded the query"},
		{build(func(s string) string {
			return strings.NewReplacer("%2F", "/", "%3A", ":").Replace(url.QueryEscape(decoded(s)))
		}), "it matches when / and : are not percent-encoded: something on the way re-encoded the query"},
		{build(decoded), "it was made over the values before they were percent-encoded"},
		{v.octets(false), "it was made without RelayState, which was added or changed after signing"},
		{v.octets(false) + "&RelayState=", "it was made over an empty RelayState at the end"},
		{v.param + "=" + message + "&RelayState=&SigAlg=" + sigAlg, "it was made with an empty RelayState, which is another one now or not there"},
		{v.param + "=" + message + "&SigAlg=" + sigAlg + "&RelayState=" + relay.rawValue, "it was made over the parameters in another order: SigAlg before RelayState"},
		{v.param + "=" + message, "it was made over " + v.param + " alone, without SigAlg"},
		{v.s.Octets + "&", "it was made with an & at the end"},
	} {
		if try.octets != v.s.Octets && v.signer(v.trusted, try.octets) != nil {
			return "the signature does not match the query as it arrived; " + try.why
		}
	}
	return ""
}

// lowerEscapes writes the digits of percent-encodings in lower case.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			b[i+1], b[i+2] = b[i+1]|0x20, b[i+2]|0x20
			i += 2
		}
	}
	return string(b)
}
