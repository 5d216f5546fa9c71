package mockidp

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// A delivery is the form that takes a response to the service provider.
type delivery struct {
	Method, Action string
	Fields         []formField
	xml            []byte // of the response
}

type formField struct{ Name, Value string }

// delivery is the form for a response.
func (p *IDP) delivery(response []byte, request *saml.Message) *delivery {
	d := &delivery{
		Method: "post", Action: p.half.ConnectedApp.ACSURL.Value, xml: response,
		Fields: []formField{{"SAMLResponse", base64.StdEncoding.EncodeToString(response)}},
	}
	if request.HasRelayState {
		d.Fields = append(d.Fields, formField{"RelayState", request.RelayState})
	}
	if f := p.opt.Fault; f != nil && f.deliver != nil {
		f.deliver(d)
	}
	return d
}

// response is the field of the response.
func (d *delivery) response() *formField { return &d.Fields[0] }

// deliveryFaults are about the way in which a right response travels.
func deliveryFaults() []*Fault {
	alphabet := "Readers differ in what they make of it: what one refuses, another reads, and a third reads otherwise."
	two := "The filter in front reads the one, the service provider the other."
	lost := "The service provider does not know where the user was going, or whose browser it is."
	return []*Fault{
		{
			ID: "base64-url-safe", Cases: rows("N-J01"), Title: "The response is in URL-safe base64", Life: alphabet,
			Breaks: rows("BND-03"), Verdict: Reject, deliver: onResponse(strings.NewReplacer("+", "-", "/", "_").Replace),
		},
		{
			ID: "base64-lines", Cases: rows("N-J02"), Title: "The base64 has lines of 76 characters", Life: "Nothing: RFC 2045 has it so.",
			Verdict: Accept, deliver: func(d *delivery) { d.response().Value = wrap(d.xml) },
		},
		{
			ID: "base64-spaces", Cases: rows("N-J02"), Title: "The base64 has spaces for plus signs", Life: "Something on the way decoded the form once too often; a guess would mend it, and could be wrong.",
			Breaks: rows("BND-03"), Verdict: Reject, deliver: onResponse(func(s string) string { return strings.ReplaceAll(s, "+", " ") }),
		},
		{
			ID: "base64-unpadded", Cases: rows("N-J03"), Title: "The base64 lacks its padding, or has too much", Life: alphabet,
			Breaks: rows("BND-03"), Verdict: Reject,
			deliver: onResponse(func(s string) string {
				if bare := strings.TrimRight(s, "="); bare != s {
					return bare
				}
				return s + "="
			}),
		},
		{
			ID: "base64-trailing-garbage", Cases: rows("N-J03"), Title: "Characters that are no base64 follow the response", Life: alphabet,
			Breaks: rows("BND-03"), Verdict: Reject, deliver: onResponse(func(s string) string { return s + "!" }),
		},
		{
			ID: "base64-twice", Cases: rows("N-J04"), Title: "The response is in base64 twice", Life: alphabet,
			Breaks: rows("BND-03"), Verdict: Reject, deliver: onResponse(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		},
		{
			ID: "not-base64", Cases: rows("N-J04"), Title: "The response is XML without base64", Life: alphabet,
			Breaks: rows("BND-03"), Verdict: Reject, deliver: func(d *delivery) { d.response().Value = string(d.xml) },
		},
		{
			ID: "deflated", Cases: rows("N-J05"), Title: "The response is deflated, as HTTP-Redirect has it", Life: "A small message that becomes a large one fills the service provider's memory.",
			Breaks: rows("BND-22"), Verdict: Reject,
			deliver: func(d *delivery) { d.response().Value = base64.StdEncoding.EncodeToString(saml.Deflate(d.xml)) },
		},
		{
			ID: "response-twice-evil-first", Cases: rows("N-J08"), Title: "The form has an evil response before the right one", Life: two,
			Breaks: rows("BND-11"), Verdict: Reject, deliver: func(d *delivery) { d.Fields = append([]formField{d.evil()}, d.Fields...) },
		},
		{
			ID: "response-twice-evil-last", Cases: rows("N-J08"), Title: "The form has an evil response after the right one", Life: two,
			Breaks: rows("BND-11"), Verdict: Reject, deliver: func(d *delivery) { d.Fields = append(d.Fields, d.evil()) },
		},
		{
			ID: "request-beside-response", Cases: rows("N-J08"), Title: "The form has a SAMLRequest, too", Life: two,
			Breaks: rows("BND-11"), Verdict: Reject,
			deliver: func(d *delivery) { d.Fields = append(d.Fields, formField{"SAMLRequest", d.response().Value}) },
		},
		{
			ID: "parameter-lower-case", Cases: rows("N-J09"), Title: "The field of the response is named samlresponse", Life: two,
			Breaks: rows("BND-12"), Verdict: Reject, deliver: func(d *delivery) { d.response().Name = "samlresponse" },
		},
		{
			ID: "parameter-array", Cases: rows("N-J09"), Title: "The field of the response is named SAMLResponse[]", Life: two,
			Breaks: rows("BND-12"), Verdict: Reject, deliver: func(d *delivery) { d.response().Name = "SAMLResponse[]" },
		},
		{
			ID: "delivered-by-get", Cases: rows("N-J18 N-E26"), Title: "The form is sent by GET", Life: "The response stands in the browser's history and in the logs of every proxy.",
			Breaks: rows("RSP-20 BND-19"), Verdict: Reject, deliver: func(d *delivery) { d.Method = "get" },
		},
		{
			ID: "response-empty", Cases: rows("N-J20"), Title: "The response is empty", Life: "A reader that expects a message stops working for everybody.",
			Breaks: rows("BND-03"), Verdict: Reject, deliver: onResponse(func(string) string { return "" }),
		},
		{
			ID: "response-blank", Cases: rows("N-J20"), Title: "The response is white space", Life: "A reader that expects a message stops working for everybody.",
			Breaks: rows("BND-03"), Verdict: Reject, deliver: onResponse(func(string) string { return "   " }),
		},
		{
			ID: "relay-state-missing", Cases: rows("N-Q12"), Title: "The RelayState does not come back", Life: lost,
			Breaks: rows("BND-15"), Verdict: Reject, deliver: func(d *delivery) { d.Fields = d.Fields[:1] },
		},
		{
			ID: "relay-state-changed", Cases: rows("N-Q12"), Title: "The RelayState comes back in capitals", Life: lost,
			Breaks: rows("BND-15"), Verdict: Reject,
			deliver: func(d *delivery) {
				for i := range d.Fields[1:] {
					d.Fields[1+i].Value = strings.ToUpper(d.Fields[1+i].Value) + "X"
				}
			},
		},
		{
			ID: "posted-elsewhere", Cases: rows("N-Q13"), Title: "The form is sent to another address of the service provider", Life: "The user ends on a page that knows of no login.",
			Breaks: rows("BND-17"), Verdict: Reject, deliver: func(d *delivery) { d.Action = elsewhere(d.Action) },
		},
	}
}

func onResponse(f func(string) string) func(*delivery) {
	return func(d *delivery) { d.response().Value = f(d.response().Value) }
}

// evil is the field of an unsigned response for Mallory.
func (d *delivery) evil() formField {
	x, err := all(drop(sigOfAssertion), drop(sigOfResponse), setText(pathNameID, Mallory))(d.xml)
	if err != nil {
		x = bytes.Clone(d.xml)
	}
	return formField{"SAMLResponse", base64.StdEncoding.EncodeToString(x)}
}

// elsewhere is another address on the same host.
func elsewhere(address string) string {
	u, err := serviceURL(address)
	if err != nil {
		return address
	}
	u.Path, u.RawPath, u.RawQuery = "/elsewhere", "", ""
	return u.String()
}
