package settings

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// A Value is one setting as it prints.
type Value struct {
	Path  string
	Place Place
	Text  string // for a file the name as typed, or the content where that was typed
	Set   bool   // false for a default
}

// Values are all settings in the order of the consoles, those that the file leaves out
// included. Entries of lists are there as far as the lists go.
func (s *Settings) Values() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		on := true
		visit(s.layout(), "", func(path string, to any) {
			if !on {
				return
			}
			switch v := to.(type) {
			case *Text:
				on = yield(Value{path, v.Place, v.Value, v.Set})
			case *Flag:
				on = yield(Value{path, v.Place, strconv.FormatBool(v.Value), v.Set})
			case *Number:
				on = yield(Value{path, v.Place, strconv.Itoa(v.Value), v.Set})
			case *File:
				on = yield(Value{path, v.Place, v.Value, v.Set})
			case inline:
				text := v.Value
				if text == "" {
					text = string(v.Data)
				} else {
					path += "_file"
				}
				on = yield(Value{path, v.Place, text, v.Set})
			}
		})
	}
}

// visit calls do for every single value below entries, with its path.
func visit(entries []entry, path string, do func(path string, to any)) {
	for _, e := range entries {
		path := under(path, e.key)
		switch to := e.to.(type) {
		case object:
			visit(to.entries, path, do)
		case listed:
			for i := range to.length() {
				path := fmt.Sprintf("%s[%d]", path, i)
				if entries, text := to.entry(i); text != nil {
					do(path, text)
				} else {
					visit(entries, path, do)
				}
			}
		default:
			do(path, to)
		}
	}
}

// Clone is a deep copy, which shares nothing that can be changed.
func (s *Settings) Clone() *Settings {
	c := *s
	c.Salesforce.Certificates = slices.Clone(s.Salesforce.Certificates)
	c.Salesforce.Users = slices.Clone(s.Salesforce.Users)
	c.Salesforce.ConnectedApp.CustomAttributes = slices.Clone(s.Salesforce.ConnectedApp.CustomAttributes)
	c.Salesforce.ConnectedApp.Profiles = slices.Clone(s.Salesforce.ConnectedApp.Profiles)
	c.Salesforce.ConnectedApp.PermissionSets = slices.Clone(s.Salesforce.ConnectedApp.PermissionSets)
	for i := range c.Salesforce.Users {
		u := &c.Salesforce.Users[i]
		u.PermissionSets, u.Fields = slices.Clone(u.PermissionSets), slices.Clone(u.Fields)
	}
	c.Flex.TrustedURLs = slices.Clone(s.Flex.TrustedURLs)
	visit(c.layout(), "", func(_ string, to any) {
		switch f := to.(type) {
		case *File:
			f.Data = slices.Clone(f.Data)
		case inline:
			f.Data = slices.Clone(f.Data)
		}
	})
	return &c
}
