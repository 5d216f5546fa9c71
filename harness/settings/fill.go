package settings

import "fmt"

// Complete gives settings that were put together otherwise than by Read what Read would
// have given: each setting its path, those that were not typed the place of their half,
// and the values that the consoles show for them.
func (s *Settings) Complete() {
	complete(s.layout(), "", Place{File: s.Name})
	s.preset()
}

func complete(entries []entry, path string, at Place) {
	for _, e := range entries {
		path := under(path, e.key)
		switch to := e.to.(type) {
		case *Text:
			named(to, path, at)
		case *Flag:
			named(to, path, at)
		case *Number:
			named(to, path, at)
		case *File:
			named(&to.Text, path, at)
		case inline:
			if to.Value != "" {
				path += "_file"
			}
			named(&to.Text, path, at)
		case object:
			below := at
			if to.place != nil && *to.set {
				below = *to.place
			}
			complete(to.entries, path, below)
		case listed:
			for i := range to.length() {
				path := fmt.Sprintf("%s[%d]", path, i)
				to.named(i, path)
				if entries, text := to.entry(i); text != nil {
					named(text, path, at)
				} else {
					complete(entries, path, at)
				}
			}
		}
	}
}

func named[T any](f *Field[T], path string, at Place) {
	f.Path = path
	if !f.Set && f.Place == (Place{}) {
		f.Place = at
	}
}

// Fill takes from other settings what these do not have: single settings that were not
// typed here, and lists that are empty here.
func (s *Settings) Fill(other *Settings) {
	other = other.Clone()
	fill(s.layout(), other.layout())
	if len(s.Salesforce.Certificates) == 0 {
		s.Salesforce.Certificates = other.Salesforce.Certificates
	}
	if len(s.Salesforce.Users) == 0 {
		s.Salesforce.Users = other.Salesforce.Users
	}
	app, otherApp := &s.Salesforce.ConnectedApp, &other.Salesforce.ConnectedApp
	if len(app.CustomAttributes) == 0 {
		app.CustomAttributes = otherApp.CustomAttributes
	}
	if len(app.Profiles) == 0 && len(app.PermissionSets) == 0 {
		app.Profiles, app.PermissionSets = otherApp.Profiles, otherApp.PermissionSets
	}
	if len(s.Flex.TrustedURLs) == 0 {
		s.Flex.TrustedURLs = other.Flex.TrustedURLs
	}
}

func fill(entries, others []entry) {
	for i, e := range entries {
		switch to := e.to.(type) {
		case *Text:
			take(to, others[i].to.(*Text))
		case *Flag:
			take(to, others[i].to.(*Flag))
		case *Number:
			take(to, others[i].to.(*Number))
		case *File:
			takeFile(to, others[i].to.(*File))
		case inline:
			takeFile(to.File, others[i].to.(inline).File)
		case object:
			from := others[i].to.(object)
			if to.set != nil && *from.set && !*to.set {
				*to.set, *to.place = true, *from.place
			}
			fill(to.entries, from.entries)
		}
	}
}

func take[T any](to, from *Field[T]) {
	if !to.Set && from.Set {
		*to = *from
	}
}

func takeFile(to, from *File) {
	if !to.Set && from.Set {
		*to = *from
	}
}

// Files are the settings that name a file and those whose content was typed, in the
// order of the consoles.
func (s *Settings) Files() []*File {
	var all []*File
	visit(s.layout(), "", func(_ string, to any) {
		switch f := to.(type) {
		case *File:
			all = append(all, f)
		case inline:
			all = append(all, f.File)
		}
	})
	return all
}
