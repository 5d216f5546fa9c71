package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

// A sitting is a state of the change in which people find themselves who were there
// before it.
type sitting struct {
	name  string
	done  []int
	edits []func(*settings.Settings)
	then  func(*stage) // what else is different on the stage; nil for nothing
}

// Why what becomes of a session is inferred.
const (
	inferredSession = "no page says that saving SSO settings ends a session, or that it does not"
	inferredLife    = "how long a session in a browser lasts is not documented; in the mock it is 24 hours"
)

// sessions replays for each state what becomes of those who were there before the change:
// who is logged in, who has the login page open, who logs in again and who logs out.
func (d *drill) sessions(ctx context.Context, sittings ...sitting) error {
	for _, at := range sittings {
		s := d.base.Clone()
		for _, edit := range at.edits {
			edit(s)
		}
		tries, err := d.sit(ctx, s, at.then)
		if err != nil {
			return fmt.Errorf("sessions, %s: %w", at.name, err)
		}
		d.out.Sessions = append(d.out.Sessions, report.DrillSession{Name: at.name, Done: at.done, Tries: tries})
	}
	return nil
}

// sit lets people in under the settings before the change, saves other ones, and tries
// what the people do next.
func (d *drill) sit(ctx context.Context, changed *settings.Settings, then func(*stage)) ([]report.DrillTry, error) {
	when := d.out.At
	opt := d.opt
	opt.At, opt.Now = time.Time{}, func() time.Time { return when }
	st, err := newStage(d.base, opt)
	if err != nil {
		return nil, err
	}
	defer st.close()
	l := d.logins[0]
	w := &waiting{stage: st, login: l, link: strings.TrimSuffix(d.base.Flex.LoginLink.Value, "/")}

	inside, err := w.enter(ctx)
	if err != nil {
		return nil, err
	}
	door := w.browser(browser{user: ""})
	if err := door.open(ctx, w.start()); err != nil {
		return nil, err
	}
	var leavers []*browser
	ways := withLogouts(d.base, []login{l})
	if len(ways) > 1 {
		for range ways {
			b, err := w.enter(ctx)
			if err != nil {
				return nil, err
			}
			leavers = append(leavers, b)
		}
	}
	if err := st.change(changed); err != nil {
		return nil, err
	}
	if then != nil {
		then(st)
	}

	stays, err := w.stays(ctx, inside)
	if err != nil {
		return nil, err
	}
	opened, err := w.goesOn(ctx, door)
	if err != nil {
		return nil, err
	}
	again, err := w.again(ctx, inside, w.start())
	if err != nil {
		return nil, err
	}
	again.Do = "logs in again, still logged in to Salesforce"
	tries := []report.DrillTry{stays, opened, again}
	for i, b := range leavers {
		left, err := w.leaves(ctx, b, ways[i])
		if err != nil {
			return nil, err
		}
		tries = append(tries, left)
	}
	when = when.Add(mocksp.SessionLife)
	over, err := w.again(ctx, inside, d.base.Flex.LoginLink.Value)
	if err != nil {
		return nil, err
	}
	over.Do, over.Inferred = "comes back when the session has ended", append([]string{inferredLife}, over.Inferred...)
	return append(tries, over), nil
}

// waiting is a stage with people at it who were there before a change.
type waiting struct {
	*stage
	login login
	link  string
}

// start is where a login begins that does not look for a session first.
func (w *waiting) start() string {
	if w.login.flow == saml.FlowIDP {
		return w.idp.LoginURL()
	}
	return w.link + "/login"
}

// browser is one on the stage, with what is given.
func (w *waiting) browser(b browser) *browser {
	b.now = w.opt.clock()
	b.transport = w.network.transport(b.now)
	return &b
}

// enter is a browser in which the login's user is logged in.
func (w *waiting) enter(ctx context.Context) (*browser, error) {
	*w.heard = ear{}
	b := w.browser(browser{user: w.login.user})
	if err := b.open(ctx, w.start()); err != nil {
		return nil, err
	}
	if v := w.heard.verdict; v == nil || !v.Accepted {
		return nil, errors.New("the login before the change did not work a second time")
	}
	return b, nil
}

// stays opens Flex anew in a browser that was logged in.
func (w *waiting) stays(ctx context.Context, inside *browser) (report.DrillTry, error) {
	b := w.browser(browser{cookies: inside.cookies})
	t := report.DrillTry{Do: "is logged in to Flex, and opens it again", Inferred: []string{inferredSession}}
	if err := b.open(ctx, w.link); err != nil {
		return t, err
	}
	if t.Works = b.status == http.StatusOK && len(b.messages) == 0; !t.Works {
		t.Sees = fmt.Sprintf("the browser ended at %s with status %d", b.at, b.status)
	}
	return t, nil
}

// goesOn has the user of a login page that was open during the change log in.
func (w *waiting) goesOn(ctx context.Context, door *browser) (report.DrillTry, error) {
	*w.heard = ear{}
	door.user = w.login.user
	t := report.DrillTry{Do: "had Salesforce's login page open, and logs in now"}
	next := door.submit(door.at, "")
	if next == nil {
		t.Sees = "there was no login page"
		return t, nil
	}
	if err := door.walk(ctx, next); err != nil {
		return t, err
	}
	return w.tried(t, door), nil
}

// again logs in once more in a browser that was logged in.
func (w *waiting) again(ctx context.Context, inside *browser, start string) (report.DrillTry, error) {
	*w.heard = ear{}
	b := w.browser(browser{user: w.login.user, cookies: inside.cookies})
	if err := b.open(ctx, start); err != nil {
		return report.DrillTry{}, err
	}
	return w.tried(report.DrillTry{}, b), nil
}

// leaves logs out by Single Logout in a browser that was logged in.
func (w *waiting) leaves(ctx context.Context, inside *browser, l login) (report.DrillTry, error) {
	t := report.DrillTry{Do: strings.Replace(l.leaving(), ", logged", "logs", 1) + ", with a session of before"}
	before := w.sessions()
	before[saml.FlowSP]--
	before[saml.FlowIDP]--
	x := &saml.Exchange{}
	if err := w.leave(ctx, inside, x, l, before); err != nil {
		return t, err
	}
	if t.Works = x.LoggedOut.Complete(); !t.Works {
		t.Sees = x.LoggedOut.Reason
		t.Inferred = []string{"Flex documents no Single Logout; what is replayed is an ordinary service provider's"}
	}
	return t, nil
}

// tried takes over how a login ended.
func (w *waiting) tried(t report.DrillTry, b *browser) report.DrillTry {
	end := drilled(w.exchange(b, w.login))
	t.Works, t.Sees = end.Accepted, end.Sees
	if v := w.heard.verdict; v != nil && !v.Accepted && v.Inferred != "" {
		t.Inferred = []string{v.Inferred}
	}
	return t
}
