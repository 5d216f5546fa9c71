package harness

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// count yields the numbers below n, and counts them as they are asked for.
func count(n int, asked *atomic.Int64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			asked.Add(1)
			if !yield(i) {
				return
			}
		}
	}
}

func TestInOrder(t *testing.T) {
	var asked atomic.Int64
	var got []int
	for out := range inOrder(t.Context(), count(1000, &asked), func(i int) int {
		for range (i * 7919) % 13 {
			runtime.Gosched() // the later ones are often done first
		}
		return 2 * i
	}) {
		got = append(got, out)
	}
	require.Len(t, got, 1000)
	for i, out := range got {
		require.Equal(t, 2*i, out)
	}
	assert.Empty(t, slices.Collect(inOrder(t.Context(), count(0, &asked), func(i int) int { return i })))
}

// However many items there are, few are asked for before their turn.
func TestInOrderReadsLittleAhead(t *testing.T) {
	var asked atomic.Int64
	taken := int64(0)
	most := int64((ahead+2)*runtime.GOMAXPROCS(0) + 4)
	for range inOrder(t.Context(), count(5000, &asked), func(i int) int { return i }) {
		taken++
		require.LessOrEqual(t, asked.Load()-taken, most)
	}
	assert.EqualValues(t, 5000, taken)
}

// Who stops early, or is interrupted, is not kept waiting.
func TestInOrderEndsEarly(t *testing.T) {
	var asked atomic.Int64
	for out := range inOrder(t.Context(), count(1<<30, &asked), func(i int) int { return i }) {
		if out == 100 {
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	for range inOrder(ctx, count(1<<30, &asked), func(i int) int { return i }) {
		if n++; n == 100 {
			cancel()
		}
	}
	assert.Less(t, n, 1000)
	cancel()
}
