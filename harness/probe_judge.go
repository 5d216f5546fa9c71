package harness

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

func skipped(reason string) check.Outcome { return check.Outcome{Skip: reason} }

func judgeTLS(p *prober, want *check.Expect) check.Outcome {
	if len(p.tls) == 0 {
		return skipped("no host answered")
	}
	var found []check.Finding
	for _, t := range p.tls {
		f := check.Finding{At: t.host}
		if t.leaf != nil {
			f.Got = names(t.leaf) + ", valid " + t.leaf.NotBefore.UTC().Format(time.DateOnly) + " to " + t.leaf.NotAfter.UTC().Format(time.DateOnly)
		}
		var name x509.HostnameError
		var authority x509.UnknownAuthorityError
		switch {
		case errors.As(t.err, &name):
			f.Want, f.Note = "a certificate for "+t.host, "the certificate is for other names"
		case errors.As(t.err, &authority):
			f.Note = "no authority that is trusted here issued the certificate"
		case t.err != nil:
			f.Note = t.err.Error()
		case t.version < tls.VersionTLS12:
			f.Got, f.Want = tls.VersionName(t.version), "TLS 1.2 or later"
		case want.ExpiresWithin > 0 && t.leaf.NotAfter.Before(want.At.Add(want.ExpiresWithin)):
			f.Note, f.Severity = "the host's certificate "+days(t.leaf.NotAfter, want.At), check.Warning
		default:
			continue
		}
		found = append(found, f)
	}
	return check.Outcome{Findings: found}
}

// names are the names that a certificate is for, the first few.
func names(c *x509.Certificate) string {
	all := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "a certificate without names"
	}
	if len(all) > 4 {
		all = append(all[:4:4], fmt.Sprintf("and %d more", len(all)-4))
	}
	return "a certificate for " + strings.Join(all, ", ")
}

func judgeRedirects(p *prober, _ *check.Expect) check.Outcome {
	if len(p.steps()) == 0 {
		return skipped("nothing was fetched")
	}
	var found []check.Finding
	for _, address := range p.insecure {
		found = append(found, check.Finding{At: address, Got: "http", Want: "https"})
	}
	for _, s := range p.steps() {
		if strings.HasPrefix(strings.ToLower(s.Location), "http:") && !slices.Contains(p.insecure, bareURL(s.Location)) {
			found = append(found, check.Finding{At: bareURL(s.URL), Got: bareURL(s.Location), Want: "https"})
		}
	}
	return check.Outcome{Findings: found}
}

func judgeLoginPage(p *prober, _ *check.Expect) check.Outcome {
	b := p.browser
	switch {
	case len(p.outside) > 0 || len(p.silent) > 0 && !p.reached:
		return skipped("the way could not be followed to its end")
	case p.reached && b.request != nil:
		return check.Outcome{}
	case p.reached:
		return check.Outcome{Findings: []check.Finding{{At: bareURL(b.at.String()), Note: "the login page was reached without an AuthnRequest"}}}
	}
	f := check.Finding{At: p.s.Flex.LoginLink.Path, Note: p.stopped}
	if b.at != nil {
		f.Got = bareURL(b.at.String())
	}
	f.Want = "the login page of https://" + p.orgHost()
	return check.Outcome{Findings: []check.Finding{f}}
}

func judgeConnection(p *prober, _ *check.Expect) check.Outcome {
	sid := p.s.Flex.ConnectionSID
	switch r := p.realm; {
	case r == nil:
		return skipped("legacy SSO has no connection")
	case r.err != nil:
		return skipped("the list of connections could not be read: " + r.err.Error())
	case r.status != http.StatusOK:
		return skipped(fmt.Sprintf("the list of connections was answered with status %d", r.status))
	case slices.Contains(r.names, sid.Value):
		return check.Outcome{}
	default:
		f := at(sid, sid.Value, strings.Join(r.names, " or "))
		if len(r.names) == 0 {
			f.Note = "Flex publishes no connection for the account " + p.s.Flex.AccountSID.Value
		}
		return check.Outcome{Findings: []check.Finding{f}}
	}
}

// at is a finding at a setting.
func at(field settings.Text, got, want string) check.Finding {
	f := check.Finding{At: field.Path, File: field.Place.File, Line: field.Place.Line, Column: field.Place.Column, Got: got, Want: want}
	if got != "" && want != "" {
		f.Note = check.Difference(got, want)
	}
	return f
}

func judgeMetadata(p *prober, _ *check.Expect) check.Outcome {
	switch m := p.org; {
	case m.read() && len(m.endpoints) == 0:
		return check.Outcome{Findings: []check.Finding{{At: m.url, Note: "the metadata has no IDPSSODescriptor with a SingleSignOnService"}}}
	case m.read():
		return check.Outcome{}
	case m.status == 0 && m.url != "":
		return skipped("the org's host did not answer")
	case m.err != nil:
		return check.Outcome{Findings: []check.Finding{{At: m.url, Note: m.err.Error()}}}
	default:
		return check.Outcome{Findings: []check.Finding{{At: m.url, Got: fmt.Sprintf("status %d", m.status), Want: "status 200"}}}
	}
}

// source is the metadata to compare with, and how much a difference from it matters: the
// app's states what is compared, the org's only what an app has that says nothing else.
func (p *prober) source() (*orgMetadata, check.Severity) {
	if p.app.read() {
		return p.app, 0
	}
	if p.org.read() {
		return p.org, check.Warning
	}
	return nil, 0
}

func judgeEntityID(p *prober, _ *check.Expect) check.Outcome {
	m, severity := p.source()
	if m == nil {
		return skipped("there is no metadata to compare with")
	}
	var found []check.Finding
	for _, field := range []settings.Text{p.s.Salesforce.ConnectedApp.Issuer, p.s.Flex.IdentityProviderIssuer} {
		if field.Value == m.entityID || field.Value == "" {
			continue
		}
		f := at(field, field.Value, m.entityID)
		f.Severity = severity
		f.Note = strings.TrimSuffix(f.Note+"; "+m.name+" says so", "; ")
		found = append(found, f)
	}
	return check.Outcome{Findings: found}
}

func judgeCertificate(p *prober, want *check.Expect) check.Outcome {
	m, severity := p.source()
	switch {
	case m == nil:
		return skipped("there is no metadata to compare with")
	case m.certErr != nil:
		return check.Outcome{Findings: []check.Finding{{At: m.url, Note: m.certErr.Error()}}}
	}
	var found []check.Finding
	current := m.certificates[0]
	compare := func(field settings.Text, data []byte) {
		c, err := saml.ParseCertificate(data)
		if err != nil {
			return // settings/certificate-readable tells
		}
		for _, known := range m.certificates {
			if bytes.Equal(known.X509.Raw, c.Raw) {
				return
			}
		}
		f := at(field, saml.Certificate{X509: c}.Describe(), current.Describe())
		f.Severity, f.Note = severity, "not the certificate that "+m.name+" states"
		found = append(found, f)
	}
	flex := p.s.Flex.X509Certificate
	flex.Text.Value = ""
	compare(flex.Text, flex.Data)
	if used := p.s.Salesforce.Certificate(p.s.Salesforce.ConnectedApp.IDPCertificate.Value); used != nil {
		compare(used.File.Text, used.File.Data)
	}
	for _, c := range m.certificates {
		end := c.X509.NotAfter
		f := check.Finding{At: m.url, Got: c.Describe(), Note: "the certificate " + days(end, want.At)}
		switch {
		case end.Before(want.At):
			found = append(found, f)
		case want.ExpiresWithin > 0 && end.Before(want.At.Add(want.ExpiresWithin)):
			f.Severity = check.Warning
			found = append(found, f)
		}
	}
	return check.Outcome{Findings: found}
}

func judgeEndpoints(p *prober, _ *check.Expect) check.Outcome {
	m, _ := p.source()
	if m == nil {
		return skipped("there is no metadata to compare with")
	}
	field := p.s.Flex.SSOURL
	var redirect []string
	for _, e := range m.endpoints {
		if e.binding != saml.BindingRedirect {
			continue
		}
		if e.location == field.Value {
			return check.Outcome{}
		}
		redirect = append(redirect, e.location)
	}
	if len(redirect) == 0 {
		return check.Outcome{Findings: []check.Finding{{At: m.url, Note: "the metadata has no SingleSignOnService for HTTP-Redirect, which Flex uses"}}}
	}
	return check.Outcome{Findings: []check.Finding{at(field, field.Value, redirect[0])}}
}
