package harness

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/settings"
)

// settings are those of the scenario, edited and read anew.
func (sc *Scenario) settings() (*settings.Settings, error) {
	text, err := sc.text()
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", sc.ID, err)
	}
	s, err := settings.Read("embedded:"+sc.SettingsName(), text, scenarioFile)
	if err != nil {
		return nil, fmt.Errorf("scenario %s: %w", sc.ID, err)
	}
	return s, nil
}

// text is the settings file with the edits. A text that is not there exactly once is an
// error: the edit would be none, or more than one. Where it has a space between two words,
// the file may have any number of them.
func (sc *Scenario) text() ([]byte, error) {
	text, err := fixtures.Text(sc.SettingsName())
	if err != nil {
		return nil, err
	}
	if len(sc.Edits)%2 != 0 {
		return nil, errors.New("an edit has no text to put in")
	}
	for i := 0; i < len(sc.Edits); i += 2 {
		old, err := regexp.Compile(spaces.ReplaceAllString(regexp.QuoteMeta(sc.Edits[i]), "$1 +"))
		if err != nil {
			return nil, err
		}
		if n := len(old.FindAll(text, -1)); n != 1 {
			return nil, fmt.Errorf("%q is in the settings %d times", sc.Edits[i], n)
		}
		text = old.ReplaceAllLiteral(text, []byte(sc.Edits[i+1]))
	}
	return text, nil
}

var spaces = regexp.MustCompile(`([^\s]) +`)

// A certificate is what one of Salesforce's certificates is made of.
type certificate struct {
	bits, key    int // which of the pool's keys of a size, from 0
	from, to     time.Time
	organization string
}

var (
	longAgo = time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)
	farOff  = time.Date(2055, time.January, 1, 0, 0, 0, 0, time.UTC)
)

const organization = "00D0A0000000Acm"

// scenarioCertificates are the files that edited settings may name.
var scenarioCertificates = map[string]certificate{
	"other.crt":        {2048, 2, longAgo, farOff, organization},
	"second.crt":       {2048, 3, longAgo, farOff, organization},
	"renewed.crt":      {2048, 0, longAgo, farOff, organization}, // the key of salesforce-sso.crt
	"expired.crt":      {2048, 2, longAgo, longAgo.AddDate(1, 0, 0), organization},
	"early.crt":        {2048, 2, ScenarioTime.AddDate(0, 0, 1), farOff, organization},
	"ends-soon.crt":    {2048, 2, longAgo, ScenarioTime.AddDate(0, 0, 10), organization},
	"other-org.crt":    {2048, 2, longAgo, farOff, "00D0B0000000Oth"},
	"1024.crt":         {1024, 1, longAgo, farOff, organization},
	"for-requests.crt": {2048, 4, longAgo, farOff, "00D0B0000000Oth"},
	"to-encrypt.crt":   {2048, 7, longAgo, farOff, "00D0B0000000Oth"}, // ScenarioDecryptionKey
}

// scenarioFile reads a file that settings of a scenario name.
func scenarioFile(name string) ([]byte, error) {
	if c, ok := scenarioCertificates[name]; ok {
		return c.pem()
	}
	original, err := fixtures.Default()
	if err != nil {
		return nil, err
	}
	data := string(original.Flex.X509Certificate.Data)
	switch name {
	case "salesforce-sso.crt":
		return []byte(data), nil
	case "headless.crt": // its first lines are lost
		return []byte(data[200:]), nil
	case "bare.crt": // without its BEGIN and END lines
		lines := strings.Split(strings.TrimSpace(data), "\n")
		return []byte(strings.Join(lines[1:len(lines)-1], "\n")), nil
	case "key.pem": // somebody's private key
		return keys.For(keys.RSA, 2048)[0].PEM()
	}
	return nil, fmt.Errorf("scenarios have no file %q", name)
}

// another is a certificate of the example's org with the n-th key of the pool of a size.
func another(bits, n int, from, to time.Time) ([]byte, error) {
	return certificate{bits, n, from, to, organization}.pem()
}

// pem is the certificate, in Salesforce's shape.
func (c certificate) pem() ([]byte, error) {
	fit := keys.For(keys.RSA, c.bits)
	if len(fit) <= c.key {
		return nil, fmt.Errorf("the pool has no RSA key %d of %d bits", c.key, c.bits)
	}
	signer, err := fit[c.key].Signer()
	if err != nil {
		return nil, err
	}
	return keys.SelfSigned(keys.Certificate{
		Label: "SalesforceSSO", OrganizationID: c.organization, Serial: big.NewInt(int64(1000*c.bits + c.key)),
		NotBefore: c.from, NotAfter: c.to,
	}, signer)
}
