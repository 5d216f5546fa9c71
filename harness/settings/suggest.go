package settings

import (
	"fmt"
	"strings"
	"unicode"
)

// under is the path of a key in a mapping.
func under(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// subject is a path as the subject of a sentence.
func subject(path string) string {
	if path == "" {
		return "a settings file"
	}
	return path
}

// keys are the keys that a mapping may have.
func keys(entries []entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, e.key)
		if _, ok := e.to.(inline); ok {
			all = append(all, e.key+"_file")
		}
	}
	return all
}

func known(entries []entry, key string) bool {
	for _, k := range keys(entries) {
		if k == key {
			return true
		}
	}
	return false
}

func unknown(path, key string) string {
	if path == "" {
		return fmt.Sprintf("unknown key %s", quoted(key))
	}
	return fmt.Sprintf("unknown key %s in %s", quoted(key), path)
}

// suggestion is what an unknown key may have been meant as: a key of the same mapping
// that is spelled nearly so, or another mapping's key of this name, or else the keys
// that there are.
func suggestion(entries []entry, key string) string {
	meant, best, least := folded(key), "", 0
	for _, k := range keys(entries) {
		if d := distance(meant, folded(k)); best == "" || d < least {
			best, least = k, d
		}
	}
	if least <= max(1, len(meant)/3) {
		return fmt.Sprintf("did you mean %s?", best)
	}
	home := ""
	visit(specimen().layout(), "", func(path string, _ any) {
		if home == "" && string(folded(path[strings.LastIndexByte(path, '.')+1:])) == string(meant) {
			home = strings.ReplaceAll(path, "[0]", "")
		}
	})
	if home != "" {
		return fmt.Sprintf("did you mean %s?", home)
	}
	return "it may have " + strings.Join(keys(entries), ", ")
}

// specimen is settings with one entry in every list, to look at their layout.
func specimen() *Settings {
	s := new(Settings)
	s.Salesforce.Certificates = make([]Certificate, 1)
	s.Salesforce.ConnectedApp.CustomAttributes = make([]CustomAttribute, 1)
	s.Salesforce.Users = []User{{Fields: make([]UserField, 1)}}
	return s
}

// folded is a key without what people vary: case, hyphens, underscores and blanks.
// Nobody means a key by a word of more than 64 letters.
func folded(key string) []rune {
	var letters []rune
	for _, c := range key {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			letters = append(letters, unicode.ToLower(c))
		}
		if len(letters) == 64 {
			break
		}
	}
	return letters
}

// distance is the number of letters to insert, remove, replace or swap with their
// neighbour to get from one word to the other.
func distance(a, b []rune) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
