package check

import "github.com/samlproof/samlproof/harness/saml"

// LoginMetadataValid wants the metadata that a login is held to be in force.
var LoginMetadataValid = &Check{
	ID:       "login/metadata-valid",
	Title:    "The metadata of both sides was in force at the login",
	Severity: Error,
	Basis:    Normative,
	Sources:  []string{"SAMLMeta 2.3.1", "SAMLMeta 2.3.2", "SAMLMeta 2.4.1"},
	Covers:   []string{"MDX-05"},
	Since:    "0.1",
	Text: `After validUntil, of the role, of the entity or of anything around it, metadata must not be used: its keys and endpoints may have changed since. Judged of the entities that the login is held to, where metadata of them was given;
the rest of it is judged by samlproof metadata.`,
	Fix: Fix{Side: SP, Setting: "metadata of the other side", Text: "Fetch the metadata anew."},
	Run: metadataInForce,
}

func metadataInForce(c *Case) Outcome {
	switch {
	case c.Exchange == nil:
		return skip("there is no login to judge")
	case len(c.idp.chosen) == 0 && len(c.sp.chosen) == 0:
		return skip("no metadata of either side is known")
	case c.Expect.At.IsZero():
		return skip(c.Expect.missing([]need{clock}))
	}
	var list []Finding
	seen := map[saml.Element]bool{}
	for _, p := range [...]*peer{&c.idp, &c.sp} {
		for _, m := range p.chosen {
			for e := m.Role; e.Exists() && !seen[e]; e = e.Parent() {
				seen[e] = true
				for _, f := range overdue(e.Attr("validUntil"), c.Expect) {
					f.File = m.File
					list = append(list, f)
				}
			}
		}
	}
	return Outcome{Findings: list}
}
