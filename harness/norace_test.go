//go:build !race

package harness_test

// underRace tells that the race detector watches.
const underRace = false
