package harness

import (
	"context"
	"fmt"
	"net/http"

	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mockidp"
)

// An org is a mock Salesforce with several apps for the same users: each app a mock of
// its own, and the one that answers is found as Salesforce finds it, by the entity ID in
// the request or the app in the address. It carries one login at a time.
type org struct {
	apps    []*mockidp.IDP
	ids     []string // entity IDs, app by app
	current int
}

// ServeHTTP has the right app answer.
func (o *org) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m, err := saml.DecodeRedirect(r.URL.RawQuery); err == nil && m.Param == "SAMLRequest" {
		o.current = 0
		if doc, err := saml.Parse(m.XML, saml.Limits{}); err == nil {
			from := doc.Root().Child(saml.NSAssertion, "Issuer").Text()
			for i, id := range o.ids {
				if id == from {
					o.current = i
				}
			}
		}
	}
	for i, app := range o.apps {
		if app.LoginURL() == "https://"+r.Host+r.URL.RequestURI() {
			o.current = i
		}
	}
	o.apps[o.current].ServeHTTP(w, r)
}

// beside puts a second app with the new addresses beside that of the settings.
func (m *migration) beside(st *stage) *org {
	second := st.settings.Clone().Salesforce
	app := &second.ConnectedApp
	app.EntityID.Value, app.ACSURL.Value = m.final.Salesforce.ConnectedApp.EntityID.Value, m.final.Salesforce.ConnectedApp.ACSURL.Value
	app.APIName.Value, app.AppID.Value = app.APIName.Value+"_2", "" // Salesforce gives it an id of its own
	o := &org{
		apps: []*mockidp.IDP{st.idp, st.idp.With(second)},
		ids:  []string{st.settings.Salesforce.ConnectedApp.EntityID.Value, app.EntityID.Value},
	}
	st.network.hosts[hostOf(st.settings.Salesforce.MyDomain.Value)] = o
	return o
}

// playTwo makes the logins of the drill in an org with two apps, that of the settings and
// one with the new addresses, and those that start at Salesforce with each of them.
func (m *migration) playTwo(ctx context.Context, name string, s *settings.Settings) (report.DrillState, error) {
	state := report.DrillState{Name: name}
	st, err := m.stage(s, m.out.At)
	if err != nil {
		return state, err
	}
	defer st.close()
	o := m.beside(st)
	play := func(l login, start string) error {
		x, err := st.play(ctx, l)
		if err != nil {
			return fmt.Errorf("replaying the login of %s: %w", l.user, err)
		}
		d := drilled(x)
		if start != "" {
			d.Start = start
		}
		state.Logins = append(state.Logins, d)
		return nil
	}
	for _, l := range m.logins {
		if l.flow != saml.FlowIDP {
			if err := play(l, ""); err != nil {
				return state, err
			}
			continue
		}
		for i, start := range tiles {
			st.idp = o.apps[i]
			if err := play(l, start); err != nil {
				return state, err
			}
		}
		st.idp = o.apps[0]
	}
	return state, nil
}
