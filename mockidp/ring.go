package mockidp

// A ring keeps the newest values under their keys and forgets the oldest, so that
// visitors cannot fill the memory.
type ring[T any] struct {
	values map[string]T
	order  []string
}

// mostKept is how many values a ring keeps.
const mostKept = 1000

func (r *ring[T]) put(key string, value T) {
	if r.values == nil {
		r.values = map[string]T{}
	}
	if _, known := r.values[key]; !known {
		r.order = append(r.order, key)
	}
	r.values[key] = value
	if len(r.order) > mostKept {
		delete(r.values, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *ring[T]) at(key string) (T, bool) {
	value, ok := r.values[key]
	return value, ok
}

func (r *ring[T]) drop(key string) {
	delete(r.values, key)
	for i, k := range r.order {
		if k == key {
			r.order = append(r.order[:i:i], r.order[i+1:]...)
			return
		}
	}
}
