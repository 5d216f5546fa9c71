package saml

import "testing"

func BenchmarkParse(b *testing.B) {
	doc := []byte(salesforceLike(b))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	d := mustParse(b, salesforceLike(b))
	var c canonicalizer
	form := form14{prefixes: []string{"ds", "saml", "samlp", "xs", "xsi"}}
	b.SetBytes(int64(len(d.src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := c.write(d.Root(), Element{}, form); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify reads a response and verifies both its signatures, as a judge does.
func BenchmarkVerify(b *testing.B) {
	doc := []byte(salesforceLike(b))
	v := Verifier{Trusted: []Certificate{certificate(b, "rsa-2048-1")}}
	b.ReportAllocs()
	for b.Loop() {
		d, err := Parse(doc, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range v.Verify(d) {
			if !s.Valid() {
				b.Fatal(s.Faults)
			}
		}
	}
}

// BenchmarkDiagnose is the worst case of an ordinary response: nothing explains the
// digest.
func BenchmarkDiagnose(b *testing.B) {
	doc := replaced("_q1", "_q2", "urn:flex:JQ1", "urn:flex:JQ2", "Zoë", "Mallory")(salesforceLike(b))
	v := Verifier{Trusted: []Certificate{certificate(b, "rsa-2048-1")}, Values: []string{"urn:flex:JQ1"}}
	b.ReportAllocs()
	for b.Loop() {
		d, err := Parse([]byte(doc), Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if s := v.Verify(d); s[0].Faults[0].Cause != CauseUnknown {
			b.Fatal(s[0].Faults)
		}
	}
}
