package check

import (
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// message is what NewCase reads once for all checks of messages.
type message struct {
	err  error // why it could not be read
	doc  *saml.Document
	sigs []*saml.Signature
}

// NewCase reads and verifies the messages of an exchange once. Settings may be nil,
// and so may the exchange.
func NewCase(s *settings.Settings, x *saml.Exchange, want *Expect) *Case { panic("todo") }

// Run judges the case by each check in turn. A check that panics is Broken; the
// others go on. Results come in the order of checks.
func Run(checks []*Check, c *Case) []Result { panic("todo") }

// Link fills Follows over results that belong together: of the settings, and of one
// login judged under them. Results of the settings come first.
func Link(settings, login []Result) { panic("todo") }

// ForProfile is the checks that apply under a profile, in order.
func ForProfile(checks []*Check, p Profile) []*Check { panic("todo") }

// FromSettings derives what messages are held to from the two halves: what Flex
// holds responses to from the Flex half alone, what Salesforce holds requests to from
// the Salesforce half alone.
func FromSettings(s *settings.Settings) *Expect { panic("todo") }
