package saml

// Limits bound what a document may cost. Zero fields mean the default.
type Limits struct {
	Bytes      int // size of the document; default 10 MiB
	Depth      int // nesting; default 128
	Elements   int // default 100,000
	Attributes int // of one element; default 256
}

// A Problem is the kind of a SyntaxError.
type Problem int

// Why a document is refused.
const (
	Malformed    Problem = iota // not well-formed XML 1.0
	Doctype                     // a DOCTYPE, whatever it holds
	Encoding                    // not UTF-8, or declared as something else
	Namespaces                  // undeclared or forbidden prefixes, relative namespace names
	Duplicate                   // an attribute twice, by name or by expanded name
	Outside                     // content before or after the one root element
	Empty                       // nothing there
	LimitReached                // larger, deeper or wider than Limits allow
)

// A SyntaxError says where a document stops being acceptable, and why.
type SyntaxError struct {
	Problem      Problem
	Offset       int
	Line, Column int
	Text         string // in words, without the place
}

func (e *SyntaxError) Error() string { panic("todo") }

// Parse reads a document. The error is a *SyntaxError.
func Parse(src []byte, lim Limits) (*Document, error) { panic("todo") }
