package check

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
)

// bareAssertion is the assertion of a response, as it stands there.
func bareAssertion(response string) string {
	from, to := strings.Index(response, "<saml:Assertion"), strings.Index(response, "</samlp:Response>")
	return response[from:to]
}

// FuzzJudge holds the checks to their word: whatever arrives as response, request,
// logout or metadata, each check comes to an outcome.
func FuzzJudge(f *testing.F) {
	l := goodLogin(f)
	f.Add([]byte(l.xml(f)), []byte(goodRequest), true)
	l = goodLogin(f)
	l.set(f, "encrypt", "http://www.w3.org/2009/xmlenc11#aes128-gcm")
	f.Add([]byte(l.xml(f)), []byte(goodLogoutRequest), false)
	for _, doc := range goodMetadata(f) {
		f.Add([]byte(doc), []byte(goodLogoutResponse), false)
	}
	for _, part := range []string{"Conditions", "Subject", "AuthnStatement", "AttributeStatement", "Issuer", "Status"} {
		from, to := strings.Index(goodResponse, "<saml:"+part), strings.Index(goodResponse, "</saml:"+part+">")
		if from < 0 || to < 0 {
			continue
		}
		f.Add([]byte(goodResponse[:from]+goodResponse[to+len("</saml:"+part+">"):]), []byte(goodRequest), true)
	}
	l = goodLogin(f)
	xml := l.xml(f)
	inside := xml[strings.Index(xml, "?>")+2:]
	f.Add([]byte(`<S:Envelope xmlns:S="`+saml.NSSOAP+`"><S:Body>`+inside+`</S:Body></S:Envelope>`), []byte(goodRequest), true)
	f.Add([]byte(`<a:ArtifactResponse xmlns:a="`+saml.NSProtocol+`" ID="_z"><a:Status><a:StatusCode Value="x"/></a:Status>`+inside+`</a:ArtifactResponse>`), []byte(goodRequest), false)
	f.Add([]byte(`<S:Envelope xmlns:S="`+saml.NSSOAP+`"><S:Body>`+inside+inside+`</S:Body></S:Envelope>`), []byte(goodRequest), true)
	f.Add([]byte(bareAssertion(xml)), []byte(goodRequest), false)
	f.Add([]byte(strings.ReplaceAll(bareAssertion(xml), "saml:Assertion", "saml:EncryptedAssertion")), []byte(goodRequest), true)
	good := goodMetadata(f)
	f.Add([]byte(good["idp"]), []byte(good["sp"]), true)
	f.Fuzz(func(t *testing.T, response, request []byte, flex bool) {
		want := l.want
		described := &Expect{At: want.At}
		for _, doc := range [][]byte{response, request, []byte(good["idp"]), []byte(good["sp"])} {
			if idps, sps, err := saml.ReadProviders(doc, "fuzz.xml", saml.Limits{}); err == nil {
				described.IdentityProviders = append(described.IdentityProviders, idps...)
				described.ServiceProviders = append(described.ServiceProviders, sps...)
			}
		}
		if flex {
			want.Profile = Flex
		}
		x := &saml.Exchange{
			Flow:     saml.FlowSP,
			Request:  &saml.Message{Binding: saml.BindingRedirect, URL: "https://idp.example/sso", Query: "SAMLRequest=" + string(request), XML: request},
			Response: &saml.Message{Binding: saml.BindingPOST, URL: "https://sp.example/acs", XML: response},
			Logout:   []*saml.Message{{Binding: saml.BindingPOST, XML: request}},
		}
		for _, c := range []*Case{NewCase(nil, x, &want), NewCase(nil, x, nil), NewCase(nil, x, described), NewMetadataCase(response, &want)} {
			for _, r := range Run(All, c) {
				if r.Status == Broken {
					t.Fatalf("%s: %s", r.Check.ID, r.Reason)
				}
				if r.Status == Fail && len(r.Findings) == 0 || r.Status == Skip && r.Reason == "" {
					t.Fatalf("%s: %+v", r.Check.ID, r)
				}
			}
		}
	})
}
