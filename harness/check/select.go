package check

import (
	"fmt"
	"path"
	"strings"
)

// Lookup is the check of All with this id.
func Lookup(id string) (*Check, error) {
	for _, ch := range All {
		if ch.ID == id {
			return ch, nil
		}
	}
	return nil, noMatch(All, id)
}

// Select is the checks, in order, whose id matches any of the patterns, which are
// separated by commas. A pattern is a shell pattern over the id, as settings/* or
// */issuer; one without a slash is of families, as settings or *. A pattern that
// matches nothing is an error.
func Select(checks []*Check, patterns string) ([]*Check, error) {
	chosen := make([]bool, len(checks))
	for _, pattern := range strings.Split(patterns, ",") {
		pattern = strings.TrimSpace(pattern)
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("%q is no pattern of check ids: a bracket or a backslash is not closed", pattern)
		}
		found := false
		for i, ch := range checks {
			if matches(pattern, ch.ID) {
				chosen[i], found = true, true
			}
		}
		if !found {
			return nil, noMatch(checks, pattern)
		}
	}
	var selected []*Check
	for i, ch := range checks {
		if chosen[i] {
			selected = append(selected, ch)
		}
	}
	return selected, nil
}

// matches reports whether a pattern, as Select takes it, matches an id.
func matches(pattern, id string) bool {
	if !strings.ContainsAny(pattern, `*?[\`) && strings.Contains(pattern, "/") {
		return pattern == id
	}
	if !strings.Contains(pattern, "/") {
		id, _, _ = strings.Cut(id, "/")
	}
	ok, err := path.Match(pattern, id)
	return ok && err == nil
}

// Family is the first part of the id.
func (ch *Check) Family() string {
	family, _, _ := strings.Cut(ch.ID, "/")
	return family
}

// noMatch says that no check matches, and which id comes nearest.
func noMatch(checks []*Check, pattern string) error {
	near, least := "", len(pattern)/2+1
	for _, ch := range checks {
		if d := distance(pattern, ch.ID); d < least {
			near, least = ch.ID, d
		}
	}
	if near == "" {
		return fmt.Errorf("no check matches %q", pattern)
	}
	return fmt.Errorf("no check matches %q; the nearest is %s", pattern, near)
}
