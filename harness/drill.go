package harness

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// A drill tries a change to a set-up on the mocks: the logins that work before are made
// again in every state on the way.
type drill struct {
	opt    Options
	base   *settings.Settings
	logins []login  // those that work before
	known  []string // ids of the errors that the settings have before
	out    *report.Drill
}

// newDrill fixes the time, and finds the logins that work before anything is changed.
// Where none does, the report is blocked.
func newDrill(ctx context.Context, s *settings.Settings, opt Options, name, title string) (*drill, error) {
	source := opt.atSource()
	opt.At = opt.clock()()
	d := &drill{opt: opt, base: s, out: &report.Drill{
		Name: name, Title: title, Tool: "samlproof " + Version, Settings: s.Name, At: opt.At, AtSource: source,
	}}
	all, err := opt.logins(s)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		d.out.Blocked = "The settings have no users, so nothing can be drilled: add one under salesforce.users."
		return d, nil
	}
	d.logins = all
	before, err := d.state(ctx, "before", nil, s, opt.At)
	if err != nil {
		return nil, err
	}
	d.logins = nil
	var left []string
	for i, l := range before.Logins {
		if l.Accepted {
			d.logins = append(d.logins, all[i])
		} else {
			left = append(left, l.User+" "+l.Start)
		}
	}
	if len(d.logins) == 0 {
		d.out.Blocked = "The settings let nobody in even before the change: " + strings.Join(before.Seen(), "; ") + ". Mend them first; samlproof run says how."
		return d, nil
	}
	if len(left) > 0 {
		d.out.Notes = append(d.out.Notes, "These do not get in before the change either and are left out; samlproof run says why: "+strings.Join(left, ", ")+".")
	}
	d.known, err = d.errors(ctx, s)
	return d, err
}

// state makes every login of the drill under some settings at some time.
func (d *drill) state(ctx context.Context, name string, done []int, s *settings.Settings, at time.Time) (report.DrillState, error) {
	st, err := d.stage(s, at)
	if err != nil {
		return report.DrillState{}, err
	}
	defer st.close()
	return d.play(ctx, st, name, done)
}

// stage is both mocks under some settings at some time.
func (d *drill) stage(s *settings.Settings, at time.Time) (*stage, error) {
	opt := d.opt
	opt.At = at
	return newStage(s, opt)
}

func (d *drill) play(ctx context.Context, st *stage, name string, done []int) (report.DrillState, error) {
	state := report.DrillState{Name: name, Done: done}
	for _, l := range d.logins {
		x, err := st.play(ctx, l)
		if err != nil {
			return state, fmt.Errorf("replaying the login of %s: %w", l.user, err)
		}
		state.Logins = append(state.Logins, drilled(x))
	}
	return state, nil
}

// drilled is how a login ended, with what the user sees.
func drilled(x *saml.Exchange) report.DrillLogin {
	l := report.DrillLogin{User: x.User, Flow: x.Flow, Start: "started at Flex"}
	if x.Flow == saml.FlowIDP {
		l.Start = "started at Salesforce"
	}
	switch v := x.Verdict; {
	case v != nil && v.Accepted:
		l.Accepted = true
	case v != nil:
		l.By, l.Status, l.Code, l.Inferred = "Flex", v.Status, v.Code, v.Inferred != ""
		l.Sees = v.Text
		if v.Status == http.StatusUnauthorized {
			l.Sees = "the browser asks for a Twilio user name and password; behind it stands: " + v.Text
		}
	case x.Stop != nil && x.Stop.Event != nil:
		l.By, l.Code, l.Sees = "Salesforce", x.Stop.Event.Code, "Salesforce: "+x.Stop.Event.Text
	case x.Stop != nil:
		l.Sees = x.Stop.Reason
	}
	return l
}

// errors are the ids of the errors that a whole replay of settings finds and nothing
// explains.
func (d *drill) errors(ctx context.Context, s *settings.Settings) ([]string, error) {
	r, err := Replay(ctx, s, d.opt)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range r.Summary(check.Error).Causes {
		if id := c.Result.Check.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// worsened are the errors that settings have and the settings before had not.
func (d *drill) worsened(ctx context.Context, s *settings.Settings) ([]string, error) {
	ids, err := d.errors(ctx, s)
	return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(d.known, id) }), err
}

// A move is one thing done in a console.
type move struct {
	do    string
	after time.Duration
	edit  func(*settings.Settings)
	brief bool // it lasts for seconds only
}

// way replays an order of moves, one upon the other.
func (d *drill) way(ctx context.Context, w report.DrillWay, timed bool, moves ...move) (report.DrillWay, error) {
	s := d.base.Clone()
	w.Safe = true
	for _, m := range moves {
		if m.edit != nil {
			m.edit(s)
		}
		state, err := d.state(ctx, m.do, nil, s, d.out.At.Add(m.after))
		if err != nil {
			return w, fmt.Errorf("%s: %w", w.Name, err)
		}
		if timed {
			state.At = d.out.At.Add(m.after)
		}
		w.Safe = w.Safe && (m.brief || len(state.Locked()) == 0)
		w.Moments = append(w.Moments, report.DrillMoment{Do: m.do, After: m.after, Brief: m.brief, State: state})
	}
	return w, nil
}

// days says when a time is, in days from now.
func days(at, now time.Time) string {
	n := int(at.Sub(now).Hours() / 24)
	switch {
	case at.Before(now) && n == 0:
		return "ended less than a day ago"
	case at.Before(now):
		return fmt.Sprintf("ended %d days ago", -n)
	case n == 0:
		return "ends in less than a day"
	case n == 1:
		return "ends in 1 day"
	}
	return fmt.Sprintf("ends in %d days", n)
}

// change is a field of the checklist, under the labels of its console.
func change(side check.Side, setting, path, old, value, note string) report.DrillChange {
	return report.DrillChange{Side: side, Setting: setting, Path: path, Old: old, New: value, Note: note}
}

// The pages on which the drills change something.
const (
	pageCertificates = "Setup › Certificate and Key Management"
	pageIDP          = "Setup › Identity Provider"
	pageApp          = "Setup › App Manager › Twilio Flex › Edit › Web App Settings"
	pageFlex         = "Flex Console › Single sign-on (SSO)"
)

// certificatePEM is a certificate as Download Certificate gives it.
func certificatePEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// pemFor is the stand-in of a certificate of the settings, or the certificate itself
// where it has none.
func (st *standIns) pemFor(c *x509.Certificate) []byte {
	if made, ok := st.made[sha256.Sum256(c.Raw)]; ok {
		return made.pem
	}
	return certificatePEM(c)
}
