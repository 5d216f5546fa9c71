package mockidp

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

func TestHostsOfOthers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		host   string
		status int
	}{
		{"acme.my.salesforce.com", 200}, {"ACME.my.salesforce.com", 200}, {"acme.my.salesforce.com:8443", 200},
		{"evil.example", 421}, {"acme.my.salesforce.com.evil.example", 421}, {"", 421},
	}
	for _, test := range tests {
		r := httptest.NewRequest("GET", "https://x/", nil)
		r.Host = test.host
		w := httptest.NewRecorder()
		New(acme(), options()).ServeHTTP(w, r)
		assert.Equal(t, test.status, w.Code, test.host)
		if test.status == 421 {
			assert.Contains(t, w.Body.String(), "This is a mock of the Salesforce org acme.my.salesforce.com.")
		}
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	_, otherPEM, otherCert := poolKey(1)
	_, _, cert := poolKey(0)
	half := acme()
	half.Certificates = append(half.Certificates, settings.Certificate{Label: field("App"), File: settings.File{Data: otherPEM}})
	half.ConnectedApp.IDPCertificate.Value, half.ConnectedApp.Issuer.Value = "App", "https://acme.my.salesforce.com/"
	tests := []struct{ path, entityID, certificate string }{
		{"/.well-known/samlidp.xml", "https://acme.my.salesforce.com", base64.StdEncoding.EncodeToString(cert.Raw)},
		{"/.well-known/samlidp/Twilio_Flex.xml", "https://acme.my.salesforce.com/", base64.StdEncoding.EncodeToString(otherCert.Raw)},
	}
	for _, test := range tests {
		v := visit(t, half)
		r := v.ask("GET", test.path, "")
		require.Equal(t, http.StatusOK, r.StatusCode)
		assert.Equal(t, "application/xml;charset=UTF-8", r.Header.Get("Content-Type"))
		doc, err := saml.Parse([]byte(body(t, r)), saml.Limits{})
		require.NoError(t, err)
		assert.Equal(t, test.entityID, doc.Root().Attr("entityID").Value())
		assert.Equal(t, "2036-03-04T05:06:07.089Z", doc.Root().Attr("validUntil").Value())
		idp := doc.Root().Child(saml.NSMetadata, "IDPSSODescriptor")
		var locations []string
		for _, e := range idp.All(saml.NSMetadata, "SingleSignOnService") {
			locations = append(locations, e.Attr("Location").Value())
		}
		assert.Equal(t, []string{origin + "/idp/endpoint/HttpPost", origin + "/idp/endpoint/HttpRedirect"}, locations)
		assert.Contains(t, body(t, r), "<ds:X509Certificate>"+test.certificate+"</ds:X509Certificate>")
	}
	for _, path := range []string{"/.well-known/samlidp/Other.xml", "/.well-known/samlidp/Twilio_Flex", "/nothing"} {
		r := visit(t, half).ask("GET", path, "")
		assert.Equal(t, http.StatusNotFound, r.StatusCode, path)
	}
	half.IdentityProvider.Certificate.Value = "None"
	v := visit(t, half)
	assert.Equal(t, http.StatusInternalServerError, v.ask("GET", "/.well-known/samlidp.xml", "").StatusCode)
	assert.Equal(t, "InvalidSettings", codes(v.p))
}

func TestPagesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	half, opt := acme(), options()
	half.Users[0].FirstName.Value = "<script>alert(1)</script>"
	opt.Banner = "URLs are <rewritten>."
	v := &visitor{t: t, p: New(half, opt)}
	for _, path := range []string{"/", pathLog, "/nothing", pathRedirect} {
		page := body(t, v.ask("GET", path, ""))
		assert.Contains(t, page, "This is a mock of Salesforce, for tests. URLs are &lt;rewritten&gt;.", path)
		assert.Contains(t, page, "It does not model passwords", path)
		assert.NotContains(t, page, "<script>", path)
		assert.NotContains(t, page, "src=", path)
	}
	for _, u := range half.Users {
		assert.Contains(t, body(t, v.ask("GET", "/", "")), u.Username.Value)
	}
	home := v.login(v.ask("GET", v.p.LoginURL(), ""), "ada@acme.example")
	assert.Contains(t, body(t, home), "<script>"+submitScript+"</script>")
	assert.Contains(t, home.Header.Get("Content-Security-Policy"), "script-src 'sha256-")
	assert.Equal(t, "no-cache", home.Header.Get("Pragma"))
	assert.Contains(t, body(t, v.ask("GET", "/", "")), "Open Twilio Flex")
	assert.Contains(t, body(t, v.ask("GET", pathLog, "")), "<code>Success</code>")
	assert.Equal(t, http.StatusFound, v.ask("GET", pathLogout, "").StatusCode)
	assert.Contains(t, body(t, v.ask("GET", "/", "")), `name="un"`)
}

func TestLoginStaysInTheOrg(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "evil", "/\tx"} {
		v := visit(t, acme())
		r := v.ask("POST", "/", url.Values{"un": {"ada@acme.example"}, "startURL": {start}}.Encode())
		assert.Equal(t, "/", r.Header.Get("Location"), start)
		page := v.ask("GET", "/?startURL="+url.QueryEscape(start), "")
		assert.NotContains(t, body(t, page), "evil", start)
	}
}

func TestVisitorsCannotFillTheMemory(t *testing.T) {
	t.Parallel()
	v := visit(t, acme())
	form := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(authnRequest("")))}}.Encode()
	for range mostKept + 10 {
		v.ask("POST", pathPost, form)
	}
	for range mostKept + 10 {
		v.ask("POST", "/", "un=ada%40acme.example")
	}
	assert.Len(t, v.p.pending.values, mostKept)
	assert.Len(t, v.p.pending.order, mostKept)
	assert.Len(t, v.p.sessions.values, mostKept)
	r := v.ask("GET", pathRedirect+"?"+strings.Repeat("x", mostQuery+1), "")
	assert.Equal(t, http.StatusRequestURITooLong, r.StatusCode)
}

func TestFaultsAreServed(t *testing.T) {
	t.Parallel()
	half, opt := acme(), options()
	opt.Fault = FaultByID("nameid-changed")
	require.NotNil(t, opt.Fault)
	v := &visitor{t: t, p: New(half, opt)}
	r := v.login(v.ask("GET", redirect(authnRequest(""), nil), ""), "ada@acme.example")
	x, err := base64.StdEncoding.DecodeString(formFields(t, r)["SAMLResponse"])
	require.NoError(t, err)
	assert.Contains(t, string(x), Mallory)
}

func TestFaultsThatFailAreTold(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*Fault{
		"an error": {ID: "x", Before: drop("Nothing")},
		"a panic":  {ID: "x", After: func([]byte) ([]byte, error) { panic("out of order") }},
	} {
		half, opt := acme(), options()
		opt.Fault = f
		response, event := New(half, opt).Issue(&half.Users[0], Request{})
		assert.Nil(t, response, name)
		assert.Equal(t, "InternalError", event.Code, name)
		assert.Contains(t, event.Text, "fault x, ", name)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	p := New(acme(), options())
	done := make(chan error)
	for n := range 8 {
		go func() {
			response, event := p.Issue(&p.half.Users[0], Request{ID: fmt.Sprintf("_%d", n)})
			if response == nil {
				done <- fmt.Errorf("%s: %s", event.Code, event.Text)
				return
			}
			done <- nil
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
}
