package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// A peer is one side of a login as metadata describes it.
type peer struct {
	given  []*saml.Provider // of all metadata
	chosen []*saml.Provider // of the one entity that the login is held to
	named  string           // the entity ID that the login names; "" where it names none
}

// choose picks the entity that the login is held to: one whose ID is expected anyway,
// one that the login names, one that an address of the login belongs to, or the only one.
func (p *peer) choose(expected, named []string, at func(*saml.Provider) bool) {
	if len(named) > 0 {
		p.named = named[0]
	}
	pick := func(is func(*saml.Provider) bool) bool {
		for _, m := range p.given {
			if len(p.chosen) > 0 && m.Entity != p.chosen[0].Entity {
				continue
			}
			if is(m) {
				p.chosen = append(p.chosen, m)
			}
		}
		return len(p.chosen) > 0
	}
	among := func(ids []string) bool {
		return len(ids) > 0 && pick(func(m *saml.Provider) bool { return among(m.Entity, ids) })
	}
	if among(expected) || len(expected) == 0 && (among(named) || pick(at)) {
		p.whole()
		return
	}
	for _, m := range p.given {
		if m.Entity != p.given[0].Entity {
			return
		}
	}
	p.chosen = p.given
}

// whole adds the other descriptions of the entity that was chosen.
func (p *peer) whole() {
	entity := p.chosen[0].Entity
	p.chosen = nil
	for _, m := range p.given {
		if m.Entity == entity {
			p.chosen = append(p.chosen, m)
		}
	}
}

// mostCompared is how many entity IDs are compared letter by letter with one that is not
// among them: a federation has thousands.
const mostCompared = 200

// entities are the IDs that the login may name: that of the entity that was chosen or,
// where none was, the nearest to what is named.
func (p *peer) entities() []string {
	if len(p.chosen) > 0 {
		return []string{p.chosen[0].Entity}
	}
	var ids []string
	for _, m := range p.given {
		if len(p.given) > mostCompared && !sharesMost(m.Entity, p.named) {
			continue
		}
		if ids = append(ids, m.Entity); len(ids) == mostCompared {
			break
		}
	}
	if len(ids) == 0 {
		ids = []string{p.given[0].Entity}
	}
	return known(nearest(p.named, ids))
}

// sharesMost reports whether two strings have about the same length and most of their
// beginning or of their end in common.
func sharesMost(a, b string) bool {
	n := min(len(a), len(b))
	if max(len(a), len(b))-n > 4 {
		return false
	}
	front, back := 0, 0
	for front < n && a[front] == b[front] {
		front++
	}
	for back < n && a[len(a)-1-back] == b[len(b)-1-back] {
		back++
	}
	return front+back >= n*3/4
}

// locations are the addresses of the chosen entity's endpoints of a kind, of those that
// are wanted, each once.
func (p *peer) locations(local string, wanted func(saml.Endpoint) bool) (list []string) {
	for _, e := range p.endpoints(local) {
		if e.Location != "" && wanted(e) && !among(e.Location, list) {
			list = append(list, e.Location)
		}
	}
	return list
}

// endpoints are those of the chosen entity of a kind.
func (p *peer) endpoints(local string) (list []saml.Endpoint) {
	for _, m := range p.chosen {
		list = append(list, m.Endpoints(local)...)
	}
	return list
}

// certificates are the chosen entity's for a use.
func (p *peer) certificates(use string) (list []saml.Certificate) {
	for _, m := range p.chosen {
		list = append(list, m.Certificates(use)...)
	}
	return list
}

// keyless is the chosen entity where its metadata has no key to verify signatures with:
// none for signing, or none whose certificate can be read; nil where it has one, where
// it names one in a way that others may follow, as by KeyName, and where none was chosen.
func (p *peer) keyless() *saml.Provider {
	var found *saml.Provider
	for _, m := range p.chosen {
		for k := range m.Role.Children() {
			if k.Is(saml.NSMetadata, "KeyDescriptor") && serves(k, "signing") && len(certificatesIn(k)) == 0 {
				return nil
			}
		}
		if len(m.Certificates("signing")) > 0 {
			return nil
		}
		found = m
	}
	return found
}

// flag finds a flag that is true, and who says so.
func (p *peer) flag(name string) (saml.Attr, *saml.Provider) {
	for _, m := range p.chosen {
		if a, on := m.Flag(name); on {
			return a, m
		}
	}
	return saml.Attr{}, nil
}

// The endpoints of the two roles.
const (
	endpointSSO = "SingleSignOnService"
	endpointACS = "AssertionConsumerService"
	endpointSLO = "SingleLogoutService"
)

// hold chooses the entities that the login is held to and fills what of the expectation
// was not given from what their metadata says; unsaid tells that nobody said what must
// be signed.
func (c *Case) hold(unsaid bool) {
	e := c.Expect
	c.idp.given, c.sp.given = e.IdentityProviders, e.ServiceProviders
	if len(c.idp.given) > 0 {
		c.holdIdentityProvider()
	}
	if len(c.sp.given) > 0 {
		c.holdServiceProvider(unsaid)
	}
}

func (c *Case) holdIdentityProvider() {
	e, p := c.Expect, &c.idp
	var named []string
	if c.ResponseDoc != nil {
		named = known(issuerOf(c.ResponseDoc))
	}
	sent := c.requestAddresses()
	p.choose(e.Issuers, named, func(m *saml.Provider) bool { return hasLocation(m, endpointSSO, sent) })
	if len(e.Issuers) == 0 {
		e.Issuers = p.entities()
	}
	signing := p.certificates("signing")
	if len(e.Certificates) == 0 {
		e.Certificates = signing
	} else {
		e.Hints = slices.Concat(e.Hints, signing)
	}
	for _, x := range p.certificates("encryption") {
		if !slices.ContainsFunc(signing, x.Same) {
			e.Hints = slices.Concat(e.Hints, []saml.Certificate{x})
		}
	}
	if len(e.SSOURLs) == 0 {
		e.SSOURLs = p.locations(endpointSSO, func(saml.Endpoint) bool { return true })
		c.ssoPublished = len(e.SSOURLs) > 0
	}
	if _, m := p.flag("WantAuthnRequestsSigned"); m != nil && !e.settled {
		e.RequestsSigned = true
	}
}

func (c *Case) holdServiceProvider(unsaid bool) {
	e, p := c.Expect, &c.sp
	named := c.serviceProviders()
	to := c.responseAddresses()
	p.choose(e.Audiences, named, func(m *saml.Provider) bool { return hasLocation(m, endpointACS, to) })
	if len(e.Audiences) == 0 || len(e.RequestIssuers) == 0 {
		ids := p.entities()
		if len(e.Audiences) == 0 {
			e.Audiences = ids
		}
		if len(e.RequestIssuers) == 0 {
			e.RequestIssuers = ids
		}
	}
	if len(e.ACSURLs) == 0 {
		e.ACSURLs = p.locations(endpointACS, func(x saml.Endpoint) bool { return x.Binding == saml.BindingPOST })
	}
	if len(e.RequestACSURLs) == 0 {
		e.RequestACSURLs = p.locations(endpointACS, func(saml.Endpoint) bool { return true })
		c.acsPublished = len(e.RequestACSURLs) > 0
	}
	if len(e.RequestCertificates) == 0 && !e.settled {
		e.RequestCertificates = p.certificates("signing")
	}
	if _, m := p.flag("WantAssertionsSigned"); m != nil && unsaid {
		e.Signed = SignAssertion
	}
}

// requestAddresses are where the request went, or says that it goes.
func (c *Case) requestAddresses() (list []string) {
	if m := c.Exchange.Request; m != nil {
		list = known(m.URL)
	}
	if c.Request != nil {
		list = append(list, known(c.Request.Attr("Destination").Value())...)
	}
	return list
}

// responseAddresses are where the response went, or says that it goes.
func (c *Case) responseAddresses() (list []string) {
	if m := c.Exchange.Response; m != nil {
		list = known(m.URL)
	}
	if c.ResponseDoc != nil {
		list = append(list, known(c.ResponseDoc.Root().Attr("Destination").Value())...)
	}
	return list
}

// serviceProviders are the entity IDs that a login has for the service provider: the
// Issuer of the request and the audiences of the first assertion.
func (c *Case) serviceProviders() (list []string) {
	if c.Request != nil && c.Request.Issuer.Exists() {
		list = known(c.Request.Issuer.Text())
	}
	if c.ResponseDoc == nil {
		return list
	}
	conditions := c.ResponseDoc.Root().Child(saml.NSAssertion, "Assertion").Child(saml.NSAssertion, "Conditions")
	for _, r := range conditions.All(saml.NSAssertion, "AudienceRestriction") {
		for _, a := range r.All(saml.NSAssertion, "Audience") {
			list = append(list, known(a.Text())...)
		}
	}
	return list
}

// hasLocation reports whether a provider has an endpoint of a kind at an address.
func hasLocation(m *saml.Provider, local string, addresses []string) bool {
	return slices.ContainsFunc(m.Endpoints(local), func(e saml.Endpoint) bool { return among(e.Location, addresses) })
}

// whence says where metadata has a value that was wanted, "" where it does not.
func (c *Case) whence(value string) string {
	if value == "" {
		return ""
	}
	for _, side := range [...]struct {
		peer *peer
		what string
	}{{&c.idp, "identity providers"}, {&c.sp, "service providers"}} {
		p := side.peer
		for _, m := range p.chosen {
			if at, ok := placeOf(m, value); ok {
				return fromMetadata(m, at)
			}
		}
		if len(p.chosen) > 0 {
			continue
		}
		for _, m := range p.given {
			if m.Entity == value {
				return fmt.Sprintf("%s; the login names none of %d %s", fromMetadata(m, m.Role.Parent().Attr("entityID").At()), len(p.given), side.what)
			}
		}
	}
	return ""
}

// placeOf is where a provider's metadata has a value.
func placeOf(m *saml.Provider, value string) (saml.Place, bool) {
	if m.Entity == value {
		return m.Role.Parent().Attr("entityID").At(), true
	}
	for e := range m.Role.Children() {
		switch {
		case isEndpoint(e):
			for _, name := range [...]string{"Location", "ResponseLocation"} {
				if a := e.Attr(name); strings.TrimSpace(a.Value()) == value {
					return a.At(), true
				}
			}
		case e.Is(saml.NSMetadata, "NameIDFormat") && strings.TrimSpace(e.Text()) == value:
			return e.At(), true
		}
	}
	return saml.Place{}, false
}

// fromMetadata names a place of metadata.
func fromMetadata(m *saml.Provider, at saml.Place) string { return m.At(at) + ", " + at.Path }

// whenceAll says of findings where metadata has what was wanted.
func (c *Case) whenceAll(list []Finding) {
	if len(c.idp.given) == 0 && len(c.sp.given) == 0 {
		return
	}
	for i := range list {
		if list[i].From == "" {
			list[i].From = c.whence(list[i].Want)
		}
	}
}

// HeldTo names the entities of metadata that the login is held to, each with the place
// of its description; none where no metadata was given, or none of it fits.
func (c *Case) HeldTo() (list []string) {
	for _, p := range [...]*peer{&c.idp, &c.sp} {
		if len(p.chosen) > 0 {
			m := p.chosen[0]
			list = append(list, fmt.Sprintf("%s (%s)", m.Entity, m.At(m.Role.Parent().At())))
		}
	}
	return list
}
