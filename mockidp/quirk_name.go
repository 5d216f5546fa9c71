package mockidp

import (
	"fmt"
	"strings"
)

// A NamedQuirk is a quirk with the name that it is chosen by.
type NamedQuirk struct {
	Name string // "carriage-returns"; one that ends with = takes a value after it
	Text string // what it does, in words
	set  func(q *Quirks, value string)
}

// NamedQuirks are all quirks, in the order of Quirks, and last those of 2012 together.
func NamedQuirks() []NamedQuirk {
	return []NamedQuirk{
		{"response-signed-only", "only the response is signed, as before 2017", func(q *Quirks, _ string) { q.ResponseSignedOnly = true }},
		{"not-before-now", "NotBefore is the moment of issue, as in 2012 and 2013", func(q *Quirks, _ string) { q.NotBeforeNow = true }},
		{"carriage-returns", "lines of SignatureValue end with &#13;, as in 2012 and 2013", func(q *Quirks, _ string) { q.CarriageReturns = true }},
		{"repeated-declarations", "every element of a signature declares ds, as in 2012 and 2013", func(q *Quirks, _ string) { q.RepeatedDeclarations = true }},
		{"short-prefix-list", "xsi is left out of the PrefixList, as in 2012 and 2013", func(q *Quirks, _ string) { q.ShortPrefixList = true }},
		{"endpoint-host=", "the endpoints are at this host, not at that of the entity ID", func(q *Quirks, v string) { q.EndpointHost = v }},
		{"whole-chain", "KeyInfo has the certificates of the authorities, too (inferred)", func(q *Quirks, _ string) { q.WholeChain = true }},
		{"2012", "all that is said of 2012 and 2013, at once", func(q *Quirks, _ string) {
			host, chain := q.EndpointHost, q.WholeChain
			*q = Quirks2012()
			q.EndpointHost, q.WholeChain = host, chain
		}},
	}
}

// Set switches the quirk with a name on. The error says which names there are.
func (q *Quirks) Set(name string) error {
	key, value, valued := strings.Cut(name, "=")
	var names []string
	for _, n := range NamedQuirks() {
		names = append(names, n.Name)
		switch wants, takes := strings.CutSuffix(n.Name, "="); {
		case wants != key:
		case takes && value == "":
			return fmt.Errorf("the quirk %s wants a value, as %sacme--x.my.salesforce.com", key, n.Name)
		case !takes && valued:
			return fmt.Errorf("the quirk %s takes no value", key)
		default:
			n.set(q, value)
			return nil
		}
	}
	return fmt.Errorf("there is no quirk %q; they are %s", name, strings.Join(names, ", "))
}
