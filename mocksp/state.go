package mocksp

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// How long things are kept, and how many of each at most.
const (
	pendingLife = 10 * time.Minute
	ticketLife  = 2 * time.Minute
	sessionLife = SessionLife

	mostPending  = 4096
	mostTickets  = 4096
	mostSessions = 4096
	mostWorkers  = 4096
	mostUsed     = 100_000
)

// SessionLife is how long a session goes on whose response does not say when it ends. How
// long Flex's do is documented for its mobile app alone.
const SessionLife = 24 * time.Hour

// state is all that the mock remembers. One lock guards it, so that taking a pending
// request and noting an assertion as used are one step.
type state struct {
	mu       sync.Mutex
	pending  shelf[pending] // by request id
	tickets  shelf[ticket]  // by token or code
	sessions shelf[session] // by cookie
	used     shelf[bool]    // by issuer and assertion id
	leaving  shelf[bool]    // LogoutRequests that await an answer, by id
	staff    staff
}

// pending is an AuthnRequest that awaits its answer.
type pending struct {
	id        string
	browser   string // the cookie of the browser that carried it
	relay     string
	challenge string // of the page that began the login; "" for none
	target    string // where the browser goes afterwards
	created   time.Time
}

// ticket carries a login from the ACS to the page that it ends at.
type ticket struct {
	session   session
	challenge string
	target    string
}

// session is one user who is logged in.
type session struct {
	nameID   string
	format   string // of the NameID
	index    string // SessionIndex; "" for none
	login    time.Time
	ends     time.Time
	stated   time.Time // SessionNotOnOrAfter; zero where there is none
	began    string    // in words
	unmapped []string  // attributes that Flex did not map
}

// short tells that the response's own end of the session is no more than an hour after
// the login, which Flex does not want.
func (s *session) short() bool { return !s.stated.IsZero() && s.stated.Sub(s.login) <= time.Hour }

func newState(random *source) *state {
	return &state{
		pending:  shelf[pending]{most: mostPending},
		tickets:  shelf[ticket]{most: mostTickets},
		sessions: shelf[session]{most: mostSessions},
		used:     shelf[bool]{most: mostUsed},
		leaving:  shelf[bool]{most: mostPending},
		staff:    staff{random: random},
	}
}

// await keeps a request until its answer comes.
func (s *state) await(p pending, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending.put(p.id, p, now, now.Add(pendingLife))
}

// awaited are the requests of a browser that await an answer, oldest first.
func (s *state) awaited(browser string, now time.Time) []pending {
	if browser == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var own []pending
	for _, e := range s.pending.items {
		if e.value.browser == browser && now.Before(e.expires) {
			own = append(own, e.value)
		}
	}
	slices.SortFunc(own, func(a, b pending) int {
		if c := a.created.Compare(b.created); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
	return own
}

// Why a response that was judged good is refused all the same.
type stale int

const (
	fresh      stale = iota
	replayed         // the assertion was used before
	notAwaited       // the request was answered before, or is not this browser's
	full             // no room to note the assertion
)

// admit takes the request that a response answers ("" for none), notes its assertion as
// used and logs the worker in: all of it, or nothing.
func (s *state) admit(who *identity, browser string, now time.Time) (pending, stale) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := who.issuer + "\x00" + who.assertionID
	if _, ok := s.used.get(key, now); ok {
		return pending{}, replayed
	}
	var p pending
	if who.inResponseTo != "" {
		var ok bool
		if p, ok = s.pending.get(who.inResponseTo, now); !ok || p.browser != browser {
			return pending{}, notAwaited
		}
	}
	if !s.used.room(now) {
		return pending{}, full
	}
	s.used.put(key, true, now, who.usable)
	s.pending.drop(who.inResponseTo)
	s.staff.login(who, now)
	return p, fresh
}

// issue is a fresh ticket for a login.
func (s *state) issue(token string, t ticket, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tickets.put(token, t, now, now.Add(ticketLife))
}

// peek looks at a ticket without using it.
func (s *state) peek(token string, now time.Time) (ticket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tickets.get(token, now)
}

// redeem is a ticket's only use.
func (s *state) redeem(token string, now time.Time) (ticket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tickets.get(token, now)
	s.tickets.drop(token)
	return t, ok
}

func (s *state) open(cookie string, who session, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.put(cookie, who, now, who.ends)
}

func (s *state) session(cookie string, now time.Time) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions.get(cookie, now)
}

func (s *state) close(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.drop(cookie)
}

// end ends every session of a name, or those of the indexes where there are any, and
// tells how many.
func (s *state) end(nameID string, indexes []string, now time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for cookie, e := range s.sessions.items {
		if e.value.nameID == nameID && now.Before(e.expires) && (len(indexes) == 0 || slices.Contains(indexes, e.value.index)) {
			s.sessions.drop(cookie)
			n++
		}
	}
	return n
}

// signedIn are the names of the sessions that go on, sorted.
func (s *state) signedIn(now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, e := range s.sessions.items {
		if now.Before(e.expires) {
			names = append(names, e.value.nameID)
		}
	}
	slices.Sort(names)
	return names
}

// depart keeps a LogoutRequest until its answer comes, and departed is its only answer.
func (s *state) depart(id string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving.put(id, true, now, now.Add(pendingLife))
}

func (s *state) departed(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.leaving.get(id, now)
	s.leaving.drop(id)
	return ok
}

func (s *state) workers() []Worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.staff.list()
}

// A shelf keeps things for a time, and no more than most of them.
type shelf[T any] struct {
	most  int
	items map[string]shelved[T]
}

type shelved[T any] struct {
	value   T
	expires time.Time
}

// get is what is kept under a name and has not expired.
func (s *shelf[T]) get(name string, now time.Time) (T, bool) {
	e, ok := s.items[name]
	if !ok || !now.Before(e.expires) {
		var none T
		return none, false
	}
	return e.value, true
}

// put keeps something. Where there is no room, what has expired goes first, then what
// would expire soonest.
func (s *shelf[T]) put(name string, value T, now, expires time.Time) {
	if s.items == nil {
		s.items = map[string]shelved[T]{}
	}
	if !s.room(now) {
		var soonest string
		var when time.Time
		for n, e := range s.items {
			if soonest == "" || e.expires.Before(when) {
				soonest, when = n, e.expires
			}
		}
		delete(s.items, soonest)
	}
	s.items[name] = shelved[T]{value, expires}
}

// room makes room by dropping what has expired, and tells whether there is any.
func (s *shelf[T]) room(now time.Time) bool {
	if len(s.items) < s.most {
		return true
	}
	for n, e := range s.items {
		if !now.Before(e.expires) {
			delete(s.items, n)
		}
	}
	return len(s.items) < s.most
}

func (s *shelf[T]) drop(name string) { delete(s.items, name) }
