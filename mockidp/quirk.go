package mockidp

import (
	"regexp"
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
)

// Quirks are ways in which Salesforce's messages are known to differ from those that
// the mock issues by default, which are of 2017. Each was read off real messages but
// where its comment says otherwise. The zero value has none.
type Quirks struct {
	// ResponseSignedOnly leaves the assertion without a signature of its own, as messages
	// before 2017 were.
	ResponseSignedOnly bool
	// NotBeforeNow makes NotBefore the moment of issue, not 30 seconds before it, as in
	// 2012 and 2013: a service provider whose clock is behind refuses.
	NotBeforeNow bool
	// CarriageReturns ends the lines of SignatureValue with &#13;, as in 2012 and 2013.
	CarriageReturns bool
	// RepeatedDeclarations declares the prefix ds on every element of a signature, as in
	// 2012 and 2013.
	RepeatedDeclarations bool
	// ShortPrefixList leaves xsi out of the PrefixList of the transform, as in 2012 and
	// 2013.
	ShortPrefixList bool
	// EndpointHost is the host of the endpoints in the metadata where it is not that of
	// the entity ID, as in 2025; "" for My Domain. The mock answers to both.
	EndpointHost string
	// WholeChain puts the certificates of the authorities after the signer's own into
	// KeyInfo, where the file of the certificate holds them. That Salesforce does so for
	// certificates that an authority signed is inferred.
	WholeChain bool
}

// Quirks2012 are those of the messages of 2012 and 2013, all at once.
func Quirks2012() Quirks {
	return Quirks{ResponseSignedOnly: true, NotBeforeNow: true, CarriageReturns: true, RepeatedDeclarations: true, ShortPrefixList: true}
}

// apply changes the way in which a part is signed.
func (q *Quirks) apply(s *seal) {
	s.carriageReturns, s.redeclares, s.above = q.CarriageReturns, q.RepeatedDeclarations, q.WholeChain
	if q.ShortPrefixList {
		s.prefixes = slices.DeleteFunc(s.prefixes, func(p string) bool { return p == "xsi" })
	}
}

var dsChild = regexp.MustCompile(`(<ds:[A-Za-z0-9]+)( xmlns:ds="[^"]*")?`)

// redeclare declares the prefix ds on every element of a signature.
func redeclare(signature string) string {
	return dsChild.ReplaceAllString(signature, `$1 xmlns:ds="`+saml.NSSignature+`"`)
}
