package harness

import (
	"slices"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// contradicting are the checks by which settings and metadata are held against each other.
var contradicting = [...]string{"metadata/entity-id-match", "metadata/certificate-match", "metadata/name-id-formats", "metadata/sso-match", "metadata/acs"}

// contradictions are where metadata says otherwise than settings. Settings decide what a
// login is held to; what was given in their place by other means is not compared.
func contradictions(s *settings.Settings, want *check.Expect, checks []*check.Check) (list []check.Result) {
	held := check.FromSettings(s)
	held.Profile, held.Strict, held.At = want.Profile, want.Strict, want.At
	for _, f := range []struct{ typed, used *[]string }{
		{&held.Issuers, &want.Issuers}, {&held.Audiences, &want.Audiences}, {&held.ACSURLs, &want.ACSURLs},
	} {
		if !slices.Equal(*f.typed, *f.used) {
			*f.typed = nil
		}
	}
	if !slices.EqualFunc(held.Certificates, want.Certificates, saml.Certificate.Same) {
		held.Certificates = nil
	}
	held.NameIDFormat = want.NameIDFormat
	var some []*check.Check
	for _, c := range checks {
		if slices.Contains(contradicting[:], c.ID) {
			some = append(some, c)
		}
	}
	byCheck := make([]check.Result, len(some)) // of all metadata together
	seen := map[*saml.Document]bool{}
	for _, p := range slices.Concat(want.IdentityProviders, want.ServiceProviders) {
		d := p.Role.Document()
		if seen[d] {
			continue
		}
		seen[d] = true
		for i, res := range check.Run(some, check.NewContradictionCase(d, held)) {
			for j := range res.Findings {
				res.Findings[j].File = p.File
			}
			switch all := &byCheck[i]; {
			case res.Status == check.Skip: // it is about a role that this metadata does not describe
			case all.Check == nil || res.Status == check.Broken:
				*all = res
			case res.Status == check.Fail && all.Status == check.Fail:
				all.Severity = max(all.Severity, res.Severity)
				all.Findings = append(all.Findings, res.Findings...)
			case res.Status == check.Fail && all.Status == check.Pass:
				*all = res
			}
		}
	}
	for _, res := range byCheck {
		if res.Check != nil {
			list = append(list, res)
		}
	}
	return list
}
