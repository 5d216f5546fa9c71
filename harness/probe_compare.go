package harness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// at is a finding at a setting.
func at(field settings.Text, got, want string) check.Finding {
	f := check.Finding{At: field.Path, File: field.Place.File, Line: field.Place.Line, Column: field.Place.Column, Got: got, Want: want}
	if got != "" && want != "" {
		f.Note = check.Difference(got, want)
	}
	return f
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

// uncompared is why there is nothing to compare with metadata.
func (p *prober) uncompared() check.Outcome {
	if !p.s.Salesforce.Set {
		return skipped("the settings have no Salesforce half")
	}
	return skipped("there is no metadata to compare with")
}

func judgeMetadata(p *prober, _ *check.Expect) check.Outcome {
	switch m := p.org; {
	case m == nil:
		return p.uncompared()
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

// Where the two halves are mended. A check has the Flex side's.
var (
	fixIssuer = check.Fix{
		Side: check.Salesforce, Setting: "Setup › App Manager › the app › Edit › Web App Settings › Issuer",
		Text: "Copy entityID of the app's metadata (App Manager › View › Download Metadata) into the settings, or correct Issuer in the app.",
	}
	fixCertificate = check.Fix{
		Side: check.Salesforce, Setting: "Setup › Certificate and Key Management › Download Certificate",
		Text: "Download the certificate that the app's IdP Certificate names, and name that file in the settings; or choose the one of the settings in the app.",
	}
)

func judgeEntityID(p *prober, _ *check.Expect) check.Outcome {
	m, severity := p.source()
	if m == nil {
		return p.uncompared()
	}
	var found []check.Finding
	for _, half := range []struct {
		field settings.Text
		fix   *check.Fix
	}{{p.s.Flex.IdentityProviderIssuer, nil}, {p.s.Salesforce.ConnectedApp.Issuer, &fixIssuer}} {
		if half.field.Value == m.entityID || half.field.Value == "" {
			continue
		}
		f := at(half.field, half.field.Value, m.entityID)
		f.Severity, f.Fix = severity, half.fix
		f.Note = strings.TrimPrefix(f.Note+"; "+m.name+" has the other", "; ")
		found = append(found, f)
	}
	return check.Outcome{Findings: found}
}

func judgeCertificate(p *prober, want *check.Expect) check.Outcome {
	m, severity := p.source()
	switch {
	case m == nil:
		return p.uncompared()
	case m.certErr != nil:
		return check.Outcome{Findings: []check.Finding{{At: m.url, Note: m.certErr.Error()}}}
	}
	var found []check.Finding
	current := m.certificates[0]
	compare := func(field settings.Text, data []byte, fix *check.Fix) {
		c, err := saml.ParseCertificate(data)
		if err != nil {
			return // settings/certificate-readable tells
		}
		same := func(known saml.Certificate) bool { return known.Holds(c) }
		if slices.ContainsFunc(m.certificates, same) {
			return
		}
		f := at(field, saml.Certificate{X509: c}.Describe(), current.Describe())
		f.Severity, f.Fix, f.Note = severity, fix, "not the certificate that "+m.name+" states"
		if len(m.certificates) > 1 {
			f.Note = fmt.Sprintf("none of the %d certificates that %s states", len(m.certificates), m.name)
		}
		found = append(found, f)
	}
	flex := p.s.Flex.X509Certificate
	compare(flex.Text, flex.Data, nil)
	if used := p.signs(); used != nil {
		compare(used.File.Text, used.File.Data, &fixCertificate)
	}
	for _, c := range m.certificates {
		if c.X509 == nil {
			continue // a bare key has no end
		}
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

// signs is the certificate of the settings that Salesforce signs with, nil where they do
// not have it.
func (p *prober) signs() *settings.Certificate {
	name := p.s.Salesforce.ConnectedApp.IDPCertificate.Value
	if name == "" {
		name = settings.DefaultIDPCertificate
	}
	return p.s.Salesforce.Certificate(name)
}

func judgeEndpoints(p *prober, _ *check.Expect) check.Outcome {
	m, _ := p.source()
	switch {
	case m == nil:
		return p.uncompared()
	case !p.s.Flex.Set:
		return skipped("the settings have no Flex half, which would have the Single Sign-On URL")
	}
	field := p.s.Flex.SSOURL
	if m.takesAt(saml.BindingRedirect, field.Value) {
		return check.Outcome{}
	}
	for _, e := range m.endpoints {
		if e.binding == saml.BindingRedirect {
			return check.Outcome{Findings: []check.Finding{at(field, field.Value, e.location)}}
		}
	}
	return check.Outcome{Findings: []check.Finding{{At: m.url, Note: "the metadata has no SingleSignOnService for HTTP-Redirect, which Flex uses"}}}
}

// taught is the checks of settings with what the metadata teaches of them: where it is the
// app's, a half that differs from it is the one that is wrong, and what only departs from
// the usual is as Salesforce has it.
func (p *prober) taught(checks []*check.Check) []*check.Check {
	m, _ := p.source()
	if m == nil {
		return checks
	}
	app, f := &p.s.Salesforce.ConnectedApp, &p.s.Flex
	states := map[string]bool{
		"settings/sso-url":     m.takesAt(saml.BindingRedirect, f.SSOURL.Value),
		"settings/issuer-form": app.Issuer.Value == m.entityID && (!f.Set || f.IdentityProviderIssuer.Value == m.entityID),
	}
	follows := map[string]string{
		"settings/issuer": "probe/metadata-entity-id", "settings/issuer-form": "probe/metadata-entity-id",
		"settings/certificate-match": "probe/metadata-certificate", "settings/sso-url": "probe/metadata-endpoints",
	}
	all := slices.Clone(checks)
	for i, c := range all {
		by := follows[c.ID]
		if by == "" {
			continue
		}
		c := *c
		if m == p.app {
			c.Follows = append(slices.Clip(c.Follows), by)
		}
		if states[c.ID] {
			c.Run = func(*check.Case) check.Outcome { return skipped(m.name + " states the very same") }
		}
		all[i] = &c
	}
	return all
}
