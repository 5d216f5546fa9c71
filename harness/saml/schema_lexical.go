package saml

import (
	"strconv"
	"strings"
)

// The lexical forms of dates and times (XML Schema 2 3.2.6–3.2.14) and of URI
// references (RFC 3986). These are wider than what SAML allows: a time with an offset
// has the form of a dateTime, and SAMLCore 1.3.3 forbids it all the same.

// isDateTime judges [-]YYYY…-MM-DDThh:mm:ss[.s…][zone].
func isDateTime(s string) bool {
	date, clock, ok := strings.Cut(s, "T")
	if !ok {
		return false
	}
	if _, ok := datePart(date); !ok {
		return false
	}
	return isTime(clock)
}

func isDate(s string) bool {
	rest, ok := datePart(s)
	return ok && isZone(rest)
}

// datePart reads [-]YYYY…-MM-DD and is what follows.
func datePart(s string) (rest string, ok bool) {
	s = strings.TrimPrefix(s, "-")
	n := digitRun(s)
	if n < 4 || n > 4 && s[0] == '0' || strings.Trim(s[:n], "0") == "" {
		return "", false
	}
	year, _ := strconv.Atoi(s[max(0, n-6):n])
	s = s[n:]
	if len(s) < 6 || s[0] != '-' || digitRun(s[1:3]) != 2 || s[3] != '-' || digitRun(s[4:6]) != 2 {
		return "", false
	}
	month, _ := strconv.Atoi(s[1:3])
	day, _ := strconv.Atoi(s[4:6])
	return s[6:], month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

// partOfDate judges what is a date once its lead is replaced by before, and after stands
// ahead of the zone: a year, a month, a day.
func partOfDate(lead, before, after string) func(string) bool {
	return func(s string) bool {
		s, ok := strings.CutPrefix(s, lead)
		at := len(s)
		switch {
		case strings.HasSuffix(s, "Z"):
			at--
		case len(s) > 6 && s[len(s)-3] == ':':
			at -= 6
		}
		return ok && isDate(before+s[:at]+after+s[at:])
	}
}

// isTime judges hh:mm:ss[.s…][zone]; 24:00:00 is the end of the day.
func isTime(s string) bool {
	if len(s) < 8 || digitRun(s[:2]) != 2 || s[2] != ':' || digitRun(s[3:5]) != 2 || s[5] != ':' || digitRun(s[6:8]) != 2 {
		return false
	}
	clock, rest, zero := s[:8], s[8:], true
	if strings.HasPrefix(rest, ".") {
		n := digitRun(rest[1:])
		if n == 0 {
			return false
		}
		zero = strings.Trim(rest[1:1+n], "0") == ""
		rest = rest[1+n:]
	}
	if clock[:2] == "24" {
		return clock == "24:00:00" && zero && isZone(rest)
	}
	return clock[:2] < "24" && clock[3:5] < "60" && clock[6:8] < "60" && isZone(rest)
}

// isZone judges "", Z or an offset up to 14:00.
func isZone(s string) bool {
	if s == "" || s == "Z" {
		return true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || digitRun(s[1:3]) != 2 || s[3] != ':' || digitRun(s[4:6]) != 2 {
		return false
	}
	return s[1:3] < "14" && s[4:6] < "60" || s[1:] == "14:00"
}

// isDuration judges [-]P[nY][nM][nD][T[nH][nM][n[.n]S]].
func isDuration(s string) bool {
	s, ok := strings.CutPrefix(strings.TrimPrefix(s, "-"), "P")
	if !ok {
		return false
	}
	date, clock, timed := strings.Cut(s, "T")
	a, okDate := parts(date, "YMD", false)
	b, okClock := parts(clock, "HMS", true)
	return okDate && okClock && (!timed || b > 0) && a+b > 0
}

// parts counts the numbers of a duration, each with a letter of order, in that order.
func parts(s, order string, fraction bool) (n int, ok bool) {
	for s != "" {
		i := digitRun(s)
		if i == 0 {
			return 0, false
		}
		if fraction && i < len(s) && s[i] == '.' {
			j := digitRun(s[i+1:])
			if j == 0 || i+1+j >= len(s) || s[i+1+j] != 'S' {
				return 0, false
			}
			i += 1 + j
		}
		if i >= len(s) {
			return 0, false
		}
		at := strings.IndexByte(order, s[i])
		if at < 0 {
			return 0, false
		}
		order, s, n = order[at+1:], s[i+1:], n+1
	}
	return n, true
}

// isURIReference judges what may stand as an anyURI: characters that a URI does not
// have are taken as escaped (XLink 5.4), and what is left has the form of RFC 3986.
func isURIReference(s string) bool {
	for rest := s; ; {
		_, escape, has := strings.Cut(rest, "%")
		if !has {
			break
		}
		if len(escape) < 2 || !isHexBinary(escape[:2]) {
			return false
		}
		rest = escape[2:]
	}
	if rest, fragment, has := strings.Cut(s, "#"); has {
		if strings.IndexByte(fragment, '#') >= 0 {
			return false
		}
		s = rest
	}
	s, _, _ = strings.Cut(s, "?")
	if colon := strings.IndexByte(s, ':'); colon >= 0 {
		if slash := strings.IndexByte(s, '/'); slash < 0 || colon < slash {
			if !isScheme(s[:colon]) {
				return false
			}
			s = s[colon+1:]
		}
	}
	if authority, ok := strings.CutPrefix(s, "//"); ok {
		authority, _, _ = strings.Cut(authority, "/")
		return isAuthority(authority)
	}
	return true
}

// isPlainURI tells the URIs that messages are full of, which hold nothing that asks for a
// closer look: no escape, no user, port or address in brackets, and at most one #.
func isPlainURI(s string) bool {
	colon := strings.IndexByte(s, ':')
	if colon < 0 || !isScheme(s[:colon]) {
		return false
	}
	i := colon + 1
	if strings.HasPrefix(s[i:], "//") {
		for i += 2; i < len(s) && byteClass[s[i]]&byteName != 0; i++ {
		}
		if i < len(s) && s[i] != '/' && s[i] != '?' && s[i] != '#' {
			return false
		}
	}
	fragment := false
	for ; i < len(s); i++ {
		if byteClass[s[i]]&byteURI != 0 {
			continue
		}
		if s[i] != '#' || fragment {
			return false
		}
		fragment = true
	}
	return true
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !(c >= 'a' && c <= 'z' || i > 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.')) {
			return false
		}
	}
	return s != ""
}

func isAuthority(s string) bool {
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = s[at+1:]
	}
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return false
		}
		s = s[end+1:]
		return s == "" || s[0] == ':' && digitRun(s[1:]) == len(s)-1
	}
	if colon := strings.IndexByte(s, ':'); colon >= 0 {
		return digitRun(s[colon+1:]) == len(s)-colon-1
	}
	return strings.IndexByte(s, '[') < 0 && strings.IndexByte(s, ']') < 0
}
