package report

import (
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// Personal are the values of the settings that tell of persons: names, usernames, e-mail
// addresses and what else identifies the users.
func Personal(s *settings.Settings) []string {
	if s == nil {
		return nil
	}
	var all []string
	for _, u := range s.Salesforce.Users {
		full := u.FirstName.Value + " " + u.LastName.Value
		for _, v := range []string{
			u.Username.Value, u.Email.Value, full, u.FirstName.Value, u.LastName.Value,
			u.Alias.Value, u.Nickname.Value, u.FederationID.Value,
		} {
			if v != "" && !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
		if v, ok := u.Field(s.Salesforce.ConnectedApp.SubjectCustomAttribute.Value); ok && v != "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

// Redact is a copy of the report in which NameIDs, names and e-mail addresses are
// masked: in the values of findings, in the texts around them, in what the service
// provider answered, in RelayState and in the messages. One value has one mask
// everywhere, numbered in the order of the report. Masks tell values apart, so a
// difference between two of them stays a difference. What the catalogue says of a check
// holds nothing of persons and stays.
func Redact(r *Report) *Report { return newMask(r).report(r) }

// report masks a report.
func (m *mask) report(r *Report) *Report {
	c := *r
	c.Settings = m.text(r.Settings)
	c.SettingsResults = m.results(r.SettingsResults)
	c.Logins = make([]Login, 0, len(r.Logins))
	for _, l := range r.Logins {
		c.Logins = append(c.Logins, m.login(l))
	}
	c.Metadata = nil
	for _, md := range r.Metadata {
		c.Metadata = append(c.Metadata, Metadata{Name: m.text(md.Name), Results: m.results(md.Results)})
	}
	c.Unchecked = m.texts(r.Unchecked)
	c.Decoded = m.texts(r.Decoded)
	c.Incomplete = m.texts(r.Incomplete)
	c.Personal = nil
	return &c
}

// login masks one login.
func (m *mask) login(l Login) Login {
	return Login{Exchange: m.exchange(l.Exchange), Results: m.results(l.Results), HeldTo: m.texts(l.HeldTo), Listings: m.listings(l.Listings)}
}

func (m *mask) texts(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, m.text(s))
	}
	return out
}

func (m *mask) results(results []check.Result) []check.Result {
	var out []check.Result
	for _, res := range results {
		res.Reason = m.text(res.Reason)
		res.Findings = slices.Clone(res.Findings)
		for i := range res.Findings {
			res.Findings[i] = m.finding(res.Findings[i])
		}
		out = append(out, res)
	}
	return out
}

func (m *mask) finding(f check.Finding) check.Finding {
	f.At, f.File = m.text(f.At), m.text(f.File)
	f.From = m.text(f.From)
	f.Got, f.Want, f.Note, f.User = m.text(f.Got), m.text(f.Want), m.text(f.Note), m.text(f.User)
	if f.Fix != nil {
		fix := *f.Fix
		fix.Text = m.text(fix.Text)
		f.Fix = &fix
	}
	return f
}

func (m *mask) exchange(x *saml.Exchange) *saml.Exchange {
	if x == nil {
		return nil
	}
	c := *x
	c.Name, c.User = m.text(x.Name), m.text(x.User)
	c.Request, c.Response = m.message(x.Request), m.message(x.Response)
	if x.Verdict != nil {
		v := *x.Verdict
		v.Text, v.Subject = m.text(v.Text), m.text(v.Subject)
		c.Verdict = &v
	}
	if x.Stop != nil {
		s := *x.Stop
		s.Unreachable, s.Reason = m.text(s.Unreachable), m.text(s.Reason)
		if s.Event != nil {
			e := m.event(*s.Event)
			s.Event = &e
		}
		c.Stop = &s
	}
	c.Logout = nil
	for _, message := range x.Logout {
		c.Logout = append(c.Logout, m.message(message))
	}
	if x.LoggedOut != nil {
		l := *x.LoggedOut
		l.Reason, l.Unreachable = m.text(l.Reason), m.text(l.Unreachable)
		l.Steps, l.Events = m.steps(l.Steps), m.events(l.Events)
		c.LoggedOut = &l
	}
	c.Steps, c.Events = m.steps(x.Steps), m.events(x.Events)
	return &c
}

func (m *mask) steps(steps []saml.Step) []saml.Step {
	steps = slices.Clone(steps)
	for i := range steps {
		s := &steps[i]
		s.URL, s.Location, s.Note = m.text(s.URL), m.text(s.Location), m.text(s.Note)
	}
	return steps
}

func (m *mask) events(events []saml.Event) []saml.Event {
	events = slices.Clone(events)
	for i := range events {
		events[i] = m.event(events[i])
	}
	return events
}

func (m *mask) event(e saml.Event) saml.Event {
	e.Text, e.User = m.text(e.Text), m.text(e.User)
	return e
}

// message masks a message. Its encoded forms are left out, since values cannot be masked
// in them, and so are bytes that could not be read to the end.
func (m *mask) message(x *saml.Message) *saml.Message {
	if x == nil {
		return nil
	}
	c := *x
	c.URL, c.RelayState, c.File = m.text(x.URL), m.text(x.RelayState), m.text(x.File)
	c.Query, c.Encoded, c.XML = "", "", nil
	found, whole := persons(x.XML)
	if !whole || x.XML == nil {
		return &c
	}
	c.XML = []byte{}
	at := 0
	for _, p := range found {
		c.XML = append(c.XML, m.text(string(x.XML[at:p.from]))...)
		if value := strings.TrimSpace(p.value); telling(value) {
			c.XML = append(c.XML, m.name(value)...)
		} else {
			c.XML = append(c.XML, m.text(string(x.XML[p.from:p.to]))...)
		}
		at = p.to
	}
	c.XML = append(c.XML, m.text(string(x.XML[at:]))...)
	return &c
}
