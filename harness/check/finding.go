package check

import (
	"slices"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// found is a finding at a place of a message.
func found(at saml.Place, got, want string) Finding {
	return Finding{At: at.Path, Line: at.Line, Column: at.Column, Got: got, Want: want}
}

// differs is a finding at a place of a message whose value is not any of those
// wanted; its note says in words how it differs from the nearest.
func differs(at saml.Place, got string, want []string) Finding {
	near := nearest(got, want)
	f := found(at, got, near)
	f.Note = Difference(got, near)
	return f
}

// typed is a finding at a setting.
func typed[T any](f settings.Field[T], got, want string) Finding {
	return Finding{At: f.Path, File: f.Place.File, Line: f.Place.Line, Column: f.Place.Column, Got: got, Want: want}
}

// noted is the finding with a note.
func (f Finding) noted(note string) Finding {
	f.Note = note
	return f
}

// only is the finding with a lower severity than its check's.
func (f Finding) only(s Severity) Finding {
	f.Severity = s
	return f
}

// fixed is the finding with its own way to mend it.
func (f Finding) fixed(fix Fix) Finding {
	f.Fix = &fix
	return f
}

// also names further checks that explain the finding by where it is.
func (f Finding) also(ids ...string) Finding {
	f.Also = append(slices.Clip(f.Also), ids...)
	return f
}

// shadowed reports whether the element of an attribute has another of the same local
// name, in a namespace of its own.
func shadowed(e saml.Element, local string) bool {
	for a := range e.Attrs() {
		if a.Local() == local && a.Space() != "" {
			return true
		}
	}
	return false
}

// one is a list of one finding.
func one(f Finding) []Finding { return []Finding{f} }

// among reports whether a value is one of those wanted.
func among(value string, want []string) bool {
	for _, w := range want {
		if value == w {
			return true
		}
	}
	return false
}
