package saml

import "strings"

// declaration reads the XML declaration, where there is one (XML 1.0 2.8).
func (p *parser) declaration() *SyntaxError {
	const open = "<?xml"
	rest := p.src[p.pos:]
	if !strings.HasPrefix(rest, open) || len(rest) == len(open) || !isSpace(rest[len(open)]) {
		return nil
	}
	n := strings.Index(rest, "?>")
	if n < 0 {
		return p.cut(p.pos)
	}
	r := pseudo{src: p.src, at: p.pos + len(open), end: p.pos + n}
	version, at, err := r.attribute("version")
	switch {
	case err != nil:
		return err
	case at < 0:
		return fail(Malformed, r.at, "the XML declaration does not begin with a version")
	case version != "1.0":
		return fail(Version, at, "the document is declared as XML version %s; SAML messages are XML 1.0", quoteText(version))
	}
	encoding, at, err := r.attribute("encoding")
	switch {
	case err != nil:
		return err
	case at >= 0 && !strings.EqualFold(encoding, "UTF-8"):
		return fail(Encoding, at, "the document is declared as encoded in %s, not UTF-8", quoteText(encoding))
	}
	standalone, at, err := r.attribute("standalone")
	switch {
	case err != nil:
		return err
	case at >= 0 && standalone != "yes" && standalone != "no":
		return fail(Malformed, at, "standalone is %s in the XML declaration, neither yes nor no", quoteText(standalone))
	}
	r.space()
	if r.at != r.end {
		return fail(Malformed, r.at, "the XML declaration holds more than version, encoding and standalone, in this order")
	}
	p.pos += n + 2
	return nil
}

// pseudo reads the pseudo-attributes of an XML declaration.
type pseudo struct {
	src     string
	at, end int
}

func (r *pseudo) space() {
	for r.at < r.end && isSpace(r.src[r.at]) {
		r.at++
	}
}

// attribute reads the next pseudo-attribute if it has the name; at is -1 if it has not.
func (r *pseudo) attribute(name string) (value string, at int, err *SyntaxError) {
	from := r.at
	r.space()
	at = r.at
	if !strings.HasPrefix(r.src[r.at:r.end], name) {
		r.at = from
		return "", -1, nil
	}
	if from == at {
		return "", -1, fail(Malformed, at, "white space is missing before %s in the XML declaration", name)
	}
	r.at += len(name)
	r.space()
	if r.at == r.end || r.src[r.at] != '=' {
		return "", -1, fail(Malformed, r.at, "%s has no value in the XML declaration", name)
	}
	r.at++
	r.space()
	if r.at == r.end || r.src[r.at] != '"' && r.src[r.at] != '\'' {
		return "", -1, fail(Malformed, r.at, "%s has no value in quotes in the XML declaration", name)
	}
	n := strings.IndexByte(r.src[r.at+1:r.end], r.src[r.at])
	if n < 0 {
		return "", -1, fail(Malformed, r.at, "the value of %s is not closed in the XML declaration", name)
	}
	value = r.src[r.at+1 : r.at+1+n]
	r.at += n + 2
	return value, at, nil
}
