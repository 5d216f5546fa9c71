package capture

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// broken are forms whose lines were broken, or whose names and ends are not those that
// the bindings have.
func broken() map[string]string {
	b := std(response)
	q := url.QueryEscape(b)
	lines := wrap(b, 76, "\n")
	return map[string]string{
		"lines in brackets":             "[" + lines + "]",
		"lines in braces":               "{" + lines + "}",
		"lines in angle brackets":       "It says\n<" + lines + ">, I think.",
		"lines before a stop":           "The response is " + lines + ". It fails.",
		"lines broken by hand":          "SAMLResponse: " + b[:100] + "\n" + b[100:400] + "\r\n" + b[400:420] + "\n\n" + b[420:],
		"body broken by an editor":      wrap("SAMLResponse="+q+"&RelayState=x", 80, "\n"),
		"URL broken by an editor":       wrap("https://sp.example/acs?SAMLResponse="+url.QueryEscape(std(saml.Deflate(response)))+"&RelayState=x", 80, "\n"),
		"parameter in small letters":    "samlresponse=" + q + "&relaystate=x",
		"parameter in mixed letters":    "SamlResponse=" + q,
		"variable of a shell":           "$ R=" + b + "\n$ echo $R | base64 -d\n",
		"variable of an environment":    "export SAML_RESPONSE=" + b,
		"setting":                       "response=" + b + "\nother=1\n",
		"setting with spaces around it": "response = " + b + "\n",
	}
}

// A line of a message may begin with a tag, and is no other message for that.
func TestLinesThatBeginWithATag(t *testing.T) {
	t.Parallel()
	lead := response[:bytes.Index(response, []byte("<saml:Issuer"))]
	pad := 57*((len(lead)+20)/57+1) - len(lead)
	xml := strings.Replace(string(response), "<saml:Issuer", strings.Repeat(" ", pad)+"<saml:Issuer", 1)
	lines := wrap(std([]byte(xml)), 76, "\n")
	require.Contains(t, lines, "\n"+std([]byte("<saml:Issuer")))
	c, err := Read("x", []byte("It says\n<"+lines+">, I think."), Limits{})
	require.NoError(t, err)
	assert.Equal(t, xml, string(c.Logins[0].Response.XML))
}
