package check

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what the checks find into the stories of testdata")

// A story is one changed message of testdata and what is found in it.
type story struct {
	name  string
	lines []string // what is changed
	found string   // what must be found
}

// id is the check that the story is about: its name up to the colon. "good" tells of a
// message that is right.
func (s *story) id() string {
	id, _, _ := strings.Cut(s.name, ":")
	id, _, _ = strings.Cut(id, ",")
	return id
}

// change is the texts of a line "key: old => new".
func change(value string) (old, new string) {
	old, new, _ = strings.Cut(strings.TrimSpace(value)+" ", " => ") // the new text may be empty
	return unquoted(old), unquoted(strings.TrimSuffix(new, " "))
}

// unquoted reads the escapes that an edit needs.
func unquoted(s string) string {
	return strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\s`, " ", `\0`, "\x00", `\xff`, "\xff", `\ufeff`, "\ufeff",
		"{{long}}", strings.Repeat("a", 9000), "{{deep}}", strings.Repeat("<x>", 200)+strings.Repeat("</x>", 200)).Replace(s)
}

// tell holds the stories of files to what they must find, and to one cause. The checks
// are those that must be seen to fail in a story, and to pass in a good one but for those
// that are usual.
func tell(t *testing.T, pattern string, judge func(testing.TB, *story) []Result, checks []*Check, usual ...string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	failed, good := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		require.NotEmpty(t, archive.Files, file)
		for i := range archive.Files {
			lines, found, _ := strings.Cut(string(archive.Files[i].Data), "--\n")
			s := &story{name: archive.Files[i].Name, found: strings.TrimSpace(found)}
			for _, line := range strings.Split(lines, "\n") {
				if line = strings.TrimSpace(line); line != "" {
					s.lines = append(s.lines, line)
				}
			}
			t.Run(s.name, func(t *testing.T) {
				var results []Result
				for _, r := range judge(t, s) {
					if r.Status == Fail && slices.Contains(usual, r.Check.ID) && r.Check.ID != s.id() {
						continue
					}
					results = append(results, r)
					failed[r.Check.ID] = failed[r.Check.ID] || r.Status == Fail
					good[r.Check.ID] = good[r.Check.ID] || r.Status == Pass && s.id() == "good"
				}
				got := strings.TrimSpace(outcome(results))
				if *update {
					s.found = got
				}
				assert.Equal(t, s.found, got)
				s.oneCause(t, results)
			})
			archive.Files[i].Data = []byte(s.text())
		}
		if *update {
			require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
		}
	}
	for _, ch := range checks {
		assert.True(t, failed[ch.ID], "%s is never seen to fail", ch.ID)
		assert.True(t, good[ch.ID] || slices.Contains(usual, ch.ID), "%s is never seen to pass where nothing is wrong", ch.ID)
	}
}

// oneCause wants the check of the story to be the one cause among the gravest failures.
func (s *story) oneCause(t testing.TB, results []Result) {
	worst := Severity(0)
	for _, r := range results {
		if r.Status == Fail {
			worst = max(worst, r.Severity)
		}
	}
	var causes []string
	for _, r := range results {
		if r.Status == Fail && r.Severity == worst && len(r.Follows) == 0 {
			causes = append(causes, r.Check.ID)
		}
	}
	switch {
	case s.id() == "good":
		assert.Empty(t, causes)
	case strings.HasSuffix(s.name, ", two causes"):
		assert.Contains(t, causes, s.id())
		assert.Len(t, causes, 2)
	default:
		assert.Equal(t, []string{s.id()}, causes, "the one cause")
	}
}

// text is the story as it stands in its file.
func (s *story) text() string {
	text := strings.Join(append(s.lines, "--"), "\n") + "\n"
	if s.found != "" {
		text += s.found + "\n"
	}
	return text + "\n"
}

// judgeLogin makes the login of a story and judges it.
func judgeLogin(t testing.TB, s *story) []Result {
	l := goodLogin(t)
	var after [][2]string
	for _, line := range s.lines {
		key, value, _ := strings.Cut(line, ":")
		old, new := change(value)
		switch key {
		case "request":
			l.request = edited(t, l.request, [][2]string{{old, new}})
		case "before":
			l.response = edited(t, l.response, [][2]string{{old, new}})
		case "inner":
			l.inner = append(l.inner, [2]string{old, new})
		case "after":
			after = append(after, [2]string{old, new})
		default:
			l.set(t, key, unquoted(strings.TrimSpace(value)))
		}
	}
	return Run(ForProfile(slices.Concat(messageChecks, loginChecks), l.want.Profile), NewCase(nil, l.exchange(t, after), l.held(t)))
}

// TestMessages holds every check of messages to logins in which one thing is wrong, and
// to logins that are right: exactly these findings, and one cause of them. The usual
// notes are what SAML2int asks beyond SAML.
func TestMessages(t *testing.T) {
	t.Parallel()
	var checks []*Check
	for _, ch := range messageChecks {
		if ch != SignatureCanonical { // see TestEveryFaultIsTold
			checks = append(checks, ch)
		}
	}
	tell(t, "testdata/messages/*.txtar", judgeLogin, checks, "encryption/used", "subject/transient", "attributes/uri-names")
}

// goodMetadata is metadata of a pair that nothing is wrong with, by role.
func goodMetadata(t testing.TB) map[string]string {
	certificate := base64Of(poolCertificate(t, "rsa-2048-1").X509.Raw)
	key := `<md:KeyDescriptor use="%s"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` + certificate +
		`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
	head := `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://%s.example" validUntil="2026-01-08T00:00:00Z" cacheDuration="PT6H">`
	info := `<md:Extensions><mdui:UIInfo xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"><mdui:DisplayName xml:lang="en">Acme</mdui:DisplayName>` +
		`<mdui:PrivacyStatementURL xml:lang="en">https://acme.example/privacy</mdui:PrivacyStatementURL><mdui:Logo height="16" width="16">https://acme.example/logo.png</mdui:Logo></mdui:UIInfo></md:Extensions>`
	contact := `<md:ContactPerson contactType="technical"><md:EmailAddress>mailto:it@acme.example</md:EmailAddress></md:ContactPerson></md:EntityDescriptor>`
	return map[string]string{
		"idp": strings.Replace(head, "%s", "idp", 1) + `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" errorURL="https://idp.example/error" WantAuthnRequestsSigned="false">` +
			info + strings.Replace(key, "%s", "signing", 1) +
			`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo" ResponseLocation="https://idp.example/slo/response"/>` +
			`<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>` +
			`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>` +
			`<saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="email"/><saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="full_name"/>` +
			`<saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="roles"/></md:IDPSSODescriptor>` + contact,
		"sp": strings.Replace(head, "%s", "sp", 1) + `<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="false" WantAssertionsSigned="1">` +
			info + strings.Replace(key, "%s", "encryption", 1) +
			`<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>` +
			`<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs" index="0" isDefault="true"/>` +
			`<md:AttributeConsumingService index="0"><md:ServiceName xml:lang="en">Acme</md:ServiceName><md:RequestedAttribute Name="email"/></md:AttributeConsumingService></md:SPSSODescriptor>` + contact,
	}
}

// TestMetadata holds every check of metadata to metadata in which one thing is wrong.
func TestMetadata(t *testing.T) {
	t.Parallel()
	good := goodMetadata(t)
	tell(t, "testdata/metadata/*.txtar", func(t testing.TB, s *story) []Result {
		l := goodLogin(t)
		doc := good["idp"]
		for _, line := range s.lines {
			key, value, _ := strings.Cut(line, ":")
			old, new := change(value)
			switch key {
			case "of":
				doc = good[strings.TrimSpace(value)]
			case "sign":
				at := strings.IndexByte(doc, '>') + 1
				l.reference = strings.TrimSpace(value)
				doc = l.signed(t, doc[:at]+"{{mark}}"+doc[at:], "{{mark}}")
			case "change":
				doc = edited(t, doc, [][2]string{{old, new}})
			case "publisher":
				for _, name := range strings.Fields(value) {
					l.want.Publisher = append(l.want.Publisher, poolCertificate(t, name))
				}
			case "entity":
				l.want.Entity = strings.TrimSpace(value)
			case "among": // others of a federation
				doc = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="2026-01-08T00:00:00Z">` + strings.TrimSpace(value) + doc + `</md:EntitiesDescriptor>`
			case "certificate":
				doc = strings.Replace(doc, base64Of(poolCertificate(t, "rsa-2048-1").X509.Raw), base64Of(poolCertificate(t, strings.TrimSpace(value)).X509.Raw), 1)
			default:
				l.set(t, key, unquoted(strings.TrimSpace(value)))
			}
		}
		return Run(ForProfile(All, l.want.Profile), NewMetadataCase([]byte(doc), &l.want))
	}, metadataChecks)
}

const (
	goodLogoutRequest = `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
		`ID="_a1bb2a4a6a2d4e0f9e0f0b1f6a7c8d9e0f1a2b3c" Version="2.0" IssueInstant="2026-01-01T12:00:00Z" Destination="https://idp.example/slo" NotOnOrAfter="2026-01-01T12:05:00Z" Reason="urn:oasis:names:tc:SAML:2.0:logout:user">` +
		`<saml:Issuer>https://sp.example</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">ada@acme.example</saml:NameID>` +
		`<samlp:SessionIndex>_be9967abd904ddcae3c0eb4189adbe3f71e327cf</samlp:SessionIndex></samlp:LogoutRequest>`
	goodLogoutResponse = `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
		`ID="_b1bb2a4a6a2d4e0f9e0f0b1f6a7c8d9e0f1a2b3c" Version="2.0" IssueInstant="2026-01-01T12:00:01Z" Destination="https://sp.example/slo" InResponseTo="_a1bb2a4a6a2d4e0f9e0f0b1f6a7c8d9e0f1a2b3c">` +
		`<saml:Issuer>https://idp.example</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`
)

// TestLogout holds every check of logout to messages in which one thing is wrong.
func TestLogout(t *testing.T) {
	t.Parallel()
	tell(t, "testdata/logout/*.txtar", func(t testing.TB, s *story) []Result {
		l := goodLogin(t)
		l.set(t, "request certificates", "rsa-2048-5")
		request, response, unsigned, post := goodLogoutRequest, goodLogoutResponse, false, false
		end := &saml.LoggedOut{Started: saml.FlowSP, SP: true, IDP: true, Returned: true, Reason: "the browser ended at https://sp.example/slo with status 200"}
		for _, line := range s.lines {
			key, value, _ := strings.Cut(line, ":")
			old, new := change(value)
			switch key {
			case "change request":
				request = edited(t, request, [][2]string{{old, new}})
			case "change response":
				response = edited(t, response, [][2]string{{old, new}})
			case "before":
				l.response = edited(t, l.response, [][2]string{{old, new}})
			case "no response":
				response = ""
			case "unsigned":
				unsigned = true
			case "by post":
				post = true
			case "left":
				end = &saml.LoggedOut{Started: saml.FlowIDP, Reason: "the browser ended at https://sp.example/slo with status 500"}
				end.SP, end.IDP = strings.Contains(value, " sp"), strings.Contains(value, "idp")
			default:
				l.set(t, key, unquoted(strings.TrimSpace(value)))
			}
		}
		x := l.exchange(t, nil)
		x.LoggedOut = end
		for i, xml := range []string{request, response} {
			if xml == "" {
				continue
			}
			key := []string{"rsa-2048-5", "rsa-2048-1"}[i]
			m := &saml.Message{Binding: saml.BindingPOST, XML: []byte(xml)}
			if !post {
				query, err := saml.SignQuery(saml.RedirectQuery([]string{"SAMLRequest", "SAMLResponse"}[i], []byte(xml), nil), l.algorithm, poolKey(t, key), nil)
				require.NoError(t, err)
				if unsigned {
					query, _, _ = strings.Cut(query, "&SigAlg")
				}
				m, err = saml.DecodeRedirect(query)
				require.NoError(t, err)
			} else if !unsigned {
				l.key = key
				m.XML = []byte(l.signed(t, strings.Replace(xml, "</saml:Issuer>", "</saml:Issuer>{{mark}}", 1), "{{mark}}"))
			}
			m.URL = []string{"https://idp.example/slo", "https://sp.example/slo"}[i]
			x.Logout = append(x.Logout, m)
		}
		var own []Result
		for _, r := range Run(ForProfile(All, l.want.Profile), NewCase(nil, x, l.held(t))) {
			if strings.HasPrefix(r.Check.ID, "logout/") {
				own = append(own, r)
			}
		}
		return own
	}, logoutChecks)
}
