package capture

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/saml"
)

// inner is the response without its XML declaration.
var inner = string(response[len(`<?xml version="1.0" encoding="UTF-8"?>`):])

// resolved is an ArtifactResponse around a message.
func resolved(status, message string) string {
	return `<a:ArtifactResponse xmlns:a="urn:oasis:names:tc:SAML:2.0:protocol" ID="_z1" InResponseTo="_y1" Version="2.0"><a:Status><a:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:` + status + `"/></a:Status>` + message + `</a:ArtifactResponse>`
}

// envelope is a SOAP envelope around a message.
func envelope(message string) string {
	return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` + message + `</s:Body></s:Envelope>`
}

// enclosed is the response inside of others, in the forms in which people have it.
func enclosed() map[string]string {
	whole := envelope(resolved("Success", inner))
	return map[string]string{
		"XML":               `<?xml version="1.0"?>` + "\n" + whole,
		"ArtifactResponse":  resolved("Success", inner),
		"ECP":               envelope(inner),
		"base64":            std([]byte(whole)),
		"a form":            "SAMLResponse=" + url.QueryEscape(std([]byte(envelope(inner)))) + "&RelayState=x",
		"HTTP":              "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + whole,
		"a log":             "2026-01-31 12:00:00 DEBUG received\n" + whole + "\nand then\n",
		"a log, escaped":    "received: " + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(whole) + " end",
		"a log, base64":     "received message " + std([]byte(whole)) + " end of it",
		"a string of JSON":  `{"message": "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(whole) + `"}`,
		"one beside others": "x " + envelope(`<x:Ping xmlns:x="urn:x"/>`) + " y " + whole,
	}
}

func TestEnclosedResponses(t *testing.T) {
	t.Parallel()
	for name, text := range enclosed() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Read("x", []byte(text), Limits{})
			require.NoError(t, err)
			require.Len(t, c.Logins, 1, "%v", c.Decoded)
			assert.Empty(t, c.Unreadable)
			x := c.Logins[0]
			assert.Equal(t, saml.FlowSP, x.Flow)
			require.NotNil(t, x.Response)
			d, err := saml.Parse(x.Response.XML, saml.Limits{})
			require.NoError(t, err)
			in, err := saml.Unwrap(d)
			require.NoError(t, err)
			assert.Equal(t, "_r1", in.Document.Root().Attr("ID").Value())
			steps := strings.Join(c.Decoded, "\n")
			assert.Contains(t, steps, "the Response inside is judged, with lines and columns of the whole")
			if name != "ECP" && name != "a form" {
				assert.Contains(t, steps, `ArtifactResponse to the ArtifactResolve "_y1" with status Success: it holds Response`)
				assert.Equal(t, saml.BindingArtifact, x.Response.Binding)
			}
		})
	}
}

// The response that is inside belongs to the request before it.
func TestEnclosedResponseBelongsToItsRequest(t *testing.T) {
	t.Parallel()
	request := `<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_q1"></p:AuthnRequest>`
	c, err := Read("x", []byte("sent "+request+"\ngot "+envelope(resolved("Responder", inner))+"\n"), Limits{})
	require.NoError(t, err)
	require.Len(t, c.Logins, 1)
	assert.NotNil(t, c.Logins[0].Request)
	assert.Contains(t, strings.Join(c.Decoded, "\n"), `with the status "Responder": it holds Response`)
}

// What is not the one response of an envelope is refused, with its place.
func TestEnclosedResponsesAreRefused(t *testing.T) {
	t.Parallel()
	other := strings.Replace(inner, "_r1", "_r2", 1)
	two := envelope(inner + other)
	const place = "no Response can be judged: the Body of a SOAP envelope holds one message (SAMLBind 3.2.2), and here stands a second element, <Response> (line 2, column "
	for name, c := range map[string]struct{ in, want string }{
		"two":            {two, place},
		"two in base64":  {std([]byte(two)), place},
		"two in a log":   {"a\nb " + two + " c", "the document that begins at line 2: " + place},
		"one in Header":  {strings.Replace(envelope(other), "<s:Body>", "<s:Header>"+inner+"</s:Header><s:Body>", 1), "an element <Response> stands outside of the Response that would be judged (line 1, column "},
		"a fault":        {envelope("<s:Fault><faultstring>no</faultstring></s:Fault>"), `no Response can be judged: the SOAP envelope holds a Fault and no message: "no" (line 1, column `},
		"a failure":      {resolved("Requester", ""), `no Response can be judged: the ArtifactResponse holds no message: its status is "Requester" (line 1, column 1)`},
		"a request":      {envelope(`<p:ArtifactResolve xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"/>`), "the answer to it is wanted, an ArtifactResponse (line 1, column "},
		"an artifact":    {"https://sp.example/acs?SAMLart=AAQAAMh48&RelayState=x", "it carries " + anArtifact},
		"in a fragment":  {"https://sp.example/acs#SAMLart=AAQAAMh48", "it carries " + anArtifact},
		"in a form":      {"SAMLart=AAQAAMh48&RelayState=x", "it carries " + anArtifact},
		"in a log":       {"12:00 GET /acs?SAMLart=AAQAAMh48 302", "it carries " + anArtifact},
		"in a command":   {"curl 'https://sp.example/acs?SAMLart=AAQAAMh48'", "it carries " + anArtifact},
		"in a page":      {`<html><form action="/acs"><input name="SAMLart" value="AAQAAMh48"></form></html>`, "it carries " + anArtifact},
		"none, by name":  {"https://sp.example/acs?xSAMLart=AAQAAMh48", "there is neither a SAMLRequest nor a SAMLResponse"},
		"none, no value": {"https://sp.example/acs?SAMLart=", "the URL's message cannot be decoded"},
	} {
		_, err := Read("x", []byte(c.in), Limits{})
		assert.ErrorContains(t, err, c.want, name)
	}
	c, err := Read("x", []byte("a\n"+two+"\n"+strings.Replace(inner, "_r1", "_r3", 1)), Limits{})
	require.NoError(t, err)
	assert.Len(t, c.Logins, 1)
	require.Len(t, c.Unreadable, 1)
	assert.Contains(t, c.Unreadable[0], "line 2: "+place)
}
