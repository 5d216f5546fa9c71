// Package check judges settings and logins against requirements, each with its
// source, and says for every deviation where it is, what was got, what was wanted
// and how to mend it. It drives nothing and prints nothing.
package check

import "github.com/samlproof/samlproof/harness/saml"

// Severity is how much a failed check matters. It follows the source: MUST is an
// error, SHOULD a warning, the rest a note.
type Severity uint8

// From the least to the most severe.
const (
	Note Severity = iota + 1
	Warning
	Error
)

// Basis is what kind of source a check rests on.
type Basis string

// The kinds of source.
const (
	Normative Basis = "normative" // the OASIS and W3C standards
	Deploy    Basis = "profile"   // a deployment profile
	Hardening Basis = "hardening" // published attacks and good practice
	Vendor    Basis = "vendor"    // Salesforce's or Twilio's documentation
)

// Profile is the set of rules that a login is held to.
type Profile string

// The profiles.
const (
	SAML     Profile = "saml"     // the standards alone, for any pair
	Flex     Profile = "flex"     // the standards and the documented Salesforce-Flex set-up
	SAML2Int Profile = "saml2int" // the standards and the SAML2int deployment profile
)

// Side is the console in which a setting is typed.
type Side string

// The sides.
const (
	Salesforce Side = "Salesforce"
	FlexSide   Side = "Flex"
	IDP        Side = "identity provider" // where the rule is SAML's
	SP         Side = "service provider"
)

// A Fix says what to change, and where.
type Fix struct {
	Side    Side
	Setting string // the console's own labels: "Connected App › Web App Settings › Entity Id"
	Text    string // what to do, in one or two sentences
}

// A Check is one requirement.
type Check struct {
	ID       string // family/slug, permanent
	Title    string // a sentence that is true when the check passes
	Severity Severity
	In       map[Profile]Severity // the severity under a profile, where it is another one
	Basis    Basis
	Profile  Profile  // the only profile that it belongs to; "" for every one
	Sources  []string // spec sections or vendor pages
	Covers   []string // rows of the requirements catalogue, as "RSP-06"
	Since    string
	Text     string // why it matters and what exactly is compared
	Fix      Fix
	// FlexFix says the same in the two consoles' own words; it replaces Fix under the
	// Flex profile. Zero where Fix serves there, too.
	FlexFix Fix
	// Formal tells that the check is about how values are written, which many readers
	// pass over: a cause of this kind is told after those that no reader passes over.
	Formal bool
	// Follows names the checks whose failure explains a failure of this one: ids, or
	// patterns as Select takes them.
	Follows []string
	// Run judges one case; adapters such as onAssertion make it.
	Run func(*Case) Outcome
}

// An Outcome is what one check found. With no findings and no Skip it passed.
type Outcome struct {
	Findings []Finding
	Skip     string // why it could not be judged
}

// A Finding is one deviation.
type Finding struct {
	At           string // the setting's path, or the element's or attribute's in the message
	File         string // where At stands; "" for messages that are in no file
	Line, Column int    // from 1; 0 where there is none
	Got, Want    string
	From         string   // where metadata has what is wanted, as "idp.xml:2:75, /EntityDescriptor/@entityID"; "" where it is not from there
	Note         string   // how the two differ, in words
	Severity     Severity // lower than the check's where this one matters less; 0 otherwise
	Fix          *Fix     // where this one is mended elsewhere than the check says; else nil
	// User and Flow name the only logins that this one touches: a username, and who
	// starts the login. Zero is every login.
	User string
	Flow saml.Flow
	// Follows narrows the check's own: only these checks explain this finding. Also adds
	// others, which explain it by where it is.
	Follows, Also []string
	// Untold tells that this finding does not say what was done; what it explains may.
	Untold bool
	// Apart tells that this finding is about signatures alone: what else is wrong with the
	// message is not explained by it.
	Apart bool
}

// Status is how one check ended.
type Status uint8

// The outcomes.
const (
	Pass Status = iota + 1
	Fail
	Skip   // the evidence is missing; Reason says which
	Broken // the check itself failed; Reason says how
)

// String is the outcome in one word: pass, fail, skip or broken.
func (s Status) String() string {
	switch s {
	case Pass:
		return "pass"
	case Fail:
		return "fail"
	case Skip:
		return "skip"
	case Broken:
		return "broken"
	}
	return ""
}

// A Result is the outcome of one check.
type Result struct {
	Check    *Check
	Status   Status
	Severity Severity // of the most severe finding; the check's own where it did not fail
	Reason   string   // for Skip and Broken
	Findings []Finding
	Follows  []string // ids of the failing checks that explain this failure; empty for a cause
}
