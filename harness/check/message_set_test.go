package check

import (
	"crypto"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/saml"
)

// set changes the login by one line of a test.
func (l *login) set(t testing.TB, key, value string) {
	t.Helper()
	list := strings.Fields(value)
	switch key {
	case "profile":
		l.want.Profile = Profile(value)
	case "sign":
		l.sign = value
	case "key":
		l.key = value
	case "algorithm":
		l.algorithm = value
	case "digest":
		l.digest = value
	case "transforms":
		l.transforms = value
	case "encrypt":
		l.encrypt = value
		l.encryptTo = "rsa-2048-2"
		l.set(t, "decryption keys", "")
	case "decryption keys":
		l.want.Decryption = []saml.PrivateKey{{Key: poolKey(t, "rsa-2048-3").(crypto.Decrypter), Name: "old"}, {Key: poolKey(t, "rsa-2048-2").(crypto.Decrypter), Name: "sp"}}
	case "encrypt to":
		l.encryptTo = value
	case "plaintext":
		l.plaintext = value
	case "no assertion":
		l.response = l.response[:strings.Index(l.response, "<saml:Assertion")] + "</samlp:Response>"
	case "second assertion":
		second := strings.NewReplacer("{{assertion}}", "", "_93af", "_93ag").Replace(goodAssertion)
		l.response = strings.Replace(l.response, "</samlp:Response>", edited(t, second, [][2]string{{"ada@acme.example", value}})+"</samlp:Response>", 1)
	case "der":
		l.der = true
	case "unfilled":
		l.unfilled = true
	case "signed query":
		l.signQuery = value
	case "signed request":
		l.signRequest = value
	case "by redirect":
		l.redirected = true
	case "no decryption key":
		l.want.Decryption = nil
	case "flow":
		l.flow = saml.Flow(value)
		l.sentTo = "https://sp.example/acs"
	case "no request":
		l.request = ""
	case "post request":
		l.post = true
	case "query":
		l.query = value
	case "body":
		l.body = value
	case "relay":
		l.relay, l.returned = &value, &value
	case "returned":
		l.returned = &value
	case "no relay returned":
		l.returned = nil
	case "sent to":
		l.sentTo = value
	case "audiences":
		l.want.Audiences = list
	case "acs urls":
		l.want.ACSURLs = list
	case "issuers":
		l.want.Issuers = list
	case "sso url":
		l.want.RequestURLs = list
	case "sso urls":
		l.want.SSOURLs = list
	case "request issuers":
		l.want.RequestIssuers = list
	case "request acs urls":
		l.want.RequestACSURLs = list
	case "request ids":
		l.want.RequestIDs = list
	case "requests signed":
		l.want.RequestsSigned = true
	case "canonicalization":
		l.canonicalization = value
	case "answered":
		status, err := strconv.Atoi(value)
		require.NoError(t, err)
		l.steps = []saml.Step{{Method: "POST", URL: l.sentTo, Status: status}}
	case "refused":
		l.verdict = &saml.Verdict{Status: 401, Code: value}
	case "reference":
		l.reference = value
	case "request certificates", "certificates", "hints":
		var certs []saml.Certificate
		for _, name := range list {
			if name == "old" { // of the key that signs, and over
				x, err := saml.ParseCertificate(mint(t, keys.RSA, 2048, 0, year(2023), year(2024)))
				require.NoError(t, err)
				certs = append(certs, saml.Certificate{X509: x, Name: name})
				continue
			}
			if bare, ok := strings.CutPrefix(name, "bare:"); ok {
				certs = append(certs, saml.Certificate{Key: poolCertificate(t, bare).PublicKey(), Name: name})
				continue
			}
			certs = append(certs, poolCertificate(t, name))
		}
		switch key {
		case "certificates":
			l.want.Certificates = certs
		case "hints":
			l.want.Hints = certs
		default:
			l.want.RequestCertificates = certs
		}
	case "held to": // metadata, and nothing else
		l.metadata = goodMetadata(t)
		for role := range l.metadata {
			if !slices.Contains(list, role) {
				delete(l.metadata, role)
			}
		}
		l.want = Expect{Profile: l.want.Profile, At: l.want.At}
	case "idp", "sp": // a change of the metadata
		old, after := change(value)
		l.metadata[key] = edited(t, l.metadata[key], [][2]string{{old, after}})
	case "idp among", "sp among": // others of a federation
		role := strings.TrimSuffix(key, " among")
		others := goodMetadata(t)[role]
		l.metadata[role] = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` +
			strings.ReplaceAll(others, role+".example", "one."+value) + l.metadata[role] + strings.ReplaceAll(others, role+".example", "two."+value) + `</md:EntitiesDescriptor>`
	case "format":
		l.want.NameIDFormat = value
	case "signed":
		l.want.Signed = Sign(value)
	case "at":
		at, err := time.Parse(time.RFC3339Nano, value)
		require.NoError(t, err)
		l.want.At = at
	case "no clock":
		l.want.At = time.Time{}
	case "skew":
		d, err := time.ParseDuration(value)
		require.NoError(t, err)
		l.want.Skew = d
	default:
		require.Fail(t, "no such line", key)
	}
}

// held is what the login is held to, with its metadata read.
func (l *login) held(t testing.TB) *Expect {
	t.Helper()
	for _, role := range []string{"idp", "sp"} {
		if l.metadata[role] == "" {
			continue
		}
		idps, sps, err := saml.ReadProviders([]byte(l.metadata[role]), role+".xml", saml.Limits{})
		require.NoError(t, err)
		l.want.IdentityProviders = append(l.want.IdentityProviders, idps...)
		l.want.ServiceProviders = append(l.want.ServiceProviders, sps...)
	}
	return &l.want
}
