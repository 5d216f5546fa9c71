//go:build !race

package capture

// underRace tells that the race detector watches.
const underRace = false
