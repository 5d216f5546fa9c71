package mockidp

import "fmt"

// A Fault is one way to issue a wrong response.
type Fault struct {
	ID      string   // short and permanent, as nameid-changed
	Title   string   // what is done to the response
	Life    string   // what would go wrong in life if the response were accepted
	Breaks  []string // rows of the requirements catalogue that it breaks, as SIG-02
	Case    string   // row of the catalogue of negative cases that it is, as N-B01
	Verdict Verdict  // what a strict service provider does with the response
	Signs   Signs    // which parts are signed; "" for both

	Before func(x []byte) ([]byte, error) // changes the response before it is signed; may be nil
	After  func(x []byte) ([]byte, error) // changes the bytes after signing; may be nil

	between func(x []byte) ([]byte, error) // changes it when the assertion is signed and the response is not
	seal    func(s *seal)                  // changes the way in which a part is signed
}

// A Verdict is what a strict service provider does with a response.
type Verdict string

// The verdicts.
const (
	Reject Verdict = "reject"
	Accept Verdict = "accept" // the response is unusual, and right
	Warn   Verdict = "warn"   // it is a matter of the deployment's policy
)

// Signs says which parts of a response are signed.
type Signs string

// The parts that a response may be signed in.
const (
	SignsBoth      Signs = "" // as Salesforce does
	SignsResponse  Signs = "response"
	SignsAssertion Signs = "assertion"
	SignsNothing   Signs = "none"
)

func (s Signs) response() bool  { return s == SignsBoth || s == SignsResponse }
func (s Signs) assertion() bool { return s == SignsBoth || s == SignsAssertion }

// apply makes one change of the fault; a nil change leaves the response as it is.
func (f *Fault) apply(when string, change func([]byte) ([]byte, error), x []byte) (out []byte, err error) {
	if change == nil {
		return x, nil
	}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("fault %s, %s: %v", f.ID, when, cause)
		}
	}()
	if out, err = change(x); err != nil {
		return nil, fmt.Errorf("fault %s, %s: %w", f.ID, when, err)
	}
	return out, nil
}
