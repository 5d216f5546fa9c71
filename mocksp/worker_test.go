package mocksp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/samlproof/samlproof/mocksp"
)

func TestContactURI(t *testing.T) {
	t.Parallel()
	rows := map[string]string{
		"loggedin@worker.org": "client:loggedin_40worker_2Eorg",
		"auth0|0123":          "client:auth0_7C0123",
		"under_score-dash":    "client:under_score_2Ddash",
		"Zoë":                 "client:Zo_C3_AB",
		"a b":                 "client:a_20b",
	}
	for _, sso := range bothGenerations {
		for nameID, want := range rows {
			p := mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random()})
			login(t, open(t, p), mint{sso: sso, nameID: nameID})
			require.Len(t, p.Workers(), 1)
			assert.Equal(t, want, p.Workers()[0].ContactURI)
			assert.Equal(t, nameID, p.Workers()[0].FriendlyName)
		}
	}
}

// An attribute that comes overwrites, an empty one clears, an absent one stays.
func TestWorkerAttributes(t *testing.T) {
	t.Parallel()
	base := attribute("email", "ada@acme.example") + attribute("full_name", "Ada") + attribute("roles", "agent,, supervisor ,wfo.team_leader")
	logins := []struct {
		attributes string
		want       []string
	}{
		{base + attribute("team_name", "Blue") + attribute("location", "Rome") + attribute("phone", "1"), []string{
			"email string ada@acme.example new", "full_name string Ada new", "roles []string [agent supervisor wfo.team_leader] new",
			"team_name string Blue new", "location string Rome new", "phone string 1 new"}},
		{base + attribute("team_name", "Red") + attribute("location", "") + attribute("never", ""), []string{
			"email string ada@acme.example same", "full_name string Ada same", "roles []string [agent supervisor wfo.team_leader] same",
			"team_name string Red overwritten", "location <nil> <nil> cleared", "phone string 1 kept"}},
		{base + attribute("n.[int]", " 7 ") + attribute("b.[boolean]", "false") + attribute("s.[string]", "x") + attribute("l.[stringarray]", "a, b", "c") +
			attribute("i.intarray", "1,2") + attribute("o.[booleanarray]", "true", "false") + attribute("m", "x", "y") + attribute("urn:oid:1", "z"), []string{
			"email string ada@acme.example same", "full_name string Ada same", "roles []string [agent supervisor wfo.team_leader] same",
			"team_name string Red kept", "phone string 1 kept",
			"n int64 7 new", "b bool false new", "s string x new", "l []string [a b c] new", "i []int64 [1 2] new", "o []bool [true false] new", "m []string [x y] new"}},
	}
	for _, sso := range bothGenerations {
		p := mocksp.New(half(t, sso), mocksp.Options{Now: clock, Random: random()})
		for n, l := range logins {
			b := open(t, p)
			response, _ := login(t, b, mint{sso: sso, assertionID: fmt.Sprint(n), attributes: l.attributes})
			require.Equal(t, 200, response.StatusCode)
			page := body(t, response)
			require.Len(t, p.Workers(), 1)
			w := p.Workers()[0]
			var got []string
			for _, a := range w.Attributes {
				got = append(got, fmt.Sprintf("%s %T %v %s", a.Name, a.Value, a.Value, a.Change))
			}
			assert.Equal(t, l.want, got)
			assert.Equal(t, n+1, w.Logins)
			assert.Equal(t, []string{"agent", "supervisor", "wfo.team_leader"}, w.Roles())
			assert.Contains(t, page, "<th>wfo.team_leader</th><td>Flex Insights</td>")
			if n == 2 {
				assert.Contains(t, page, "Not mapped, because the name is a URI or empty: “urn:oid:1”")
			}
		}
	}
}

// Another NameID makes another worker, whom Flex bills.
func TestPhantom(t *testing.T) {
	t.Parallel()
	for _, sso := range bothGenerations {
		opt := mocksp.Options{Now: clock, Random: random()}
		verdicts := heard(&opt)
		p := mocksp.New(half(t, sso), opt)
		login(t, open(t, p), mint{sso: sso, assertionID: "1"})
		response, _ := login(t, open(t, p), mint{sso: sso, assertionID: "2", nameID: "auth0|ada"})
		const warning = "A second worker with the e-mail address of ada@acme.example: its NameID differs, so Flex takes it for another person and bills another user."
		assert.Contains(t, body(t, response), warning)
		all := p.Workers()
		require.Len(t, all, 2)
		assert.Empty(t, all[0].Phantom)
		assert.Equal(t, warning, all[1].Phantom)
		assert.NotEqual(t, all[0].SID, all[1].SID)

		other := attribute("email", "eve@acme.example") + attribute("full_name", "Eve") + attribute("roles", "agent")
		login(t, open(t, p), mint{sso: sso, assertionID: "3", nameID: "auth0_7Cada", attributes: other})
		all = p.Workers()
		require.Len(t, all, 3)
		assert.Empty(t, all[2].Phantom)
		assert.Equal(t, "auth0|ada", all[2].Clash)

		// Whoever listens hears of it, without asking for the workers.
		require.Len(t, *verdicts, 3)
		assert.Equal(t, []string{"", warning, "The worker auth0|ada has the same contact_uri, so that calls reach either."},
			[]string{(*verdicts)[0].Warning, (*verdicts)[1].Warning, (*verdicts)[2].Warning})
	}
}

// Flex wants SessionNotOnOrAfter more than an hour away, and ends the session with it.
func TestShortSession(t *testing.T) {
	t.Parallel()
	for after, warned := range map[time.Duration]bool{
		time.Minute: true, time.Hour: true, time.Hour + time.Millisecond: false, 9 * time.Hour: false,
	} {
		for _, sso := range bothGenerations {
			at := now
			b := open(t, mocksp.New(half(t, sso), mocksp.Options{Now: func() time.Time { return at }, Random: random()}))
			response, _ := login(t, b, mint{sso: sso, session: ` SessionNotOnOrAfter="` + stamp(now.Add(after)) + `"`})
			const warning = "SessionNotOnOrAfter is no more than an hour away; Flex wants more"
			page := body(t, response)
			assert.Contains(t, page, "Logged in to Flex")
			assert.Equal(t, warned, strings.Contains(page, warning), after)
			at = now.Add(after)
			_, to := b.get(link)
			assert.True(t, strings.HasPrefix(to, ssoURL), "the session is over %s after the login", after)
		}
	}
}

// With the same randomness and clock the same logins give the same workers.
func TestWorkersRepeat(t *testing.T) {
	t.Parallel()
	run := func() []mocksp.Worker {
		p := mocksp.New(half(t, settings.SSOEnhanced), mocksp.Options{Now: clock, Random: random()})
		login(t, open(t, p), mint{sso: settings.SSOEnhanced})
		return p.Workers()
	}
	assert.Equal(t, run(), run())
}
