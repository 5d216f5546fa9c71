package mockidp

import "fmt"

// A Fault is one way to issue a wrong response.
type Fault struct {
	ID      string   // short and permanent, as nameid-changed
	Title   string   // what is done to the response
	Life    string   // what would go wrong in life if the response were accepted
	Breaks  []string // rows of the requirements catalogue that it breaks, as SIG-02
	Cases   []string // rows of the catalogue of negative cases that it is, as N-B01
	Verdict Verdict  // what a strict service provider does with the response
	Signs   Signs    // which parts are signed; "" for both
	// Encrypts tells that the assertion is encrypted, whether or not the settings ask for
	// it. The verdict is then that of a service provider with the key to decrypt.
	Encrypts bool

	Before func(x []byte) ([]byte, error) // changes the response before it is signed; may be nil
	After  func(x []byte) ([]byte, error) // changes the bytes after signing; may be nil

	between  func(x []byte) ([]byte, error) // changes it when the assertion is signed and the response is not
	seal     func(s *seal)                  // changes the way in which a part is signed
	envelope func(e *envelope)              // changes the way in which the assertion is encrypted
	deliver  func(d *delivery)              // changes the way in which the response travels
}

// A Verdict is what a strict service provider does with a response: one that holds it
// to every MUST, and needs the attributes that the settings promise.
type Verdict string

// The verdicts.
const (
	Reject Verdict = "reject"
	Accept Verdict = "accept" // the response is unusual, and right
	Warn   Verdict = "warn"   // it should not be so, or is a matter of policy: either is right
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

// Faults are all faults, group by group, in an order that stays as it is.
func Faults() []*Fault {
	var all []*Fault
	for _, group := range [][]*Fault{
		trustFaults(), tamperFaults(), wrappingFaults(), referenceFaults(), xmlFaults(), responseFaults(),
		subjectFaults(), conditionsFaults(), statementFaults(), encryptionFaults(), controlFaults(), deliveryFaults(),
	} {
		all = append(all, group...)
	}
	return all
}

// FaultByID is the fault with this id, nil where there is none.
func FaultByID(id string) *Fault {
	for _, f := range Faults() {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// InTransit tells that the fault is in the way in which the response travels, so that it
// shows in what ServeHTTP answers and not in what Issue does.
func (f *Fault) InTransit() bool { return f.deliver != nil }

// Signed is the same fault with other parts signed. What it breaks and the verdict are
// those of the original, and may not be those of the copy.
func (f *Fault) Signed(s Signs) *Fault {
	c := *f
	c.Signs = s
	return &c
}

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
