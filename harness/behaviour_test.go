package harness

import (
	"context"
	"crypto"
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp"
)

// With the certificate of a service provider that signs, Salesforce takes its requests,
// and no others.
func TestVerifyRequestSignatures(t *testing.T) {
	t.Parallel()
	for sso, legacy := range bothSSO {
		for name, row := range map[string]struct {
			key     int // of the pool; 0 for none
			refused string
		}{
			"signed":      {1, ""},
			"another key": {2, mockidp.InvalidSignature},
			"not signed":  {0, mockidp.InvalidSignature},
		} {
			t.Run(sso+"/"+name, func(t *testing.T) {
				t.Parallel()
				w := way{legacy: legacy, edit: func(s *settings.Settings) {
					app := &s.Salesforce.ConnectedApp
					app.VerifyRequestSignatures.Value = true
					_, app.RequestCertificate.Data = poolKey(t, 1)
				}}
				if row.key != 0 {
					w.sp.Key, _ = poolKey(t, row.key)
				}
				p := stagePair(t, w)
				_, x := p.login(saml.FlowSP)
				if row.refused == "" {
					assert.True(t, p.verdict().Accepted, p.verdict())
					assert.Empty(t, p.errors(x, nil))
					return
				}
				assert.Empty(t, p.verdicts)
				assert.Equal(t, row.refused, p.events[len(p.events)-1].Code)
			})
		}
	}
}

// What Salesforce encrypts, a service provider with the key reads, and Flex does not.
func TestEncryptSAMLResponse(t *testing.T) {
	t.Parallel()
	for sso, legacy := range bothSSO {
		for _, algorithm := range []string{"AES128", "AES256"} {
			for _, reads := range []bool{true, false} {
				t.Run(sso+"/"+algorithm, func(t *testing.T) {
					t.Parallel()
					key, cert := poolKey(t, 3)
					w := way{legacy: legacy, edit: func(s *settings.Settings) {
						app := &s.Salesforce.ConnectedApp
						app.EncryptSAMLResponse.Value, app.EncryptionCertificate.Data = true, cert
						put(&app.EncryptionAlgorithm, algorithm)
					}}
					own := saml.PrivateKey{Key: key.(crypto.Decrypter), Name: "the service provider's"}
					if reads {
						w.sp.Decryption = []saml.PrivateKey{own}
					}
					p := stagePair(t, w)
					_, x := p.login(saml.FlowSP)
					v := p.verdict()
					assert.Equal(t, reads, v.Accepted, v)
					assert.Contains(t, string(x.Response.XML), strings.ToLower(algorithm[:3])+algorithm[3:]+"-cbc")
					assert.NotContains(t, string(x.Response.XML), "full_name")
					failed := p.errors(x, func(want *check.Expect) { want.Decryption = []saml.PrivateKey{own} })
					assert.Equal(t, []string{"response/unencrypted"}, failed, "but for that, the response is right")
					if !reads {
						assert.Contains(t, v.Text, "Twilio doesn't currently support encryption")
					}
				})
			}
		}
	}
}

// Logout begins at either side, travels by either binding and ends both sessions, and
// the judge finds nothing wrong with its messages.
func TestSingleLogout(t *testing.T) {
	t.Parallel()
	for sso, legacy := range bothSSO {
		for binding, uri := range map[string]string{settings.LogoutRedirect: saml.BindingRedirect, settings.LogoutPOST: saml.BindingPOST} {
			for _, atFlex := range []bool{true, false} {
				t.Run(sso+"/"+binding, func(t *testing.T) {
					t.Parallel()
					key, cert := poolKey(t, 1)
					w := way{legacy: legacy, edit: func(s *settings.Settings) {
						app := &s.Salesforce.ConnectedApp
						app.VerifyRequestSignatures.Value, app.RequestCertificate.Data = true, cert
						put(&app.SingleLogoutURL, "https://sp.acme.example/logout")
						put(&app.SingleLogoutBinding, binding)
						own := &s.Flex.ServiceProvider
						put(&own.SingleLogoutURL, app.SingleLogoutURL.Value)
						put(&own.SingleLogoutBinding, binding)
						put(&own.IdentityProviderLogoutURL, s.Salesforce.LogoutURL())
					}}
					w.sp.Key = key
					p := stagePair(t, w)
					b, x := p.login(saml.FlowSP)
					require.True(t, p.verdict().Accepted, p.verdict())
					require.Equal(t, http.StatusOK, b.status)

					out := p.logout(b, atFlex)
					require.NotNil(t, out.request)
					require.NotNil(t, out.response)
					assert.Equal(t, uri, out.request.Binding)
					assert.Equal(t, uri, out.response.Binding)
					assert.Contains(t, out.last.text, "ogged out")
					assert.NotContains(t, out.last.text, "only")

					x.Logout = []*saml.Message{out.request, out.response}
					assert.Empty(t, p.errors(x, func(want *check.Expect) {
						want.RequestCertificates = []saml.Certificate{{X509: parse(t, cert), Name: "the service provider's"}}
					}))

					// Nobody is logged in on either side: the login link leads to the login page.
					again := &browser{transport: b.transport, now: scene, cookies: out.cookies}
					if atFlex { // after its own logout Flex waits to be asked
						require.NoError(t, again.open(context.Background(), strings.TrimSuffix(p.settings.Flex.LoginLink.Value, "/")+"/login"))
					} else {
						require.NoError(t, again.open(context.Background(), p.settings.Flex.LoginLink.Value))
					}
					assert.NotNil(t, again.last.login(), again.last.text)
				})
			}
		}
	}
}

func parse(t testing.TB, data []byte) *x509.Certificate {
	t.Helper()
	cert, err := saml.ParseCertificate(data)
	require.NoError(t, err)
	return cert
}

// Responses as Salesforce wrote them at other times are accepted, and are right.
func TestQuirksAreAccepted(t *testing.T) {
	t.Parallel()
	for sso, legacy := range bothSSO {
		for name, quirks := range map[string]mockidp.Quirks{
			"2012":          mockidp.Quirks2012(),
			"response only": {ResponseSignedOnly: true},
			"NotBefore":     {NotBeforeNow: true},
			"&#13;":         {CarriageReturns: true},
			"xmlns:ds":      {RepeatedDeclarations: true},
			"PrefixList":    {ShortPrefixList: true},
			"host":          {EndpointHost: "acme--endpoints.my.salesforce.com"},
		} {
			t.Run(sso+"/"+name, func(t *testing.T) {
				t.Parallel()
				p := stagePair(t, way{legacy: legacy, idp: mockidp.Options{Quirks: quirks}})
				_, x := p.login(saml.FlowSP)
				assert.True(t, p.verdict().Accepted, p.verdict())
				assert.Empty(t, p.errors(x, nil))
			})
		}
	}
}

// A certificate that an authority signed works as one that signed itself, whether the
// authority's comes along or not.
func TestCertificateOfAnAuthority(t *testing.T) {
	t.Parallel()
	leaf, root := ofAuthority(t)
	for sso, legacy := range bothSSO {
		for name, file := range map[string][]byte{"alone": leaf, "with its authority": slices.Concat(leaf, root), "after its authority": slices.Concat(root, leaf)} {
			for _, whole := range []bool{false, true} {
				t.Run(sso+"/"+name, func(t *testing.T) {
					t.Parallel()
					p := stagePair(t, way{legacy: legacy, idp: mockidp.Options{Quirks: mockidp.Quirks{WholeChain: whole}}, edit: func(s *settings.Settings) {
						s.Salesforce.Certificates[0].File.Data, s.Flex.X509Certificate.Data = file, leaf
					}})
					_, x := p.login(saml.FlowSP)
					assert.True(t, p.verdict().Accepted, p.verdict())
					assert.Empty(t, p.errors(x, nil))
				})
			}
		}
	}
}

// The worker in Flex is who the Subject Type says.
func TestSubjectTypes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ kind, format, subject string }{
		{settings.SubjectUsername, saml.FormatUnspecified, `^ada@acme\.example$`},
		{settings.SubjectFederationID, saml.FormatEmailAddress, `^ada@federation\.example$`},
		{settings.SubjectUserID, saml.FormatUnspecified, `^0050A0000000Ada$`},
		{settings.SubjectCustomAttribute, saml.FormatTransient, `^E-17$`},
		{settings.SubjectPersistentID, saml.FormatPersistent, `^[0-9a-f]{40}$`},
	} {
		t.Run(row.kind, func(t *testing.T) {
			t.Parallel()
			p := stagePair(t, way{edit: func(s *settings.Settings) {
				app, user := &s.Salesforce.ConnectedApp, &s.Salesforce.Users[0]
				put(&app.SubjectType, row.kind)
				put(&app.NameIDFormat, row.format)
				put(&app.SubjectCustomAttribute, "Badge__c")
				put(&user.FederationID, "ada@federation.example")
				put(&user.ID, "0050A0000000AdaAAA")
				user.Fields = []settings.UserField{{Name: settings.Text{Value: "Badge__c"}, Value: settings.Text{Value: "E-17"}}}
			}})
			_, x := p.login(saml.FlowSP)
			require.True(t, p.verdict().Accepted, p.verdict())
			assert.Regexp(t, row.subject, p.verdict().Subject)
			assert.Contains(t, string(x.Response.XML), `Format="`+row.format+`"`)
			require.Len(t, p.sp.Workers(), 1)
			assert.Equal(t, p.verdict().Subject, p.sp.Workers()[0].FriendlyName)
		})
	}
}

// A user whom a permission set lets in logs in as one whom a profile does.
func TestAccessByPermissionSet(t *testing.T) {
	t.Parallel()
	given := func(name string) func(*settings.Settings) {
		return func(s *settings.Settings) {
			s.Salesforce.ConnectedApp.Profiles = nil
			s.Salesforce.ConnectedApp.PermissionSets = []settings.Text{{Value: "Flex_Users"}}
			s.Salesforce.Users[0].PermissionSets = []settings.Text{{Value: name}}
		}
	}
	p := stagePair(t, way{edit: given("Flex_Users")})
	p.login(saml.FlowSP)
	assert.True(t, p.verdict().Accepted, p.verdict())
	p = stagePair(t, way{edit: given("Other")})
	p.login(saml.FlowSP)
	assert.Empty(t, p.verdicts)
	require.NotEmpty(t, p.events)
	assert.Equal(t, mockidp.NoAccess, p.events[len(p.events)-1].Code)
}

// A login that Salesforce starts ends at the Default Redirect URL, one that Flex starts
// where it began.
func TestDefaultRedirectURL(t *testing.T) {
	t.Parallel()
	for sso, legacy := range bothSSO {
		t.Run(sso, func(t *testing.T) {
			t.Parallel()
			const elsewhere = "https://flex.twilio.com/agent-desktop"
			p := stagePair(t, way{legacy: legacy, edit: func(s *settings.Settings) { put(&s.Flex.DefaultRedirectURL, elsewhere) }})
			link := p.settings.Flex.LoginLink.Value
			b, _ := p.login(saml.FlowIDP)
			assert.True(t, visited(b, elsewhere), b.steps)
			b, _ = p.login(saml.FlowSP)
			assert.False(t, visited(b, elsewhere), b.steps)
			assert.Equal(t, link, bareURL(b.at.String()))
		})
	}
}

func visited(b *browser, address string) bool {
	return slices.ContainsFunc(b.steps, func(s saml.Step) bool {
		u, err := url.Parse(s.URL)
		if err != nil {
			return false
		}
		u.RawQuery = ""
		return u.String() == address
	})
}

// A user whose NameID changes becomes a second worker, whom somebody pays for; the verdict
// says so.
func TestChangedNameID(t *testing.T) {
	t.Parallel()
	for sso, legacy := range bothSSO {
		t.Run(sso, func(t *testing.T) {
			t.Parallel()
			p := stagePair(t, way{legacy: legacy})
			p.login(saml.FlowSP)
			assert.Empty(t, p.verdict().Warning)
			put(&p.settings.Salesforce.Users[0].Username, "ada.agent@acme.example")
			other := stagePair(t, way{legacy: legacy, edit: func(s *settings.Settings) {
				put(&s.Salesforce.Users[0].Username, "ada.agent@acme.example")
			}})
			p.network.hosts[hostOf(p.settings.Salesforce.MyDomain.Value)] = other.idp
			p.login(saml.FlowSP)
			assert.True(t, p.verdict().Accepted)
			assert.Contains(t, p.verdict().Warning, "A second worker with the e-mail address of ada@acme.example")
			assert.Contains(t, p.verdict().Warning, "bills")
		})
	}
}
