package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// A Case is everything that checks judge, read and verified once. It is never
// changed after NewCase, so that several goroutines may run checks over one.
type Case struct {
	Settings *settings.Settings // as typed; nil where there are none
	Exchange *saml.Exchange     // nil where only settings are judged
	// Expect is never nil. It is a copy in which the clock, if it was not known, is
	// that of the exchange, and the request id, if none was given, that of its request.
	Expect *Expect

	RequestDoc *saml.Document // nil where there is none or RequestErr tells why not
	RequestErr error
	Request    *saml.AuthnRequest // nil, too, where the root is no AuthnRequest

	// ResponseDoc is the response as it was received, without what is around it where it
	// came in a SOAP envelope or an ArtifactResponse.
	ResponseDoc *saml.Document
	ResponseErr error
	// Received is the response as it was received, with its signature and with
	// comments: what checks of structure read. Nil where the root is no Response.
	Received *saml.Response
	// Response is what checks of content read: from the bytes that a valid signature
	// of a trusted key covers where there is one (it then lacks that signature), else
	// the same as Received.
	Response *saml.Response

	// Signatures are those of the response in document order, then those of each
	// decrypted assertion.
	Signatures []*saml.Signature
	// Assertions are the response's, in order, with the decrypted ones after the plain.
	// Each is read from signed bytes where it is Verified, otherwise as it was received,
	// so that its faults are told all the same.
	Assertions []*saml.Assertion
	// ReceivedAssertions are the same ones, by the same index, as they were received.
	ReceivedAssertions []*saml.Assertion
	// Decrypted is what became of each EncryptedAssertion, in order.
	Decrypted []Decrypted

	encrypted []saml.Element // EncryptedAssertion, EncryptedID and EncryptedAttribute of Received, wherever they stand
	enclosed  *saml.Enclosed // the response, where it came inside of other messages; nil where not

	metadata *metadata       // of a case of metadata; nil for logins
	logout   []logoutMessage // of the exchange, in order

	idp, sp peer // what metadata says of the two sides
	// ssoPublished and acsPublished tell that the addresses for requests and for responses
	// come from metadata, which says the binding of each.
	ssoPublished, acsPublished bool

	noRequest, noResponse string // why there is none, for skips
	failure               any    // what went wrong in reading, where that was no fault of the message
}

// Decrypted is what became of one EncryptedAssertion.
type Decrypted struct {
	Element saml.Element     // EncryptedAssertion
	Doc     *saml.Document   // its plaintext; nil where Err says why not
	Key     *saml.PrivateKey // the key that opened it
	Err     error
}

// NewCase reads and verifies the messages of an exchange once. Settings may be nil,
// and so may the exchange and the expectation.
func NewCase(s *settings.Settings, x *saml.Exchange, want *Expect) (c *Case) {
	var e Expect
	if want != nil {
		e = *want
	}
	unsaid := e.Signed == ""
	e.defaults()
	c = &Case{Settings: s, Exchange: x, Expect: &e}
	// A panic of the reader is no fault of the message: every check that needs what
	// could not be read is Broken by it.
	defer func() { c.failure = recover() }()
	if x == nil {
		c.noRequest, c.noResponse = "there is no login to judge", "there is no login to judge"
		return c
	}
	if e.At.IsZero() {
		e.At = x.At
		if off := judgeClocks(c); len(off.Findings) > 0 {
			e.clock = off.Findings[0].Got
		}
	}
	// Who knows which request is answered knows that there was one, even where the
	// response does not say so.
	if len(e.RequestIDs) > 0 && x.Flow == saml.FlowIDP {
		asked := *x
		asked.Flow = saml.FlowSP
		c.Exchange = &asked
	}
	c.Exchange = logoutApart(c.Exchange, e.ACSURLs)
	c.readRequest()
	c.parseResponse()
	c.hold(unsaid)
	c.readResponse()
	c.readLogout()
	return c
}

func (c *Case) readRequest() {
	m := c.Exchange.Request
	if m == nil {
		switch {
		case c.Exchange.Flow == saml.FlowIDP:
			c.noRequest = "a login that the identity provider starts has no request"
		case c.Exchange.Stop != nil && c.Exchange.Response == nil:
			c.noRequest = "no request was sent: " + c.Exchange.Stop.Reason
		default:
			c.noRequest = "the request was not seen"
		}
		return
	}
	if c.RequestDoc, c.RequestErr = saml.Parse(m.XML, saml.Limits{}); c.RequestErr != nil {
		return
	}
	if c.Request = saml.ReadAuthnRequest(c.RequestDoc); c.Request == nil {
		return
	}
	if id := c.Request.Attr("ID").Value(); id != "" && len(c.Expect.RequestIDs) == 0 && c.Exchange.Flow != saml.FlowIDP {
		c.Expect.RequestIDs = []string{id}
	}
}

func (c *Case) parseResponse() {
	m := c.Exchange.Response
	if m == nil {
		c.noResponse = "the response was not seen"
		if c.Exchange.Stop != nil {
			c.noResponse = "no response came into being: " + c.Exchange.Stop.Reason
		}
		return
	}
	c.ResponseDoc, c.ResponseErr = saml.Parse(m.XML, saml.Limits{})
	if c.ResponseErr != nil || !saml.Encloses(c.ResponseDoc.Root()) {
		return
	}
	if c.enclosed, _ = saml.Unwrap(c.ResponseDoc); c.enclosed != nil {
		c.ResponseDoc = c.enclosed.Document // else response/root tells
	}
}

func (c *Case) readResponse() {
	if c.ResponseDoc == nil || c.ResponseErr != nil {
		return
	}
	c.trustIssuer()
	c.Signatures = c.verifier().Verify(c.ResponseDoc)
	if c.enclosed != nil {
		c.byItself()
	}
	c.Received = saml.ReadResponse(c.ResponseDoc)
	if c.Received == nil {
		c.readBareAssertion()
		return
	}
	c.Response = c.Received
	if s := valid(c.Signatures, c.Received.Element); s != nil {
		if r := saml.ReadResponse(s.Signed); r != nil {
			c.Response = r
		}
	}
	for e := range c.ResponseDoc.Elements() {
		if e.Space() == saml.NSAssertion && strings.HasPrefix(e.Local(), "Encrypted") {
			c.encrypted = append(c.encrypted, e)
		}
	}
	c.readAssertions()
	c.decrypt()
}

// byItself reads a Response that others are around without the namespace declarations
// around it, where its signatures verify only so: it was signed before it was put there.
func (c *Case) byItself() {
	faulty := func(s *saml.Signature) bool { return len(s.Faults) > 0 }
	if !slices.ContainsFunc(c.Signatures, faulty) {
		return
	}
	alone := c.enclosed.ByItself()
	if alone == nil {
		return
	}
	if sigs := c.verifier().Verify(alone); !slices.ContainsFunc(sigs, faulty) {
		c.ResponseDoc, c.Signatures = alone, sigs
	}
}

// trustIssuer leaves of the trusted certificates those of the identity provider that the
// response names, if it is one that is expected, where metadata of several was given:
// who is trusted to speak for itself cannot speak for another. The others stay known, so
// that a finding can say whose key really signed.
func (c *Case) trustIssuer() {
	all := c.Expect.Certificates
	issuers := c.Expect.Issuers
	if named := issuerOf(c.ResponseDoc); len(issuers) == 0 || among(named, issuers) {
		issuers = []string{named}
	}
	of := func(x saml.Certificate) bool { return x.Entity != "" && among(x.Entity, issuers) }
	if !slices.ContainsFunc(all, of) {
		return
	}
	var own, others []saml.Certificate
	for _, x := range all {
		if x.Entity == "" || of(x) {
			own = append(own, x)
		} else {
			others = append(others, x)
		}
	}
	c.Expect.Certificates = own
	c.Expect.Hints = slices.Concat(others, c.Expect.Hints)
}

// issuerOf is the Issuer of a response, or of its first assertion.
func issuerOf(d *saml.Document) string {
	root := d.Root()
	i := root.Child(saml.NSAssertion, "Issuer")
	if !i.Exists() {
		i = root.Child(saml.NSAssertion, "Assertion").Child(saml.NSAssertion, "Issuer")
	}
	return i.Text()
}

// verifier verifies the response's signatures. What the message is expected to hold is
// tried in place of what it holds where a digest differs.
func (c *Case) verifier() *saml.Verifier {
	want := c.Expect
	values := slices.Concat(want.Audiences, want.ACSURLs, want.Issuers, want.RequestIDs)
	if want.NameIDFormat != "" {
		values = append(values, want.NameIDFormat)
	}
	if c.Exchange.User != "" {
		values = append(values, c.Exchange.User)
	}
	if c.Settings != nil {
		for _, u := range c.Settings.Salesforce.Users {
			values = append(values, u.Username.Value, u.Email.Value, u.FirstName.Value+" "+u.LastName.Value)
		}
	}
	return &saml.Verifier{Trusted: want.Certificates, Hints: want.Hints, Values: values}
}

// readAssertions picks for each plain assertion the bytes to judge it by.
func (c *Case) readAssertions() {
	whole := c.Response != c.Received
	for i, received := range c.Received.Assertions {
		judged := received
		switch s := valid(c.Signatures, received.Element); {
		case whole && i < len(c.Response.Assertions):
			judged = c.Response.Assertions[i]
			judged.Verified = true
		case s != nil:
			judged = saml.ReadAssertion(s.Signed.Root())
			judged.Verified = true
		}
		c.ReceivedAssertions = append(c.ReceivedAssertions, received)
		c.Assertions = append(c.Assertions, judged)
	}
}

// readBareAssertion reads an assertion without the Response around it, so that what it
// says itself can be judged.
func (c *Case) readBareAssertion() {
	root := c.ResponseDoc.Root()
	if !root.Is(saml.NSAssertion, "Assertion") {
		return
	}
	received := saml.ReadAssertion(root)
	judged := received
	if s := valid(c.Signatures, root); s != nil {
		judged = saml.ReadAssertion(s.Signed.Root())
		judged.Verified = true
	}
	c.ReceivedAssertions, c.Assertions = []*saml.Assertion{received}, []*saml.Assertion{judged}
}

// decrypt opens each EncryptedAssertion and holds it to the same rules as a plain
// one: encryption is not authentication (SAMLCore 6.2).
func (c *Case) decrypt() {
	whole := c.Response != c.Received
	for i, e := range c.Response.Encrypted {
		d := Decrypted{Element: e}
		var sigs []*saml.Signature
		if len(c.Expect.Decryption) == 0 {
			d.Err = errNoKey
		} else {
			var opened *saml.Decrypted
			around := e.Parent()
			if i < len(c.Received.Encrypted) {
				around = c.Received.Encrypted[i].Parent()
			}
			if opened, d.Err = saml.ReadEncrypted(e).Decrypt(c.Expect.Decryption); d.Err == nil {
				d.Key = opened.Key
				d.Doc, sigs = c.plaintext(opened, around)
			}
		}
		c.Decrypted = append(c.Decrypted, d)
		if d.Err != nil {
			continue
		}
		root := d.Doc.Root()
		if !root.Is(saml.NSAssertion, "Assertion") {
			continue
		}
		c.Signatures = append(c.Signatures, sigs...)
		received := saml.ReadAssertion(root)
		judged := received
		if s := valid(sigs, root); s != nil {
			judged = saml.ReadAssertion(s.Signed.Root())
			judged.Verified = true
		} else if whole {
			judged.Verified = true
		}
		c.ReceivedAssertions = append(c.ReceivedAssertions, received)
		c.Assertions = append(c.Assertions, judged)
	}
}

// Sealed reports whether an assertion stays encrypted because no key was given.
func (c *Case) Sealed() bool { return len(c.Decrypted) > 0 && len(c.Expect.Decryption) == 0 }

// SealedParts reports whether an identifier or an attribute stays encrypted because no key
// was given.
func (c *Case) SealedParts() bool {
	return len(c.encrypted) > len(c.Decrypted) && len(c.Expect.Decryption) == 0
}

var errNoKey = fmt.Errorf("no decryption key was given")

// plaintext is the document that was encrypted, and its signatures. It is read by
// itself, and with what is declared around the encrypted element as it was received
// (XMLEnc 4.3), where its signature or the prefix of a type needs that.
func (c *Case) plaintext(d *saml.Decrypted, around saml.Element) (*saml.Document, []*saml.Signature) {
	alone := d.Document
	sigs := c.verifier().Verify(alone)
	verified, untyped := valid(sigs, alone.Root()) != nil, len(xmlType(alone, c.Expect))
	if (verified || len(sigs) == 0) && untyped == 0 {
		return alone, sigs
	}
	there := d.InPlace(around)
	if there == nil {
		return alone, sigs
	}
	inPlace := c.verifier().Verify(there)
	if valid(inPlace, there.Root()) != nil || !verified && len(xmlType(there, c.Expect)) < untyped {
		return there, inPlace
	}
	return alone, sigs
}

// valid is the signature without a fault that covers an element, or nil.
func valid(sigs []*saml.Signature, e saml.Element) *saml.Signature {
	for _, s := range sigs {
		if len(s.Faults) == 0 && s.Signed != nil && s.Covers == e {
			return s
		}
	}
	return nil
}
