package mockidp

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// now is the time of every test.
var now = time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC)

// counted is randomness that is the same each time.
type counted struct{ n uint64 }

func (c *counted) Read(b []byte) (int, error) {
	for i := 0; i < len(b); {
		c.n++
		block := sha256.Sum256(binary.BigEndian.AppendUint64(nil, c.n))
		i += copy(b[i:], block[:])
	}
	return len(b), nil
}

// A pooled key is one of the public pool with a certificate for it.
type pooled struct {
	key  crypto.Signer
	pem  []byte
	cert *x509.Certificate
}

var pool = func() (made [4]func() pooled) {
	for n := range made {
		made[n] = sync.OnceValue(func() pooled {
			key, err := keys.For(keys.RSA, 2048)[n].Signer()
			if err != nil {
				panic(err)
			}
			pem, err := keys.SelfSigned(keys.Certificate{
				Label: "SalesforceSSO", OrganizationID: "00D0A0000000Acm", Serial: big.NewInt(int64(1000 + n)),
				NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(10, 0, 0),
			}, key)
			if err != nil {
				panic(err)
			}
			cert, err := saml.ParseCertificate(pem)
			if err != nil {
				panic(err)
			}
			return pooled{key, pem, cert}
		})
	}
	return made
}()

func poolKey(n int) (crypto.Signer, []byte, *x509.Certificate) {
	p := pool[n]()
	return p.key, p.pem, p.cert
}

func field[T any](v T) settings.Field[T] { return settings.Field[T]{Value: v, Set: true} }

// acme is a half in which everything is right.
func acme() settings.Salesforce {
	_, pem, _ := poolKey(0)
	user := func(first, last, email, profile string) settings.User {
		return settings.User{
			FirstName: field(first), LastName: field(last), Alias: field("alias"), Email: field(email),
			Username: field(email), Nickname: field(last), License: field("Salesforce"), Profile: field(profile), Active: field(true),
		}
	}
	return settings.Salesforce{
		MyDomain: field("acme.my.salesforce.com"), OrganizationID: field("00D0A0000000Acm"),
		Certificates: []settings.Certificate{{
			Label: field("SalesforceSSO"), UniqueName: field("SSO"), KeySize: field(2048),
			File: settings.File{Text: field("sso.crt"), Data: pem},
		}},
		IdentityProvider: settings.IdentityProvider{Enabled: field(true), Certificate: field("SalesforceSSO")},
		ConnectedApp: settings.ConnectedApp{
			Name: field("Twilio Flex"), APIName: field("Twilio_Flex"), EnableSAML: field(true),
			EntityID: field("urn:flex:JQ1"), ACSURL: field("https://login.flex.example/callback?connection=JQ1"),
			SubjectType: field(settings.SubjectUsername), NameIDFormat: field(saml.FormatUnspecified),
			Issuer: field("https://acme.my.salesforce.com"), IDPCertificate: field("SalesforceSSO"), SigningAlgorithm: field("SHA256"),
			CustomAttributes: []settings.CustomAttribute{
				{Key: field("full_name"), Value: field(`$User.FirstName + " " + $User.LastName`)},
				{Key: field("roles"), Value: field(`"agent, supervisor"`)},
			},
			Profiles: []settings.Text{field("Standard User")},
		},
		Users: []settings.User{
			user("Ada", "Agent", "ada@acme.example", "Standard User"),
			user("Nora", "None", "nora@acme.example", "Guest"),
		},
	}
}

// options are those of every test.
func options() Options {
	key, _, cert := poolKey(0)
	return Options{
		Now: func() time.Time { return now }, Random: &counted{},
		Key: func(c *x509.Certificate) crypto.Signer {
			if bytes.Equal(c.RawSubjectPublicKeyInfo, cert.RawSubjectPublicKeyInfo) {
				return key
			}
			return nil
		},
	}
}

func TestIssueRefuses(t *testing.T) {
	t.Parallel()
	_, otherPEM, _ := poolKey(1)
	tests := []struct {
		name       string
		change     func(*settings.Salesforce)
		user       int
		code, text string
	}{
		{name: "nothing is wrong", change: func(*settings.Salesforce) {}, code: "Success"},
		{
			name: "no My Domain", change: func(s *settings.Salesforce) { s.MyDomain.Value = "" },
			code: "NoSubdomain", text: "No My Domain deployed in the org",
		},
		{
			name: "not enabled", change: func(s *settings.Salesforce) { s.IdentityProvider.Enabled.Value = false },
			code: "InvalidIdpEndpoint", text: "Invalid Identity Provider Endpoint URL: the org is not enabled as an identity provider",
		},
		{
			name: "no SAML", change: func(s *settings.Salesforce) { s.ConnectedApp.EnableSAML.Value = false },
			code: "InvalidSp", text: "Misconfigured or invalid service provider: Enable SAML is not ticked in the app Twilio Flex",
		},
		{
			name: "profile without access", change: func(*settings.Salesforce) {}, user: 1,
			code: "NoAccess", text: `User does not have access to this service provider: the profile "Guest" is not assigned to the app Twilio Flex`,
		},
		{
			name: "inactive user", change: func(s *settings.Salesforce) { s.Users[0].Active.Value = false },
			code: "UserInactive", text: "User is Inactive",
		},
		{
			name: "unknown certificate", change: func(s *settings.Salesforce) { s.ConnectedApp.IDPCertificate.Value = "Other" },
			code: "InvalidSettings", text: `IdP certificate is invalid or does not exist: there is no certificate "Other"`,
		},
		{
			name: "unreadable certificate", change: func(s *settings.Salesforce) { s.Certificates[0].File.Data = nil },
			code: "InvalidSettings", text: `IdP certificate is invalid or does not exist: the certificate "SalesforceSSO" cannot be read: `,
		},
		{
			name: "certificate without key", change: func(s *settings.Salesforce) { s.Certificates[0].File.Data = otherPEM },
			code: "InvalidSettings", text: `IdP certificate is invalid or does not exist: there is no private key of the certificate "SalesforceSSO"`,
		},
		{
			name: "no Federation ID", change: func(s *settings.Salesforce) { s.ConnectedApp.SubjectType.Value = "FederationId" },
			code: "NoUserFedId", text: "The user has no Federation ID",
		},
		{
			name: "no custom attribute", change: func(s *settings.Salesforce) { s.ConnectedApp.SubjectType.Value = "CustomAttribute" },
			code: "NoCustomField", text: "The custom attribute that is the subject does not exist",
		},
		{
			name: "ACS URL that runs a script", change: func(s *settings.Salesforce) { s.ConnectedApp.ACSURL.Value = "javascript:alert(1)" },
			code: "InvalidSp", text: `Misconfigured or invalid service provider: the ACS URL "javascript:alert(1)" is no web address`,
		},
		{
			name: "encryption certificate that is none", change: func(s *settings.Salesforce) {
				s.ConnectedApp.EncryptSAMLResponse.Value = true
				s.ConnectedApp.EncryptionCertificate.Data = []byte("x")
			},
			code: "InvalidSp", text: "Misconfigured or invalid service provider: the assertion encryption certificate cannot be read: ",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			half := acme()
			test.change(&half)
			var told []saml.Event
			opt := options()
			opt.Notify = func(e saml.Event) { told = append(told, e) }
			p := New(half, opt)
			response, event := p.Issue(&half.Users[test.user], Request{ID: "_r"})
			assert.Equal(t, test.code, event.Code)
			assert.Contains(t, event.Text, test.text)
			assert.Equal(t, half.Users[test.user].Username.Value, event.User)
			assert.Equal(t, "urn:flex:JQ1", event.EntityID)
			assert.Equal(t, saml.FlowSP, event.Initiated)
			assert.Equal(t, now, event.At)
			assert.Equal(t, test.code == "Success", response != nil)
			assert.Equal(t, []saml.Event{event}, told)
			assert.Equal(t, []saml.Event{event}, p.Events())
		})
	}
}

func TestEventLogKeepsTheLast(t *testing.T) {
	t.Parallel()
	half := acme()
	half.Users[0].Active.Value = false
	p := New(half, options())
	for range 60 {
		p.Issue(&half.Users[0], Request{})
	}
	p.Issue(&half.Users[1], Request{})
	events := p.Events()
	require.Len(t, events, 50)
	assert.Equal(t, "NoAccess", events[49].Code)
	assert.Equal(t, saml.FlowIDP, events[49].Initiated)
}

func TestUserNamesHaveNoLetterCase(t *testing.T) {
	t.Parallel()
	p := New(acme(), Options{})
	require.NotNil(t, p.User(" ADA@acme.example"))
	assert.Equal(t, "Ada", p.User(" ADA@acme.example").FirstName.Value)
	assert.Nil(t, p.User("eve@acme.example"))
}

func TestIDs(t *testing.T) {
	t.Parallel()
	p := New(acme(), Options{})
	id := p.userID(&p.half.Users[0])
	assert.Regexp(t, `^0050A00000[0-9A-Za-z]{5}$`, id)
	assert.Equal(t, id, p.userID(&p.half.Users[0]))
	assert.NotEqual(t, id, p.userID(&p.half.Users[1]))
	assert.Regexp(t, `^https://acme\.my\.salesforce\.com/idp/login\?app=0sp0A00000[0-9A-Za-z]{5}$`, p.LoginURL())
	p.half.OrganizationID.Value = "no"
	assert.Regexp(t, `^0050000000`, p.userID(&p.half.Users[0]))
	assert.Equal(t, []string{"acme.my.salesforce.com"}, p.Hosts())
	assert.Equal(t, "001A000000006Vm"+"IAI", longID("001A000000006Vm"))
}
