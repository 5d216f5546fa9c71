package saml

import (
	"encoding/base64"
	"hash"
)

// A patch puts other octets in the place of some of a canonical form.
type patch struct {
	from, to int
	with     string
}

// upTo is the state of the digest when the canonical form is written up to a place. What
// stands before is digested once, as long as the places come in order.
func (t *trials) upTo(at int) hash.Hash {
	if t.state == nil || at < t.stateAt {
		t.state, t.stateAt = t.h.New(), 0
	}
	t.diagnosis -= at - t.stateAt
	t.state.Write(t.base[t.stateAt:at])
	t.stateAt = at
	if c, ok := t.state.(hash.Cloner); ok {
		if h, err := c.Clone(); err == nil {
			return h
		}
	}
	h := t.h.New()
	h.Write(t.base[:at])
	return h
}

// patched tells whether the digest agrees with the canonical form after patches, which
// come in order.
func (t *trials) patched(patches ...patch) bool {
	first, last := patches[0], patches[len(patches)-1]
	for _, p := range patches {
		t.diagnosis -= len(p.with)
	}
	if t.diagnosis -= len(t.base) - first.from - (last.to - last.from) + 64; t.diagnosis <= 0 {
		return false
	}
	h := t.upTo(first.from)
	for i, p := range patches {
		t.tried = append(t.tried[:0], p.with...)
		h.Write(t.tried)
		end := len(t.base)
		if i+1 < len(patches) {
			end = patches[i+1].from
		}
		h.Write(t.base[p.to:end])
	}
	t.sum = h.Sum(t.sum[:0])
	return t.accepts()
}

// rewritten tells whether the digest agrees when values are others, and which they are.
func (t *trials) rewritten(value func(s *span, was string) string) (changed []int, ok bool) {
	patches := t.patches[:0]
	for i := range t.spans {
		s := &t.spans[i]
		was := t.spanValue(s)
		if now := value(s, was); now != was {
			changed = append(changed, i)
			patches = append(patches, s.with(now))
		}
	}
	t.patches = patches
	return changed, len(changed) > 0 && t.patched(patches...)
}

// with is the patch that puts another value into a span.
func (s *span) with(value string) patch {
	if !escaped(value, s.attr >= 0) {
		return patch{s.from, s.to, value}
	}
	if s.attr >= 0 {
		return patch{s.from, s.to, string(appendValue(nil, value))}
	}
	return patch{s.from, s.to, string(appendText(nil, value))}
}

// escaped tells whether a canonical form writes a value otherwise than it reads.
func escaped(s string, attr bool) bool {
	for i := range len(s) {
		switch s[i] {
		case '&', '<', '\r':
			return true
		case '>':
			if !attr {
				return true
			}
		case '"', '\t', '\n':
			if attr {
				return true
			}
		}
	}
	return false
}

// spanAs tells whether the digest agrees when one value is another.
func (t *trials) spanAs(s *span, value string) bool { return t.patched(s.with(value)) }

// spansAs tells whether the digest agrees when several values are another.
func (t *trials) spansAs(spans []span, value string) bool {
	patches := t.patches[:0]
	for i := range spans {
		patches = append(patches, spans[i].with(value))
	}
	t.patches = patches
	return t.patched(patches...)
}

// matches compares the digest of octets and counts the work.
func (t *trials) matches(octets []byte) bool {
	if t.diagnosis -= len(octets) + 64; t.diagnosis <= 0 {
		return false
	}
	t.sum = sumInto(t.sum[:0], t.h, octets)
	return t.accepts()
}

// accepts tells whether the digest at hand is the one that was signed.
func (t *trials) accepts() bool {
	if t.infoDigest == nil {
		return string(t.sum) == string(t.digest)
	}
	t.infoTried = append(base64.StdEncoding.AppendEncode(append(t.infoTried[:0], t.info[0]...), t.sum), t.info[1]...)
	return string(sumInto(nil, t.infoHash, t.infoTried)) == string(t.infoDigest)
}
