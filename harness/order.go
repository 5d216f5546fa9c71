package harness

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// ahead is how many items for each core are under way, or wait for one before them.
const ahead = 4

// inOrder calls work for every item, on all cores, and yields the answers in the order
// of the items. However many there are, only a few are held at a time. It ends early
// where the context does.
func inOrder[In, Out any](ctx context.Context, items iter.Seq[In], work func(In) Out) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		workers := runtime.GOMAXPROCS(0)
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		type job struct {
			item In
			done chan Out
		}
		jobs := make(chan job)
		queue := make(chan chan Out, ahead*workers)
		go func() {
			defer close(queue)
			defer close(jobs)
			for item := range items {
				j := job{item, make(chan Out, 1)}
				select {
				case queue <- j.done:
				case <-ctx.Done():
					return
				}
				select {
				case jobs <- j:
				case <-ctx.Done():
					return
				}
			}
		}()
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for j := range jobs {
					j.done <- work(j.item)
				}
			})
		}
		for {
			select {
			case <-ctx.Done():
				return
			case done, more := <-queue:
				if !more {
					wg.Wait()
					return
				}
				select {
				case <-ctx.Done():
					return
				case out := <-done:
					if !yield(out) {
						return
					}
				}
			}
		}
	}
}
