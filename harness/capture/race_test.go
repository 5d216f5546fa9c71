//go:build race

package capture

// underRace tells that the race detector watches. It makes everything several times as
// slow and sees nothing in what one goroutine does, so the long tests of that kind are
// left to the runs without it.
const underRace = true
