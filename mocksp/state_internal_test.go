package mocksp

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A shelf never grows past its size: what has expired goes first, then what would soonest.
func TestShelf(t *testing.T) {
	t.Parallel()
	s := shelf[int]{most: 3}
	for n := range 10 {
		s.put(fmt.Sprint(n), n, start, start.Add(time.Duration(10-n)*time.Minute))
	}
	require.Len(t, s.items, 3)
	for name, want := range map[string]bool{"0": true, "1": true, "9": true, "8": false} {
		_, ok := s.get(name, start)
		assert.Equal(t, want, ok, name)
	}
	_, ok := s.get("9", start.Add(time.Minute))
	assert.False(t, ok, "it expires at its time")
	s.put("new", 1, start.Add(time.Minute), start.Add(time.Hour))
	_, ok = s.get("0", start.Add(time.Minute))
	assert.True(t, ok, "what has expired goes first")
	assert.Len(t, s.items, 3)
}

// Where no used assertion can be forgotten, no login is let in: it could be a replay.
func TestUsedFull(t *testing.T) {
	t.Parallel()
	s := newState(&source{reader: rand.Reader})
	s.used.most = 2
	for n, want := range []stale{fresh, fresh, full} {
		_, got := s.admit(&identity{assertionID: fmt.Sprint(n), usable: start.Add(time.Hour)}, "", start)
		assert.Equal(t, want, got)
	}
	_, got := s.admit(&identity{assertionID: "0", usable: start.Add(time.Hour)}, "", start)
	assert.Equal(t, replayed, got)
	_, got = s.admit(&identity{assertionID: "3", usable: start.Add(2 * time.Hour)}, "", start.Add(time.Hour))
	assert.Equal(t, fresh, got)
}

// The worker who has been away longest makes room.
func TestStaffForgets(t *testing.T) {
	t.Parallel()
	s := staff{random: &source{reader: rand.Reader}}
	for n := range mostWorkers {
		s.login(&identity{nameID: fmt.Sprint(n)}, start.Add(time.Duration(n)*time.Second))
	}
	s.login(&identity{nameID: "0"}, start.Add(24*time.Hour))
	s.login(&identity{nameID: "new"}, start.Add(25*time.Hour))
	assert.Len(t, s.members, mostWorkers)
	assert.Nil(t, s.find("1"))
	assert.NotNil(t, s.find("0"))
	assert.NotNil(t, s.find("new"))
}

// FuzzTyped holds that a value is of the type that its name states, or none at all.
func FuzzTyped(f *testing.F) {
	for _, kind := range kinds {
		f.Add("a.["+kind+"]", "1,2")
		f.Add("b."+kind, "true")
	}
	f.Add("roles", "agent, supervisor")
	f.Add(".[int]", "")
	f.Fuzz(func(t *testing.T, name, value string) {
		base, kind := splitType(name)
		if kind == "" {
			require.Equal(t, name, base)
		}
		got, ok := typed(base, kind, []string{value})
		if !ok {
			require.Nil(t, got)
			return
		}
		want := map[string]string{"": "string", "string": "string", "int": "int64", "boolean": "bool", "stringarray": "[]string", "intarray": "[]int64", "booleanarray": "[]bool"}[kind]
		if base == "roles" {
			want = "[]string"
		}
		if got != nil {
			require.Equal(t, want, fmt.Sprintf("%T", got))
		}
	})
}
