package harness

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
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
	if len(p.browser.steps) == 0 {
		return skipped("nothing was fetched")
	}
	var found []check.Finding
	for _, address := range p.insecure {
		found = append(found, check.Finding{At: address, Got: "http", Want: "https"})
	}
	for _, s := range p.browser.steps {
		if strings.HasPrefix(strings.ToLower(s.Location), "http:") && !slices.Contains(p.insecure, bareURL(s.Location)) {
			found = append(found, check.Finding{At: bareURL(s.URL), Got: bareURL(s.Location), Want: "https"})
		}
	}
	return check.Outcome{Findings: found}
}

// fixWay is where the way to the login page is mended at a service provider that is not Flex.
var fixWay = check.Fix{
	Side: check.SP, Setting: "the identity provider's single sign-on address, and Entity Id and ACS URL of the app in Salesforce",
	Text: "Compare the addresses of the way with both sides: --verbose shows them.",
}

func judgeLoginPage(p *prober, _ *check.Expect) check.Outcome {
	b := p.browser
	switch {
	case p.start.Value == "" && !p.s.Flex.Set:
		return skipped("where a login starts is not known: give --login-link")
	case len(p.outside) > 0 || len(p.silent) > 0 && !p.reached:
		return skipped("the way could not be followed to its end")
	case p.reached && b.request != nil:
		return check.Outcome{}
	case p.reached:
		return check.Outcome{Findings: []check.Finding{{At: bareURL(b.at.String()), Note: "the login page was reached without an AuthnRequest"}}}
	}
	f := at(p.start, "", "")
	if !p.s.Flex.Set {
		f.Fix = &fixWay
	}
	f.Note = p.stopped
	if p.start.Value == "" {
		f.Note = "there is no login link"
	}
	if b.at != nil {
		f.Got = bareURL(b.at.String())
	}
	f.Want = "the login page of https://" + p.orgHosts()[0]
	return check.Outcome{Findings: []check.Finding{f}}
}

func judgeConnection(p *prober, _ *check.Expect) check.Outcome {
	sid := p.s.Flex.ConnectionSID
	switch r := p.realm; {
	case !p.s.Flex.Set:
		return skipped("the settings have no Flex half")
	case r == nil && p.s.Flex.SSO.Value == settings.SSOLegacy:
		return skipped("legacy SSO has no connection")
	case r == nil:
		return skipped("the account is not known")
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
