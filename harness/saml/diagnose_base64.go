package saml

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// endings are the line breaks that signers put around base64.
var endings = [...][2]string{{"", ""}, {"\n", "\n"}, {"", "\n"}, {"\n", ""}}

// layouts64 are the ways in which the base64 of an element may be laid out.
func layouts64(e Element, s string) (all []string) {
	for how := base64Joined; how < base64Layouts; how++ {
		if how == base64WrappedLines {
			continue
		}
		joined := layBase64(how, e, s)
		for _, end := range endings {
			if v := end[0] + joined + end[1]; v != s {
				all = append(all, v)
			}
		}
	}
	return append(all, s)
}

// byBase64 looks for line breaks in the base64 of the signatures inside that were changed.
func (t *trials) byBase64(f *SignatureFault) bool {
	const most = 4 // spans
	var spans []span
	var ways [][]string
	for _, s := range t.spans {
		if e := (Element{t.d, t.d.nodes[s.node].parent}); len(spans) < most && s.attr < 0 && (e.Is(NSSignature, "SignatureValue") || e.Is(NSSignature, "X509Certificate")) {
			spans, ways = append(spans, s), append(ways, layouts64(e, t.spanValue(&s)))
		}
	}
	for i := range spans {
		for j := i; j < len(spans); j++ {
			for _, a := range ways[i] {
				if i == j && t.spanAs(&spans[i], a) {
					return t.brokenOtherwise(f, spans[i])
				}
				for _, b := range ways[j] {
					if i != j && t.patched(spans[i].with(a), spans[j].with(b)) {
						return t.brokenOtherwise(f, spans[i])
					}
				}
			}
		}
	}
	return false
}

func (t *trials) brokenOtherwise(f *SignatureFault, s span) bool {
	f.At = (Element{t.d, t.d.nodes[s.node].parent}).At()
	return found(f, CauseWhiteSpace, "line breaks in base64 were changed after signing: the digest agrees with others in %s of the signature inside", f.At.called())
}

// byInnerValue looks for one character of a SignatureValue inside that was changed, where
// that value is known to be wrong and what it signs is not.
func (t *trials) byInnerValue(f *SignatureFault) bool {
	for _, in := range t.inside {
		if in.Digest != Agrees || in.Value != Differs || in.valueTold() {
			continue
		}
		for i := range t.spans {
			s := &t.spans[i]
			if e := (Element{t.d, t.d.nodes[s.node].parent}); s.attr >= 0 || !e.Is(NSSignature, "SignatureValue") || e.Parent() != in.Element {
				continue
			}
			const most, alphabet = 128 << 20, 64
			if cost := alphabet * (s.to - s.from) * (len(t.base) - s.from + 64); cost < most {
				t.diagnosis += cost // the evidence is worth it
			}
			if was, ok := t.otherCharacter(s); ok {
				t.pointTo(f, *s, t.spanValue(s), was)
				f.Got, f.Want = "", ""
				return found(f, CauseEdited, "SignatureValue of the signature inside was edited after signing: the digest agrees when one character of it is another")
			}
			return false
		}
	}
	return false
}

// valueTold tells that it is known why the value does not agree.
func (s *Signature) valueTold() bool {
	return slices.ContainsFunc(s.Faults, func(f SignatureFault) bool {
		return (f.Kind == FaultValue || f.Kind == FaultKey) && f.Cause != CauseUnknown
	})
}

// otherCharacter tries every other character of base64 in every place.
func (t *trials) otherCharacter(s *span) (string, bool) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	was := t.spanValue(s)
	for i := range len(was) {
		if base64Class(was[i]) != classPlain {
			continue
		}
		for j := range len(alphabet) {
			if t.patched(patch{s.from + i, s.from + i + 1, alphabet[j : j+1]}) {
				return was[:i] + alphabet[j:j+1] + was[i+1:], true
			}
		}
	}
	return "", false
}

// byKeyInfo looks for a KeyInfo that was taken away from a signature inside: that of the
// signature around, or one with a known certificate, is put there.
func (t *trials) byKeyInfo(f *SignatureFault) bool {
	for _, x := range t.elements {
		e := Element{t.d, x.node}
		if !e.Is(NSSignature, "Signature") || e.Child(NSSignature, "KeyInfo").Exists() {
			continue
		}
		value := e.Child(NSSignature, "SignatureValue")
		at := x.to
		for _, y := range t.elements {
			if y.node == value.id {
				at = y.to
			}
		}
		for _, lost := range t.keyInfos(e) {
			end := x.to - len("</>") - len(e.Local())
			if e.Prefix() != "" {
				end -= len(e.Prefix()) + 1
			}
			if t.patched(patch{at, at, lost}) || t.patched(patch{end, end, lost}) {
				f.At = e.At()
				return found(f, CauseRemoved, "KeyInfo was taken away from the signature inside after signing: the digest agrees when it is there")
			}
		}
	}
	return false
}

// keyInfos are what may have stood as KeyInfo in a signature.
func (t *trials) keyInfos(e Element) (all []string) {
	p := ""
	if e.Prefix() != "" {
		p = e.Prefix() + ":"
	}
	if around := t.s.Child(NSSignature, "KeyInfo"); around.Exists() && t.canon.write(around, Element{}, form14{}) == nil {
		own := string(t.canon.buf)
		bare := strings.Replace(own, fmt.Sprintf(` xmlns%s="%s"`, strings.TrimSuffix(":"+around.Prefix(), ":"), NSSignature), "", 1)
		all = append(all, bare, bare+"\n", "\n"+bare)
	}
	for _, c := range t.Trusted[:min(len(t.Trusted), 4)] {
		if c.X509 == nil {
			continue
		}
		for how := base64Joined; how < base64Layouts; how++ {
			for _, end := range endings {
				text := base64.StdEncoding.EncodeToString(c.X509.Raw)
				text = end[0] + wrap64(how, text) + end[1]
				all = append(all, "<"+p+"KeyInfo><"+p+"X509Data><"+p+"X509Certificate>"+text+"</"+p+"X509Certificate></"+p+"X509Data></"+p+"KeyInfo>")
			}
		}
	}
	return all
}
