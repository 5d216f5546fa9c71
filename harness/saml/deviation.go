package saml

// A Deviation is one way in which a message travelled other than its binding says,
// though it could be decoded.
type Deviation struct {
	Kind DeviationKind
	Text string // in words
}

// DeviationKind sorts deviations by the rule that they break.
type DeviationKind string

// The kinds of deviation.
const (
	DeviationAlphabet     DeviationKind = "base64-alphabet"      // URL-safe base64 (RFC 2045 6.8)
	DeviationPlus         DeviationKind = "base64-plus"          // spaces that were plus signs
	DeviationLineBreaks   DeviationKind = "base64-white-space"   // forbidden for HTTP-Redirect (SAMLBind 3.4.4.1)
	DeviationPadding      DeviationKind = "base64-padding"       // too little or too much of =
	DeviationTrailingBits DeviationKind = "base64-trailing-bits" // bits set that belong to no octet
	DeviationDeflate      DeviationKind = "deflate"              // not raw DEFLATE, without an end, or with bytes after it; DEFLATE on HTTP-POST
	DeviationEncoding     DeviationKind = "saml-encoding"        // a SAMLEncoding other than DEFLATE (SAMLBind 3.4.4)
	DeviationBoth         DeviationKind = "both-messages"        // SAMLRequest beside SAMLResponse
	DeviationDuplicate    DeviationKind = "duplicate-parameter"  // one of the binding's parameters more than once
	DeviationDisguised    DeviationKind = "disguised-parameter"  // a name percent-encoded or in other case, or a ; as separator
	DeviationEscape       DeviationKind = "percent-encoding"     // a % that begins no escape, or bytes that had to be escaped
	DeviationRelayState   DeviationKind = "relay-state"          // more than 80 octets (SAMLBind 3.4.3, 3.5.3)
	DeviationSigAlg       DeviationKind = "signature-parameters" // SigAlg without Signature or the reverse
	DeviationOrder        DeviationKind = "parameter-order"      // a signed query in another order than the signed octets
	DeviationLength       DeviationKind = "query-length"         // a query longer than common servers take
)
