package check

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// MetadataReachable notes endpoints that only one machine or one network can reach.
var MetadataReachable = &Check{
	ID:       "metadata/reachable",
	Title:    "Every endpoint is at an address that can be reached from everywhere",
	Severity: Note,
	Basis:    Hardening,
	Sources:  []string{"RFC 6761 6.3", "RFC 6890 2.2.2"},
	Covers:   []string{"MDX-12"},
	Since:    "0.1",
	Text:     `localhost is the user's own machine, private addresses and names without a dot lead somewhere else in every network. Such endpoints are left over from development, or work for users of one network only.`,
	Fix:      Fix{Side: IDP, Setting: "metadata", Text: "Publish addresses with a host name that everybody can resolve."},
	Follows:  []string{"metadata/locations"},
	Run: onEndpoint(func(e saml.Element) (list []Finding) {
		for _, name := range [...]string{"Location", "ResponseLocation"} {
			a := e.Attr(name)
			if why := confined(a.Value()); why != "" {
				list = append(list, found(a.At(), a.Value(), "a host name that can be resolved everywhere").noted(why))
			}
		}
		return list
	}),
}

// confined says why an address cannot be reached from everywhere, "" where it may be.
func confined(address string) string {
	if !isWebAddress(address) {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap()
		switch {
		case ip.IsLoopback(), ip.IsUnspecified():
			return "it is the user's own machine"
		case ip.IsPrivate(), ip.IsLinkLocalUnicast():
			return "it is an address of a private network"
		}
		return ""
	}
	switch {
	case host == "localhost", strings.HasSuffix(host, ".localhost"):
		return "it is the user's own machine"
	case strings.HasSuffix(host, ".local"), strings.HasSuffix(host, ".internal"):
		return "the name is one of a private network"
	case host != "" && !strings.Contains(host, "."):
		return "the name has no dot, so that it is one of a private network"
	}
	return ""
}

// MetadataRequestKey wants a service provider that says that it signs to have a key.
var MetadataRequestKey = &Check{
	ID:       "metadata/request-key",
	Title:    "A service provider that signs its requests has a signing key",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.4.4", "SAMLMeta 2.4.1.1"},
	Covers:   []string{"MDS-03", "MDX-15"},
	Since:    "0.1",
	Text:     `AuthnRequestsSigned="true" has the identity provider refuse unsigned requests. Without a KeyDescriptor for signing it has nothing to verify them with: it refuses every request, or, worse, verifies none. Metadata without any key, whose keys may be handed over by another way, is a warning.`,
	Fix:      Fix{Side: SP, Setting: "metadata", Text: "Publish the signing certificate, or leave AuthnRequestsSigned out."},
	Follows:  []string{"metadata/key-use", "metadata/want-signed"},
	Run: onRole(roleSP, func(r saml.Element, want *Expect) []Finding {
		a := r.Attr("AuthnRequestsSigned")
		if v := a.Value(); v != "true" && v != "1" {
			return nil
		}
		missing := signingKey(r, want)
		if len(missing) == 0 {
			return nil
		}
		f := found(a.At(), "no signing key", "a KeyDescriptor for signing")
		f.Severity = missing[0].Severity
		return one(f)
	}),
}
