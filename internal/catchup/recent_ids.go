package catchup

// recentIDs remembers the newest unique ids of many.
type recentIDs struct {
	known map[string]bool
	order []string
}

func newRecentIDs() *recentIDs { return &recentIDs{known: map[string]bool{}} }

func (r *recentIDs) add(id string) {
	if r.known[id] {
		return
	}
	r.known[id] = true
	if r.order = append(r.order, id); len(r.order) > mostCalls {
		delete(r.known, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *recentIDs) has(id string) bool { return r.known[id] }
