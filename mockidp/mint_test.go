package mockidp

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	digestValue    = regexp.MustCompile(`<ds:DigestValue>[A-Za-z0-9+/=]+</ds:DigestValue>`)
	signatureValue = regexp.MustCompile(`<ds:SignatureValue>\n(?:[A-Za-z0-9+/]{76}\n)*[A-Za-z0-9+/=]{1,76}\n</ds:SignatureValue>`)
	certificate    = regexp.MustCompile(`<ds:X509Certificate>(?:[A-Za-z0-9+/]{76}\n)*[A-Za-z0-9+/=]{1,76}</ds:X509Certificate>`)
)

// layout is a response without what depends on keys.
func layout(x []byte) string {
	x = digestValue.ReplaceAll(x, []byte("<ds:DigestValue>DIGEST</ds:DigestValue>"))
	x = signatureValue.ReplaceAll(x, []byte("<ds:SignatureValue>\nVALUE\n</ds:SignatureValue>"))
	return string(certificate.ReplaceAll(x, []byte("<ds:X509Certificate>CERTIFICATE</ds:X509Certificate>")))
}

func TestLayout(t *testing.T) {
	t.Parallel()
	at := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	several := Instants{Response: at(1), AssertionID: at(3), Assertion: at(4), Authn: at(5), Conditions: at(16)}
	tests := []struct {
		file      string
		request   Request
		algorithm string
	}{
		{"response-sp-sha1.xml", Request{ID: "ONELOGIN_1", At: several}, "SHA1"},
		{"response-sp-sha256.xml", Request{ID: "ONELOGIN_1"}, "SHA256"},
		{"response-idp.xml", Request{}, "SHA256"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			half := acme()
			half.ConnectedApp.SigningAlgorithm.Value = test.algorithm
			response, event := New(half, options()).Issue(&half.Users[0], test.request)
			require.Equal(t, "Success", event.Code, event.Text)
			golden := filepath.Join("testdata", test.file)
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(layout(response)), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), layout(response))
		})
	}
}

func TestIssueIsTheSameTwice(t *testing.T) {
	t.Parallel()
	assert.Equal(t, string(issued(t, nil)), string(issued(t, nil)))
}

func TestUserIDIsAnInput(t *testing.T) {
	t.Parallel()
	half, opt := acme(), options()
	opt.UserID = func(u *settings.User) string {
		if u.FirstName.Value == "Ada" {
			return "005000000000Ada"
		}
		return ""
	}
	p := New(half, opt)
	assert.Equal(t, "005000000000Ada", p.userID(&half.Users[0]))
	assert.Equal(t, p.recordID("005", "nora@acme.example"), p.userID(&half.Users[1]))
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	tests := []struct{ kind, format, want string }{
		{settings.SubjectUsername, saml.FormatUnspecified, `^ada@acme\.example$`},
		{settings.SubjectFederationID, saml.FormatEmailAddress, `^ada-federated$`},
		{settings.SubjectUserID, saml.FormatUnspecified, `^0050A00000[0-9A-Za-z]{5}$`},
		{settings.SubjectPersistentID, saml.FormatPersistent, `^[0-9a-f]{40}$`},
		{settings.SubjectUsername, saml.FormatTransient, `^ada@acme\.example$`},
	}
	for _, test := range tests {
		t.Run(test.kind+" "+test.format, func(t *testing.T) {
			t.Parallel()
			half := acme()
			half.ConnectedApp.SubjectType.Value, half.ConnectedApp.NameIDFormat.Value = test.kind, test.format
			half.Users[0].FederationID.Value = "ada-federated"
			response, event := New(half, options()).Issue(&half.Users[0], Request{})
			require.Equal(t, "Success", event.Code, event.Text)
			name := parsed(t, response).FindElement("./Response/Assertion/Subject/NameID")
			require.NotNil(t, name)
			assert.Regexp(t, test.want, name.Text())
			assert.Equal(t, test.format, name.SelectAttrValue("Format", ""))
		})
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	half := acme()
	custom := func(key, value string) settings.CustomAttribute {
		return settings.CustomAttribute{Key: field(key), Value: field(value)}
	}
	half.ConnectedApp.CustomAttributes = []settings.CustomAttribute{
		custom("Foo", `"a, b"`), custom("profile", `$Profile.Name`), custom("Foo", `$User.Phone`),
		custom("unquoted", `agent`), custom("curly", "\u201cagent\u201d"), custom("unknown", `$User.ShoeSize`), custom("org", `$Organization.Id & $User.CommunityNickname`),
	}
	p := New(half, options())
	assert.Equal(t, []attribute{
		{"userId", p.userID(&half.Users[0])}, {"username", "ada@acme.example"}, {"email", "ada@acme.example"}, {"is_portal_user", "false"},
		{"Foo", "a, b"}, {"profile", "Standard User"}, {"Foo", ""}, {"org", "00D0A0000000AcmAgent"},
	}, p.attributes(&half.Users[0]))
}

func parsed(t testing.TB, x []byte) *etree.Document {
	t.Helper()
	doc := etree.NewDocument()
	require.NoError(t, doc.ReadFromBytes(x))
	return doc
}

// Values that are hostile to XML come back as they were.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	hostile := "a&b<c>\"d\"'e' \r\n\t\u00e9\U0001f600\u202e\u05d0 ]]> &amp; <!-- --> "
	half := acme()
	app, user := &half.ConnectedApp, &half.Users[0]
	app.EntityID.Value = "urn:" + hostile
	app.ACSURL.Value = `https://sp.example/acs?a=1&b="2"&c='3'&d=<4>`
	app.Issuer.Value = "https://" + hostile
	app.CustomAttributes[0].Key.Value = "key " + hostile
	user.FirstName.Value, user.LastName.Value = hostile, hostile
	user.Username.Value, user.Email.Value = "user"+hostile, "mail"+hostile
	response, event := New(half, options()).Issue(user, Request{ID: "_" + hostile})
	require.Equal(t, "Success", event.Code, event.Text)

	doc, err := saml.Parse(response, saml.Limits{})
	require.NoError(t, err)
	r := saml.ReadResponse(doc)
	require.Len(t, r.Assertions, 1)
	a := r.Assertions[0]
	assert.Equal(t, app.ACSURL.Value, r.Attr("Destination").Value())
	assert.Equal(t, "_"+hostile, r.Attr("InResponseTo").Value())
	assert.Equal(t, app.Issuer.Value, r.Issuer.Text())
	assert.Equal(t, app.Issuer.Value, a.Issuer.Text())
	assert.Equal(t, user.Username.Value, a.NameID.Text())
	assert.Equal(t, app.EntityID.Value, a.Audiences[0].Child(saml.NSAssertion, "Audience").Text())
	assert.Equal(t, app.ACSURL.Value, a.Confirmations[0].Data.Attr("Recipient").Value())
	assert.Equal(t, user.Email.Value, a.Attributes[2].Values[0].Text())
	assert.Equal(t, "key "+hostile, a.Attributes[4].Name)
	assert.Equal(t, hostile+" "+hostile, a.Attributes[4].Values[0].Text())
	verified(t, response)
}

// What no XML document can hold is replaced.
func TestEscape(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, text, attr string }{
		{"plain", "plain", "plain"},
		{`<&>"'`, `&lt;&amp;&gt;"'`, `&lt;&amp;&gt;&quot;'`},
		{"a\r\n\tb", "a&#13;\n\tb", "a&#13;&#10;&#9;b"},
		{"]]>", "]]&gt;", "]]&gt;"},
		{"\x00\x1f\ufffe\uffff", "\ufffd\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd\ufffd"},
		{"\xff\xc0\x80", "\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd"},
		{"\ufffd\U0001f600\u0085", "\ufffd\U0001f600\u0085", "\ufffd\U0001f600\u0085"},
	}
	for _, test := range tests {
		assert.Equal(t, test.text, text(test.in), "%q", test.in)
		assert.Equal(t, test.attr, attr(test.in), "%q", test.in)
	}
}

// verified holds both signatures of a response to goxmldsig and, where it is
// installed, to xmlsec1.
func verified(t *testing.T, response []byte) {
	t.Helper()
	_, _, cert := poolKey(0)
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	ctx.Clock = dsig.NewFakeClockAt(now)
	root := parsed(t, response).Root()
	assertion := root.FindElement("./Assertion")
	for _, el := range []*etree.Element{root, assertion} {
		if el == nil || el.SelectElement("Signature") == nil {
			continue
		}
		_, err := ctx.Validate(el)
		assert.NoError(t, err, "goxmldsig, %s", el.Tag)
	}
	xmlsec(t, response)
}

// xmlsec has xmlsec1 verify every signature of some responses, where it is installed.
func xmlsec(t *testing.T, responses ...[]byte) {
	t.Helper()
	tool, err := exec.LookPath("xmlsec1")
	if errors.Is(err, exec.ErrNotFound) {
		t.Log("xmlsec1 is not installed: it was not asked")
		return
	}
	require.NoError(t, err)
	_, _, cert := poolKey(0)
	dir := t.TempDir()
	public, err := x509.MarshalPKIXPublicKey(cert.PublicKey)
	require.NoError(t, err)
	key := filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), 0o600))
	files := [3][]string{} // those with a first signature, a second, a third
	for n, response := range responses {
		file := filepath.Join(dir, strconv.Itoa(n)+".xml")
		require.NoError(t, os.WriteFile(file, response, 0o600))
		for i := range strings.Count(string(response), "<ds:Signature ") {
			files[i] = append(files[i], file)
		}
	}
	for n, some := range files {
		if len(some) == 0 {
			continue
		}
		args := append([]string{"--verify", "--enabled-key-data", "key-name", "--pubkey-pem", key,
			"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
			"--node-xpath", "(//*[local-name()='Signature'])[" + strconv.Itoa(n+1) + "]"}, some...)
		out, err := exec.Command(tool, args...).CombinedOutput()
		assert.NoError(t, err, "xmlsec1, signature %d: %s", n+1, out)
		assert.Equal(t, len(some), strings.Count(string(out), "OK\n"), "xmlsec1, signature %d: %s", n+1, out)
	}
}

func TestSignaturesVerifyElsewhere(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"SHA1", "SHA256"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			half := acme()
			half.ConnectedApp.SigningAlgorithm.Value = algorithm
			response, event := New(half, options()).Issue(&half.Users[0], Request{ID: "_r"})
			require.Equal(t, "Success", event.Code, event.Text)
			require.Equal(t, 2, strings.Count(string(response), "<ds:Signature "))
			verified(t, response)
		})
	}
}
