package harness_test

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/mocksp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A difference is one between the checks and the mock Flex that is known.
type difference struct{ where, why string }

const (
	bothGenerations = "enhanced legacy"
	enhancedOnly    = "enhanced"
	legacyOnly      = "legacy"
)

// lenient is what the mock Flex may accept though this check, the first cause, fails.
var lenient = map[string]difference{
	"signature/value":                {enhancedOnly, "the library verifies no signature inside a response whose own is good"},
	"signature/digest":               {enhancedOnly, "the library verifies no signature inside a response whose own is good"},
	"xml/type":                       {bothGenerations, "types of values are read by nobody"},
	"signature/place":                {bothGenerations, "a signature is taken from any place below what it signs"},
	"signature/reference":            {bothGenerations, "an empty reference is taken for the element around the signature, and the first character of one is not looked at"},
	"xml/id-form":                    {bothGenerations, "IDs are compared and not held to a form"},
	"signature/structure":            {enhancedOnly, "the first Reference that fits is enough"},
	"xml/schema":                     {bothGenerations, "no schema is applied: what is unknown or out of place is passed over"},
	"subject/name-id":                {bothGenerations, "of several the last is read, and white space is a name"},
	"subject/present":                {bothGenerations, "of several the last is read"},
	"response/id":                    {enhancedOnly, "a Response without an ID is taken where its assertion is signed"},
	"xml/unique-ids":                 {enhancedOnly, "equal IDs are not looked for"},
	"response/version":               {enhancedOnly, "the version of the Response is not looked at"},
	"response/issuer-present":        {bothGenerations, "a signed Response without Issuer is taken"},
	"response/issuer-format":         {bothGenerations, "the format of an Issuer is not looked at"},
	"response/in-response-to":        {bothGenerations, "an answer that has lost its InResponseTo is taken for one that nobody asked for"},
	"assertion/id":                   {bothGenerations, "the assertion's ID is not looked at where the Response is signed"},
	"assertion/issuer-format":        {bothGenerations, "the format of an Issuer is not looked at"},
	"subject/name-id-format":         {bothGenerations, "the format of the NameID is not compared"},
	"subject/confirmation-method":    {enhancedOnly, "the method of a confirmation is not read, nor missed"},
	"subject/not-before":             {bothGenerations, "NotBefore is not forbidden"},
	"conditions/present":             {enhancedOnly, "of several the last is read"},
	"conditions/window-order":        {bothGenerations, "begin and end are compared with the clock alone"},
	"assertion/audience":             {bothGenerations, "one AudienceRestriction that fits is enough"},
	"conditions/one-time-use":        {bothGenerations, "it is read by nobody"},
	"conditions/proxy-restriction":   {bothGenerations, "it is read by nobody"},
	"conditions/understood":          {bothGenerations, "unknown conditions are passed over"},
	"xml/times":                      {bothGenerations, "times with an offset, or without one, are read"},
	"authentication/statement":       {enhancedOnly, "nobody asks for an AuthnStatement"},
	"authentication/instant":         {bothGenerations, "it is not missed"},
	"authentication/session-end":     {enhancedOnly, "the end of a session is not compared with the clock"},
	"authentication/context":         {bothGenerations, "it is not missed"},
	"xml/absolute-uris":              {bothGenerations, "URIs are not held to a form"},
	"attributes/name":                {bothGenerations, "an attribute without a name is passed over"},
	"xml/blank-values":               {bothGenerations, "values of white space are taken"},
	"xml/extensions":                 {bothGenerations, "extensions are passed over"},
	"attributes/nil":                 {bothGenerations, "xsi:nil is read by nobody"},
	"assertion/version":              {legacyOnly, "the version of the assertion is not looked at"},
	"assertion/audience-restriction": {legacyOnly, "java-saml wants none"},
}

// refuses is what the mock Flex refuses though nothing is wrong with it.
var refuses = map[string]difference{
	"keyinfo-unrelated":            {bothGenerations, "the library compares the certificate in KeyInfo with the pinned one"},
	"rsa-pss":                      {bothGenerations, "the library has no RSA-PSS"},
	"prefix-rebound":               {bothGenerations, "the library does not follow a prefix that is bound anew"},
	"attribute-encoding-withdrawn": {bothGenerations, "the library writes an attribute with a prefix otherwise than it read it, and takes that for broken XML"},
	"newline-in-attribute":         {bothGenerations, "the library canonicalizes a newline in an attribute otherwise"},
	"prefix-list-of-signedinfo":    {bothGenerations, "the library ignores the PrefixList of CanonicalizationMethod"},
	"many-values":                  {bothGenerations, "the library panics on more than a thousand elements"},
	"bad-confirmation-first":       {bothGenerations, "every confirmation has to fit"},
	"bad-confirmation-last":        {bothGenerations, "every confirmation has to fit"},
	"evil-in-advice":               {bothGenerations, "assertions in Advice are counted"},
	"conditions-unbounded":         {bothGenerations, "Conditions without an end have ended"},
	"two-audiences-ours-first":     {bothGenerations, "of several audiences the last is read"},
	"two-audiences-ours-last":      {enhancedOnly, "of several audiences the first is read"},
	"two-authn-statements":         {legacyOnly, "java-saml wants exactly one"},
	"attribute-twice":              {legacyOnly, "java-saml refuses an attribute that comes twice, which is not documented of Flex"},
	"attribute-twice-other-format": {legacyOnly, "java-saml refuses an attribute that comes twice, which is not documented of Flex"},
	"keyinfo-key-name":             {legacyOnly, "the library wants a certificate in every KeyInfo"},
}

// apart are the vectors of settings that the two judge differently, each with the reason.
var apart = map[string]string{}

// The mock Flex, which judges as an ordinary service provider does, refuses a response
// where a check of messages fails with an error, but for the known differences.
func TestTwoJudges(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	used, n := map[string]bool{}, 0
	for _, i := range issues() {
		require.NoError(t, i.err)
		if i.want == nil || i.exchange.Response == nil || i.want.Profile != check.Flex || i.scenario.Held != nil {
			continue // what travels otherwise, or is held to what Flex is not
		}
		n++
		s, err := fixtures.Settings(i.scenario.SettingsName())
		require.NoError(t, err)
		v := mocksp.Ordinary(&s.Flex, i.exchange.Response, i.want.RequestIDs, i.exchange.At)
		causes, _, _ := i.outcome()
		generation := s.Flex.SSO.Value
		name := i.scenario.ID + ", " + generation
		switch {
		case len(causes) == 0:
			known := strings.Contains(refuses[i.scenario.ID].where, generation)
			used[i.scenario.ID+generation] = true
			assert.Equal(t, known, !v.Accepted, "%s has no error and is refused: %s %s", name, v.Text, v.Detail)
		case v.Accepted:
			used[causes[0]+generation] = true
			assert.Contains(t, lenient[causes[0]].where, generation, "%s fails %s and is accepted", name, causes)
		}
	}
	for _, v := range allVectors(t) {
		sc := scenario(t, v.Name)
		x, want := received(t, v)
		if sc.Fault != nil || want.Profile != check.Flex || v.Audience+v.ACSURL+v.Issuer+v.Certificate+v.DecryptionKey+v.Signed != "" {
			continue // told above, or held to what is not in these settings
		}
		n++
		s, err := fixtures.Settings(v.Settings)
		require.NoError(t, err)
		verdict := mocksp.Ordinary(&s.Flex, x.Response, want.RequestIDs, x.At)
		i := issue{scenario: sc, exchange: x, results: check.Run(messageChecks(want.Profile), check.NewCase(nil, x, want))}
		causes, _, _ := i.outcome()
		differ, known := apart[v.Name]
		if known = known && differ != ""; known {
			used[v.Name] = true
		}
		assert.Equal(t, known, (len(causes) == 0) != verdict.Accepted, "%s: the checks say %s, the mock Flex %v: %s %s", v.Name, causes, verdict.Accepted, verdict.Text, verdict.Detail)
	}
	for name, why := range apart {
		assert.True(t, used[name], "%s: no difference any more, although %s", name, why)
	}
	assert.Greater(t, n, 700)
	for _, list := range []map[string]difference{lenient, refuses} {
		for id, d := range list {
			for generation := range strings.FieldsSeq(d.where) {
				assert.True(t, used[id+generation], "%s, %s: no difference any more, although %s", id, generation, d.why)
			}
		}
	}
}
