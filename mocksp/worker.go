package mocksp

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Worker is a TaskRouter worker. The first login under a NameID makes one; Flex bills
// each.
type Worker struct {
	SID          string
	FriendlyName string // the NameID
	ContactURI   string
	Attributes   []WorkerAttribute // in the order in which they first came
	Created      time.Time
	LastLogin    time.Time
	Logins       int

	// Phantom says why the worker seems to be a second one of the same person, and what
	// that costs; "" where it does not.
	Phantom string
	// Clash names an earlier worker whose NameID differs and whose contact_uri is the
	// same, so that calls reach either; "" where there is none.
	Clash string
}

// A WorkerAttribute is one of a worker's attributes.
type WorkerAttribute struct {
	Name string
	// Value is a string, int64 or bool, or a slice of one of them.
	Value any
	// Change is what the last login did to it: "new", "same", "overwritten", "kept"
	// where it was absent from that login, or "cleared" where its value there was
	// empty. A cleared attribute has no Value and is gone at the login after.
	Change string
}

// Attribute is the value of an attribute; nil where the worker has none of that name.
func (w *Worker) Attribute(name string) any {
	for _, a := range w.Attributes {
		if a.Name == name {
			return a.Value
		}
	}
	return nil
}

// Roles are the worker's roles.
func (w *Worker) Roles() []string {
	roles, _ := w.Attribute("roles").([]string)
	return roles
}

// contactURI is the address that Flex gives a worker: everything of the NameID outside
// A–Z, a–z, 0–9 and _ is escaped as _ and two hexadecimal digits, byte by byte.
func contactURI(nameID string) string {
	var b strings.Builder
	b.WriteString("client:")
	for i := range len(nameID) {
		switch c := nameID[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "_%02X", c)
		}
	}
	return b.String()
}

// staff is the workers, oldest first.
type staff struct {
	random  *source
	members []*Worker
}

func (s *staff) find(nameID string) *Worker {
	for _, w := range s.members {
		if w.FriendlyName == nameID {
			return w
		}
	}
	return nil
}

// login makes or changes the worker of a login. An attribute that comes with a value
// overwrites, one that comes empty clears, and one that does not come stays.
func (s *staff) login(who *identity, now time.Time) {
	w := s.find(who.nameID)
	if w == nil {
		if len(s.members) >= mostWorkers {
			s.forget()
		}
		w = &Worker{SID: "WK" + s.random.hex(16), FriendlyName: who.nameID, ContactURI: contactURI(who.nameID), Created: now}
		s.members = append(s.members, w)
	}
	w.LastLogin = now
	w.Logins++
	w.Attributes = slices.DeleteFunc(w.Attributes, func(a WorkerAttribute) bool { return a.Change == "cleared" })
	for i := range w.Attributes {
		w.Attributes[i].Change = "kept"
	}
	for _, a := range who.attributes {
		i := slices.IndexFunc(w.Attributes, func(old WorkerAttribute) bool { return old.Name == a.name })
		switch {
		case a.value == nil && i >= 0:
			w.Attributes[i].Value, w.Attributes[i].Change = nil, "cleared"
		case a.value == nil:
		case i < 0:
			w.Attributes = append(w.Attributes, WorkerAttribute{a.name, a.value, "new"})
		case fmt.Sprint(w.Attributes[i].Value) == fmt.Sprint(a.value):
			w.Attributes[i].Value, w.Attributes[i].Change = a.value, "same"
		default:
			w.Attributes[i].Value, w.Attributes[i].Change = a.value, "overwritten"
		}
	}
}

// forget makes room by dropping the worker who has been away longest.
func (s *staff) forget() {
	away := 0
	for i, w := range s.members {
		if w.LastLogin.Before(s.members[away].LastLogin) {
			away = i
		}
	}
	s.members = slices.Delete(s.members, away, away+1)
}

// list is a copy of all workers with what is odd about each beside the others.
func (s *staff) list() []Worker {
	all := make([]Worker, 0, len(s.members))
	byEmail, byContact := map[string]string{}, map[string]string{}
	for _, m := range s.members {
		w := *m
		w.Attributes = slices.Clone(m.Attributes)
		if email, _ := w.Attribute("email").(string); email != "" {
			if first, ok := byEmail[email]; ok {
				w.Phantom = fmt.Sprintf("A second worker with the e-mail address of %s: its NameID differs, so Flex takes it for another person and bills another user.", first)
			} else {
				byEmail[email] = w.FriendlyName
			}
		}
		if first, ok := byContact[w.ContactURI]; ok {
			w.Clash = first
		} else {
			byContact[w.ContactURI] = w.FriendlyName
		}
		all = append(all, w)
	}
	return all
}
