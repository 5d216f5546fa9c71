package saml

import (
	"encoding/base64"
	"strings"
)

// EncodePOST is a message as HTTP-POST carries it (SAMLBind 3.5.4): base64 in lines of
// 76 characters (RFC 2045 6.8).
func EncodePOST(xml []byte) string {
	const width = 76
	s := base64.StdEncoding.EncodeToString(xml)
	var b strings.Builder
	b.Grow(len(s) + 2*len(s)/width)
	for len(s) > width {
		b.WriteString(s[:width])
		b.WriteString("\r\n")
		s = s[width:]
	}
	b.WriteString(s)
	return b.String()
}

// PostForm is a page with a form that posts itself (SAMLBind 3.5.4): action is where to,
// param is SAMLRequest or SAMLResponse, relay is nil for no RelayState. Whatever the
// values hold, they stay values. Without scripting the page shows a button.
func PostForm(action, param string, xml []byte, relay *string) []byte {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Single sign-on</title></head>
<body>
<form method="POST" action="` + EscapeAttr(action) + `">
<input type="hidden" name="` + EscapeAttr(param) + `" value="` + EscapeAttr(EncodePOST(xml)) + `">
`)
	if relay != nil {
		b.WriteString(`<input type="hidden" name="RelayState" value="` + EscapeAttr(*relay) + `">
`)
	}
	b.WriteString(`<noscript><p>Press the button to go on.</p><button type="submit">Continue</button></noscript>
</form>
<script>document.forms[0].submit();</script>
</body>
</html>
`)
	return []byte(b.String())
}
