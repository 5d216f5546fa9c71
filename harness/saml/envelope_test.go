package saml

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// noDeclaration is a document without its XML declaration.
func noDeclaration(doc string) string { return doc[strings.Index(doc, "?>")+2:] }

// artifact is an ArtifactResponse around a message.
func artifact(status, message string) string {
	return "<ap:ArtifactResponse xmlns:ap=\"" + NSProtocol + "\" xmlns:as=\"" + NSAssertion + "\" ID=\"_z1\" InResponseTo=\"_y1\" Version=\"2.0\" IssueInstant=\"2026-01-02T03:04:06Z\">\n" +
		"<as:Issuer>https://idp.example</as:Issuer><ap:Status>" + status + "</ap:Status>\n  " + message + "</ap:ArtifactResponse>"
}

const statusOK = `<ap:StatusCode Value="` + StatusSuccess + `"/>`

// soap is a SOAP envelope around a message.
func soap(header, message string) string {
	return `<?xml version="1.0"?>` + "\n<S:Envelope xmlns:S=\"" + NSSOAP + "\" xmlns:unused=\"urn:unused\">\n" + header + "<S:Body>" + message + "</S:Body></S:Envelope>\n"
}

func TestUnwrap(t *testing.T) {
	t.Parallel()
	trusted := []Certificate{certificate(t, "rsa-2048-1")}
	both := sign(t, sign(t, unsignedResponse, signing{id: "_a1"}), signing{id: "_r1"})
	inclusive := signing{id: "_r1", c14n: C14NInclusive, form: C14NInclusive, list: "-"}
	before := sign(t, unsignedResponse, inclusive)
	bare := noDeclaration(unsignedResponse)
	borrowed := strings.NewReplacer(`xmlns:samlp="`+NSProtocol+`" `, "", "samlp:", "ap:").Replace(bare)
	listed := signing{id: "_r1", list: "S ap unused xs"}
	for name, c := range map[string]struct {
		doc   string
		path  string
		alone bool // its signature verifies only without what is around it
	}{
		"SOAP and artifact":            {soap("", artifact(statusOK, noDeclaration(both))), "/Envelope/Body/ArtifactResponse/Response", false},
		"artifact":                     {artifact(statusOK, noDeclaration(both)), "/ArtifactResponse/Response", false},
		"ECP":                          {soap(`<S:Header><ecp:Response xmlns:ecp="urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp" AssertionConsumerServiceURL="x"/></S:Header>`, noDeclaration(both)), "/Envelope/Body/Response", false},
		"prefixes of the surroundings": {sign(t, soap("", artifact(statusOK, borrowed)), signing{id: "_r1"}), "/Envelope/Body/ArtifactResponse/Response", false},
		"signed in place, inclusive":   {sign(t, soap("", artifact(statusOK, bare)), inclusive), "/Envelope/Body/ArtifactResponse/Response", false},
		"signed in place, with a list": {sign(t, soap("", artifact(statusOK, borrowed)), listed), "/Envelope/Body/ArtifactResponse/Response", false},
		"signed before, inclusive":     {soap("", artifact(statusOK, noDeclaration(before))), "/Envelope/Body/ArtifactResponse/Response", true},
		"both signed":                  {sign(t, soap("", artifact(statusOK, noDeclaration(both))), signing{id: "_z1"}), "/Envelope/Body/ArtifactResponse/Response", false},
		"failed, with a message":       {artifact(`<ap:StatusCode Value="urn:x"/>`, noDeclaration(both)), "/ArtifactResponse/Response", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := mustParse(t, c.doc)
			require.True(t, Encloses(whole.Root()))
			in, err := Unwrap(whole)
			require.NoError(t, err)
			d := in.Document
			if c.alone {
				assert.False(t, VerifySignatures(d, trusted, nil)[0].Valid())
				d = in.ByItself()
				require.NotNil(t, d)
			}
			require.NotNil(t, ReadResponse(d))
			assert.Equal(t, c.path, d.Root().At().Path)
			sigs := VerifySignatures(d, trusted, nil)
			require.NotEmpty(t, sigs)
			for _, s := range sigs {
				require.True(t, s.Valid(), "%v", s.Faults)
			}

			// Every place is that of the same element in the whole.
			var wanted []Element
			for e := range in.response.Descendants() {
				wanted = append(wanted, e)
			}
			i := 0
			for e := range d.Root().Descendants() {
				require.Equal(t, wanted[i].At(), e.At())
				for a := range e.Attrs() {
					require.Equal(t, wanted[i].AttrNS(a.Space(), a.Local()).At(), a.At())
				}
				i++
			}
			require.Len(t, wanted, i)
			for a := range d.Root().Attrs() {
				require.Equal(t, in.response.AttrNS(a.Space(), a.Local()).At(), a.At())
			}
			// So are those of what was read again from signed bytes.
			for _, s := range sigs {
				if s.Signed == nil {
					continue
				}
				at := s.Signed.Root().At()
				assert.True(t, strings.HasPrefix(at.Path, c.path), at.Path)
				assert.Equal(t, s.Covers.At(), at)
			}
		})
	}
}

func TestUnwrapRefuses(t *testing.T) {
	t.Parallel()
	good := sign(t, unsignedResponse, signing{id: "_r1"})
	r := noDeclaration(good)
	evil := strings.NewReplacer("_r1", "_r2", "_a1", "_a2").Replace(noDeclaration(unsignedResponse))
	assertion := r[strings.Index(r, "<saml:Assertion"):strings.Index(r, "</samlp:Response>")]
	header := func(s string) string { return "<S:Header>" + s + "</S:Header>" }
	for name, c := range map[string]struct{ doc, want string }{
		"two in the Body":             {soap("", r+evil), "the Body of a SOAP envelope holds one message (SAMLBind 3.2.2), and here stands a second element, <Response>"},
		"two in the artifact":         {artifact(statusOK, evil+r), "an ArtifactResponse holds one message (SAMLCore 3.5.2), and here stands a second element, <Response>"},
		"one beside the artifact":     {soap("", artifact(statusOK, evil)+r), "the Body of a SOAP envelope holds one message (SAMLBind 3.2.2), and here stands a second element, <Response>"},
		"one in the Header":           {soap(header(r), evil), "an element <Response> stands outside of the Response that would be judged"},
		"an assertion in the Header":  {soap(header(assertion), strings.ReplaceAll(evil, "_a1", "_a3")), "an element <Assertion> stands outside of the Response that would be judged"},
		"one in Extensions":           {artifact(statusOK+"</ap:Status><ap:Extensions>"+r+"</ap:Extensions><ap:Status>", evil), "an element <Response> stands outside of the Response that would be judged"},
		"one in an Object":            {artifact(statusOK+`</ap:Status><ds:Signature xmlns:ds="`+NSSignature+`"><ds:Object>`+r+`</ds:Object></ds:Signature><ap:Status>`, evil), "an element <Response> stands outside of the Response that would be judged"},
		"its ID outside":              {soap(header(`<x Id="_r1"/>`), r), `an ID of the Response stands outside of it, too: "_r1"`},
		"two Bodies":                  {soap("", r+"</S:Body><S:Body>"), "a SOAP envelope holds one Header at most and then one Body, and here stands <Body>"},
		"a Header behind":             {soap("", r+"</S:Body><S:Header/><S:Body>"), "a SOAP envelope holds one Header at most and then one Body, and here stands <Header>"},
		"another child":               {soap("<x/>", r), "a SOAP envelope holds one Header at most and then one Body, and here stands <x>"},
		"no Body":                     {`<S:Envelope xmlns:S="` + NSSOAP + `"/>`, "the SOAP envelope has no Body"},
		"an empty Body":               {soap("", ""), "the Body of the SOAP envelope is empty"},
		"a Fault":                     {soap("", "<S:Fault><faultcode>S:Client</faultcode><faultstring>no\nway</faultstring></S:Fault>"), `the SOAP envelope holds a Fault and no message: "no\nway"`},
		"an envelope":                 {soap("", noDeclaration(soap("", r))), "the SOAP envelope holds <Envelope>, not the Response of a login"},
		"deeper in the Body":          {soap("", "<x>"+r+"</x>"), "the SOAP envelope holds <x>, not the Response of a login"},
		"deeper in the artifact":      {artifact(statusOK, artifact(statusOK, r)), "the ArtifactResponse holds <ArtifactResponse>, not the Response of a login"},
		"of SAML 1.1":                 {soap("", `<p:Response xmlns:p="urn:oasis:names:tc:SAML:1.0:protocol"/>`), "the SOAP envelope holds <Response>, not the Response of a login"},
		"a resolve":                   {soap("", `<p:ArtifactResolve xmlns:p="`+NSProtocol+`"/>`), "the SOAP envelope holds <ArtifactResolve>, not the Response of a login: it asks for the message of an artifact; the answer to it is wanted, an ArtifactResponse"},
		"a request":                   {artifact(statusOK, `<ap:AuthnRequest/>`), "the ArtifactResponse holds <AuthnRequest>, not the Response of a login"},
		"an artifact that is unknown": {artifact(statusOK, ""), "the ArtifactResponse holds no message: the artifact is not known, was used before or is over (SAMLCore 3.5.3)"},
		"a failure":                   {soap("", artifact(`<ap:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><ap:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:RequestDenied"/></ap:StatusCode><ap:StatusMessage> no </ap:StatusMessage>`, "")), `the ArtifactResponse holds no message: its status is "Requester", "RequestDenied": "no"`},
		"without a status":            {artifact("", ""), "the ArtifactResponse holds no message: its status is not stated"},
	} {
		d := mustParse(t, c.doc)
		in, err := Unwrap(d)
		require.Nil(t, in, name)
		var refused *EnvelopeError
		require.True(t, errors.As(err, &refused), name)
		assert.Equal(t, c.want, refused.Text, name)
		assert.Contains(t, err.Error(), "(line ", name)
		assert.NotEmpty(t, refused.At.Path, name)
	}
	// What needs more declarations than are looked for is refused, too.
	var many strings.Builder
	for i := range 80 {
		many.WriteString(" xmlns:p" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + `="urn:p"`)
	}
	_, err := Unwrap(mustParse(t, strings.Replace(artifact(statusOK, strings.Replace(r, "<saml:Subject>", "<saml:Subject><pbd:x/>", 1)), " ID=", many.String()+" ID=", 1)))
	assert.ErrorContains(t, err, "the Response cannot be read by itself: ")
	_, err = Unwrap(mustParse(t, good))
	assert.Error(t, err)
}

// FuzzUnwrap: nothing panics; what is found is the one Response of the document, and every
// place in it one of the whole.
func FuzzUnwrap(f *testing.F) {
	r := noDeclaration(unsignedResponse)
	for _, doc := range []string{soap("", artifact(statusOK, r)), artifact(statusOK, r), soap("<S:Header/>", r), soap("", r+r), artifact("", ""), soap("", "<S:Fault/>"),
		strings.Replace(soap("", r), "<samlp:Response", "<samlp:Response\n\txmlns:S='urn:x'", 1), soap("", "<!-- <a> -->"+r+"<?p?>")} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		d, err := Parse([]byte(doc), Limits{Elements: 500, Attributes: 40})
		if err != nil || !Encloses(d.Root()) {
			return
		}
		in, err := Unwrap(d)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.NotNil(t, ReadResponse(in.Document))
		n := 0
		for e := range d.Elements() {
			if e.Is(NSProtocol, "Response") && in.response != e {
				require.True(t, in.response.Contains(e))
			}
		}
		places := map[Place]bool{}
		for e := range in.response.Descendants() {
			places[e.At()] = true
		}
		for _, doc := range []*Document{in.Document, in.ByItself()} {
			if doc == nil {
				continue
			}
			require.Equal(t, in.response.At(), doc.Root().At())
			for e := range doc.Root().Descendants() {
				require.True(t, places[e.At()], "%+v", e.At())
				n++
			}
		}
	})
}
