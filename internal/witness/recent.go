package witness

import "slices"

// place is where in the logs something was read.
type place struct {
	file   *identity
	offset int64
	read   int64 // bytes of this log before it, since the reading began, over all its files
}

// recent remembers things by name, the oldest first, for as long as they are near enough
// to where the log is being read.
type recent[V any] struct {
	named map[string]*remembered[V]
	order []*remembered[V]
	dead  int // in order, and no longer in named
}

type remembered[V any] struct {
	name  string
	at    place
	dead  bool
	value V
}

func newRecent[V any]() *recent[V] { return &recent[V]{named: map[string]*remembered[V]{}} }

// get answers nil for what isn't, or no longer, remembered.
func (m *recent[V]) get(name string) *V {
	if r := m.named[name]; r != nil {
		return &r.value
	}
	return nil
}

// put remembers value, and forgets what had its name.
func (m *recent[V]) put(name string, at place, value V) *V {
	m.drop(name)
	r := &remembered[V]{name: name, at: at, value: value}
	m.named[name] = r
	m.order = append(m.order, r)
	return &r.value
}

func (m *recent[V]) drop(name string) {
	r := m.named[name]
	if r == nil {
		return
	}
	delete(m.named, name)
	r.dead = true
	if m.dead++; m.dead > 64 && m.dead > len(m.order)/2 {
		m.order = slices.DeleteFunc(m.order, func(r *remembered[V]) bool { return r.dead })
		m.dead = 0
	}
}

// prune forgets what was read before the byte that is number before, and the oldest of
// more than most.
func (m *recent[V]) prune(before int64, most int) {
	for len(m.order) > 0 {
		oldest := m.order[0]
		switch {
		case oldest.dead:
			m.dead--
		case oldest.at.read < before || len(m.named) > most:
			delete(m.named, oldest.name)
		default:
			return
		}
		m.order[0] = nil
		m.order = m.order[1:]
	}
}

// oldest is where the oldest of all was read. It is right after a prune.
func (m *recent[V]) oldest() (at place, ok bool) {
	for _, r := range m.order {
		if !r.dead {
			return r.at, true
		}
	}
	return place{}, false
}
