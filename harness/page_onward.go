package harness

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mostDelay is after how many seconds a refresh counts as a reload of the page rather
// than as its way on.
const mostDelay = 10

// refreshTarget is where a refresh, as `0; url=/next`, leads; "" where it reloads the page.
func refreshTarget(content string) string {
	delay, rest, _ := strings.Cut(strings.TrimSpace(content), ";")
	if seconds, err := strconv.ParseFloat(strings.TrimSpace(delay), 64); err != nil || seconds > mostDelay {
		return ""
	}
	name, target, ok := strings.Cut(rest, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(name), "url") {
		return ""
	}
	return strings.Trim(strings.TrimSpace(target), `"'`)
}

const (
	mostScript  = 256 << 10 // of the scripts of a page that are looked at
	mostTargets = 8         // addresses of a page's scripts that are kept
)

// scriptTargets are the addresses that a script goes to by an assignment to location, or
// by its replace or assign, as far as they are written out.
func scriptTargets(script string) []string {
	var all []string
	script = script[:min(len(script), mostScript)]
	for _, match := range goesTo.FindAllStringSubmatch(script, 4*mostTargets) {
		target := unescapeScript(match[1] + match[2])
		if target != "" && !slices.Contains(all, target) && len(all) < mostTargets {
			all = append(all, target)
		}
	}
	return all
}

// goesTo is what a script goes elsewhere by. A text that something is added to is no
// whole address, and is left alone.
var goesTo = regexp.MustCompile(`\blocation(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\s*\(\s*)(?:"([^"\n]*)"|'([^'\n]*)')\s*(?:[;)},\n\r]|$)`)

// submits is what a script submits a form by.
var submits = regexp.MustCompile(`\.submit\s*\(`)

// unescapeScript is the text that a literal of JavaScript stands for (ECMA-262 12.9.4).
func unescapeScript(literal string) string {
	if !strings.Contains(literal, `\`) {
		return literal
	}
	var b strings.Builder
	for i := 0; i < len(literal); i++ {
		c := literal[i]
		if c != '\\' || i+1 == len(literal) {
			b.WriteByte(c)
			continue
		}
		i++
		digits := map[byte]int{'x': 2, 'u': 4}[literal[i]]
		if end := i + 1 + digits; digits > 0 && end <= len(literal) {
			if n, err := strconv.ParseUint(literal[i+1:end], 16, 32); err == nil {
				b.WriteRune(rune(n))
				i = end - 1
				continue
			}
		}
		b.WriteByte(literal[i])
	}
	return b.String()
}

// mostNotice is how many characters the text of a page may have that is only there while
// a script of it goes on.
const mostNotice = 300

// onward is where a page leads that does nothing but go on by script: the only address
// that its scripts go to, resolved. It is nil for any other page, where they go to several
// addresses, and where it is the page itself.
func (p *page) onward(from *url.URL) *url.URL {
	if p.external || len(p.text) > mostNotice || slices.ContainsFunc(p.forms, func(f form) bool { return !f.silent() }) {
		return nil
	}
	var only *url.URL
	for _, target := range p.targets {
		to, err := from.Parse(target)
		if err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" || *to == *from {
			continue
		}
		if only != nil && only.String() != to.String() {
			return nil
		}
		only = to
	}
	return only
}

// selfPosting is the form without anything to fill in that the page submits by itself;
// nil where it submits none, or where it is not plain which one.
func (p *page) selfPosting() *form {
	var only *form
	for i := range p.forms {
		f := &p.forms[i]
		if !p.submits || !f.silent() {
			continue
		}
		if only != nil {
			return nil
		}
		only = f
	}
	return only
}

// silent tells a form without anything to fill in.
func (f *form) silent() bool {
	return !slices.ContainsFunc(f.fields, func(x field) bool { return !x.silent() })
}

// silent tells a field that nobody fills in.
func (x *field) silent() bool {
	return x.kind == "hidden" || x.kind == "submit" || x.kind == "button" || x.kind == "image" || x.kind == "reset" || x.tag == "button"
}
