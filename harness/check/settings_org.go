package check

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// SettingsMyDomain wants the host name of the org, and the one that the rest names.
var SettingsMyDomain = &Check{
	ID:       "settings/my-domain",
	Title:    "My Domain is the host name of the org",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSalesforce, "Salesforce Help, My Domain"},
	Since:    "0.1",
	Text: `The issuer and every endpoint of the org follow from My Domain, as acme.my.salesforce.com. It is wanted as a host name: without https://, without a path, and not the Lightning host.
Where the issuers and the single sign-on URL agree on another host, it is My Domain that was mistyped.`,
	Fix:     mend("salesforce.my_domain", "Copy the host name from Current My Domain URL, as acme.my.salesforce.com."),
	Follows: []string{"settings/placeholder"},
	Run:     onSettings(settingsMyDomain),
}

var hostName = regexp.MustCompile(`^(?i:[a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+(?i:[a-z]{2,})$`)

func settingsMyDomain(s *settings.Settings, _ *Expect) Outcome {
	f := s.Salesforce.MyDomain
	switch why := awaits(f); {
	case !s.Salesforce.Set:
		return skip("the settings have no Salesforce half")
	case why != "":
		return skip(why)
	case f.Value == "":
		return fails(typed(f, "", "the host name of the org, as acme.my.salesforce.com"))
	}
	if !hostName.MatchString(f.Value) {
		want, note := bareHost(f.Value), ""
		if want != "" {
			note = Difference(f.Value, want)
		} else {
			want = "a host name, as acme.my.salesforce.com"
		}
		return fails(typed(f, f.Value, want).noted(note))
	}
	if host := agreed(s, f.Value); host != "" {
		return fails(typed(f, f.Value, host).noted(Difference(f.Value, host) + "; the issuers and the single sign-on URL name " + host))
	}
	if lower := strings.ToLower(f.Value); !strings.HasSuffix(lower, ".my.salesforce.com") && !strings.HasSuffix(lower, ".my.salesforce.mil") {
		want := "a host name that ends in .my.salesforce.com"
		if name, _, ok := strings.Cut(lower, ".lightning.force.com"); ok {
			want = name + ".my.salesforce.com"
		}
		return fails(typed(f, f.Value, want).only(Warning).noted("it is not the host of a My Domain"))
	}
	return pass()
}

// bareHost is the host name in a value that has more around it, "" where there is none.
func bareHost(s string) string {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || !hostName.MatchString(u.Hostname()) {
		return ""
	}
	return u.Hostname()
}

// agreed is a host other than My Domain that at least two of the settings that follow
// from My Domain name, while none of them names My Domain; "" where there is none.
func agreed(s *settings.Settings, mine string) string {
	var host string
	votes := 0
	for _, f := range []settings.Text{s.Salesforce.ConnectedApp.Issuer, s.Flex.IdentityProviderIssuer, s.Flex.SSOURL} {
		h := bareHost(f.Value)
		switch {
		case !f.Set || h == "" || placeholder(f.Value) != "":
		case h == mine:
			return ""
		case host == "" || h == host:
			host = h
			votes++
		default:
			return ""
		}
	}
	if votes < 2 {
		return ""
	}
	return host
}

// SettingsOrganizationID wants an id of an org.
var SettingsOrganizationID = &Check{
	ID:       "settings/organization-id",
	Title:    "Organization ID has the form of a Salesforce id of an organization",
	Severity: Error,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{"Salesforce, Object Reference: ID Field Type", "Salesforce Help, Company Information"},
	Since:    "0.1",
	Text: `An id of an organization begins with 00D and has 15 characters in which letter case counts, or 18, of which the last three are a checksum of the letter case of the others.
The self-signed certificates of an org carry the 15 characters as OU, which tells whose certificate it is.`,
	Fix:     mend("salesforce.organization_id", "Copy Salesforce.com Organization ID from Company Information."),
	Follows: []string{"settings/placeholder"},
	Run:     onSalesforce(settingsOrganizationID),
}

var organizationID = regexp.MustCompile(`^00D[0-9A-Za-z]{12}([0-9A-Za-z]{3})?$`)

func settingsOrganizationID(s *settings.Salesforce, _ *Expect) Outcome {
	f := s.OrganizationID
	id := f.Value
	switch why := awaits(f); {
	case why != "":
		return skip(why)
	case id == "" && !f.Set:
		return skip("no organization id was given")
	case !organizationID.MatchString(id):
		return fails(typed(f, id, "00D and 12 or 15 further letters and digits").noted(organizationFault(id)))
	case len(id) == 18 && id[15:] != checksum(id[:15]):
		return fails(typed(f, id, id[:15]+checksum(id[:15])).noted("the last three characters do not fit the letter case of the others"))
	}
	return pass()
}

// organizationFault says in what an id is no id of an organization.
func organizationFault(id string) string {
	switch {
	case strings.TrimSpace(id) != id:
		return "it has white space around it"
	case !strings.HasPrefix(id, "00D"):
		return "it does not begin with 00D"
	case len(id) != 15 && len(id) != 18:
		return "it has neither 15 nor 18 characters"
	}
	return "it has a character that is neither a letter nor a digit"
}

// checksum is the three characters that an id of 15 has more as an id of 18: one for
// each five, whose bits tell which of them are capital letters.
func checksum(id string) string {
	var sum [3]byte
	for i := range sum {
		bits := 0
		for j, c := range []byte(id[i*5 : i*5+5]) {
			if c >= 'A' && c <= 'Z' {
				bits |= 1 << j
			}
		}
		sum[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
	}
	return string(sum[:])
}
