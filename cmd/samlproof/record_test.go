package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/mockidp"
)

// record captures logins of the embedded settings, one for each argument, which is good
// or the id of a fault: record DIR good audience-other. DIR then has
//
//	N.xml      the responses, from 1.xml
//	lines.txt  each as base64 in a line of its own
//	login.har  all logins as a browser records them
//	idp.crt    the certificate that signed them
//	idp.xml    the identity provider's metadata, with that certificate
//	sp.xml     the service provider's, which requires the attributes email and roles
//
// The logins are a minute apart, the first of them at 2026-03-02T09:30:00Z.
func record(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: record DIR good|FAULT...")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	write := func(name string, data []byte) { ts.Check(os.WriteFile(filepath.Join(dir, name), data, 0o644)) }
	var lines bytes.Buffer
	var entries []map[string]any
	for i, fault := range args[1:] {
		l, err := replayed(i, fault)
		ts.Check(err)
		x := l.Exchange
		write(fmt.Sprintf("%d.xml", i+1), x.Response.XML)
		fmt.Fprintln(&lines, base64.StdEncoding.EncodeToString(x.Response.XML))
		entries = append(entries, recorded(x)...)
		doc, err := saml.Parse(x.Response.XML, saml.Limits{})
		if err != nil {
			continue
		}
		for _, s := range saml.VerifySignatures(doc, nil, nil) {
			if i == 0 && len(s.Embedded) > 0 {
				write("idp.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Embedded[0].Raw}))
				write("idp.xml", []byte(strings.Replace(identityProvider, "CERTIFICATE", base64.StdEncoding.EncodeToString(s.Embedded[0].Raw), 1)))
				write("sp.xml", []byte(serviceProvider))
			}
		}
	}
	write("lines.txt", lines.Bytes())
	har, err := json.MarshalIndent(map[string]any{"log": map[string]any{
		"version": "1.2", "creator": map[string]any{"name": "samlproof", "version": harness.Version}, "entries": entries,
	}}, "", "  ")
	ts.Check(err)
	write("login.har", har)
}

const (
	identityProvider = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    entityID="https://acme.my.salesforce.com" validUntil="2026-04-01T00:00:00Z">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAuthnRequestsSigned="false">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>CERTIFICATE</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://acme.my.salesforce.com/idp/endpoint/HttpPost"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://acme.my.salesforce.com/idp/endpoint/HttpRedirect"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`
	serviceProvider = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
    entityID="urn:flex:JQ0123456789abcdef0123456789abcdef">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true">
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
        Location="https://login.flex.us1.twilio.com/login/callback?connection=JQ0123456789abcdef0123456789abcdef" index="0"/>
    <md:AttributeConsumingService index="0">
      <md:ServiceName xml:lang="en">Flex</md:ServiceName>
      <md:RequestedAttribute Name="email" isRequired="true"/>
      <md:RequestedAttribute Name="roles" isRequired="true"/>
    </md:AttributeConsumingService>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`
)

// envelop puts a recorded response into an ArtifactResponse in a SOAP envelope, and one
// that carries it twice: envelop DIR/1.xml OUT TWICE.
func envelop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: envelop FROM OUT TWICE")
	}
	message := ts.ReadFile(args[0])
	if i := strings.Index(message, "?>"); i >= 0 {
		message = message[i+2:]
	}
	soap := func(inside string) []byte {
		return []byte(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">` + "\n<S:Body>" +
			`<p:ArtifactResponse xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_z" InResponseTo="_y" Version="2.0" IssueInstant="2026-03-02T09:30:00Z">` +
			`<p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>` + inside + "</p:ArtifactResponse></S:Body></S:Envelope>")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), soap(message), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), soap(message+message), 0o644))
}

// bare writes the key of DIR/idp.crt without the certificate: bare DIR. DIR then has
//
//	idp.pub  SubjectPublicKeyInfo in PEM
//	rsa.pub  PKCS #1 in PEM
//	key.txt  SubjectPublicKeyInfo in base64, in one line
//	key.xml  the identity provider's metadata, with KeyValue in place of the certificate
func bare(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: bare DIR")
	}
	dir := ts.MkAbs(args[0])
	write := func(name, data string) { ts.Check(os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644)) }
	cert, err := saml.ParseCertificate([]byte(ts.ReadFile(filepath.Join(dir, "idp.crt"))))
	ts.Check(err)
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		ts.Fatalf("the key is none of RSA")
	}
	write("idp.pub", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: cert.RawSubjectPublicKeyInfo})))
	write("rsa.pub", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(key)})))
	write("key.txt", base64.StdEncoding.EncodeToString(cert.RawSubjectPublicKeyInfo))
	before, rest, _ := strings.Cut(identityProvider, "<ds:X509Data>")
	_, after, _ := strings.Cut(rest, "</ds:X509Data>")
	write("key.xml", before+"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>"+base64.StdEncoding.EncodeToString(key.N.Bytes())+"</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"+after)
}

// replayed is one login of the embedded settings.
func replayed(i int, fault string) (report.Login, error) {
	s, err := fixtures.Default()
	if err != nil {
		return report.Login{}, err
	}
	opt := harness.Options{
		At: harness.ScenarioTime.Add(time.Duration(i) * time.Minute), Random: rand.NewChaCha8([32]byte{byte(i)}),
		Users: []string{s.Salesforce.Users[i%len(s.Salesforce.Users)].Username.Value}, Flow: saml.FlowSP,
	}
	if fault != "good" {
		if opt.Fault = mockidp.FaultByID(fault); opt.Fault == nil {
			return report.Login{}, fmt.Errorf("no fault %s", fault)
		}
	}
	r, err := harness.Replay(context.Background(), s, opt)
	if err != nil {
		return report.Login{}, err
	}
	return r.Logins[0], nil
}

// recorded is a login as entries of a HAR file.
func recorded(x *saml.Exchange) []map[string]any {
	entry := func(after time.Duration, method, to, body string, status int, location, kind, answer string) map[string]any {
		headers := []map[string]string{{"name": "Date", "value": x.At.Add(after).Format("Mon, 02 Jan 2006 15:04:05") + " GMT"}, {"name": "Content-Type", "value": kind}}
		if location != "" {
			headers = append(headers, map[string]string{"name": "Location", "value": location})
		}
		request := map[string]any{"method": method, "url": to, "headers": []any{}}
		if body != "" {
			request["headers"] = []map[string]string{{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}}
			request["postData"] = map[string]any{"mimeType": "application/x-www-form-urlencoded", "text": body}
		}
		return map[string]any{
			"startedDateTime": x.At.Add(after).Format(time.RFC3339Nano), "time": 5, "_resourceType": "document", "request": request,
			"response": map[string]any{"status": status, "headers": headers, "redirectURL": location, "content": map[string]any{"mimeType": kind, "text": answer}},
		}
	}
	form := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(x.Response.XML)}}
	if x.Response.HasRelayState {
		form.Set("RelayState", x.Response.RelayState)
	}
	all := []map[string]any{entry(-time.Second, "GET", x.Request.URL+"?"+x.Request.Query, "", 200, "", "text/html", "<title>Login</title>")}
	if v := x.Verdict; v == nil || !v.Accepted {
		code := "70004"
		if v != nil && v.Code != "" {
			code = v.Code
		}
		return append(all, entry(0, "POST", x.Response.URL, form.Encode(), 401, "", "application/json", `{"code":`+code+`,"message":"authentication failed","status":401}`))
	}
	home := strings.SplitAfter(x.Response.URL, ".com")[0] + "/home"
	return append(all,
		entry(0, "POST", x.Response.URL, form.Encode(), 302, home, "text/html", ""),
		entry(time.Second, "GET", home, "", 200, "", "text/html", "<title>Home</title>"))
}
