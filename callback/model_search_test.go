package callback

// exploration is what a search through all states of a design has found.
type exploration struct {
	states, moves int
	ends          map[end]bool // how attempts ended
	// fault is what is wrong, "" if nothing is, and trace the shortest way there.
	fault string
	trace []string
}

// end is how an attempt ended, and in which state it was then.
type end struct {
	result Result
	in     AttemptState
}

// neverOver is the fault of a state that doesn't lead to the end of the promise.
const neverOver = "the task will never be over"

// visited is a state that was found, and the move that led to it first.
type visited struct {
	from int
	move string
	over bool
	next []int // by moves that are no nuisance
}

// explore visits every state that a design can come to, breadth first, until it
// finds a fault.
func explore(d *design) exploration {
	var (
		result = exploration{ends: map[end]bool{}}
		found  []visited
		index  = map[key]int{}
		queue  []state
	)
	visit := func(s state, from int, move string) int {
		k := s.key()
		if i, known := index[k]; known {
			return i
		}
		index[k] = len(found)
		found = append(found, visited{from: from, move: move, over: s.over()})
		queue = append(queue, s)
		return len(found) - 1
	}
	trace := func(i int) (moves []string) {
		for ; i >= 0; i = found[i].from {
			moves = append([]string{found[i].move}, moves...)
		}
		return moves
	}
	visit(d.initial(), -1, "the customer is lost")
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		queue[i] = state{}
		if s.fault != "" {
			result.states, result.fault, result.trace = len(found), s.fault, trace(i)
			return result
		}
		for _, m := range d.moves(s) {
			result.moves++
			result.note(&s, &m.next)
			to := visit(m.next, i, m.name)
			if !m.nuisance && to != i {
				found[i].next = append(found[i].next, to)
			}
		}
	}
	result.states = len(found)
	if i := stuck(found); i >= 0 && (d.only == "" || d.only == neverOver) {
		result.fault, result.trace = neverOver, trace(i)
	}
	return result
}

// note remembers how an attempt ended.
func (r *exploration) note(before, after *state) {
	was := before.newest()
	for _, a := range after.attempts {
		if a != nil && a.ID == was.ID && was.State != AttemptEnded && a.State == AttemptEnded {
			r.ends[end{a.Result, was.State}] = true
		}
	}
}

// stuck finds the first state from which, without a nuisance, nothing leads to
// the end; -1 if there is none.
func stuck(found []visited) int {
	before := make([][]int, len(found))
	for i, v := range found {
		for _, to := range v.next {
			before[to] = append(before[to], i)
		}
	}
	good := make([]bool, len(found))
	var queue []int
	for i, v := range found {
		if v.over {
			good[i] = true
			queue = append(queue, i)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, i := range before[queue[0]] {
			if !good[i] {
				good[i] = true
				queue = append(queue, i)
			}
		}
	}
	for i := range good {
		if !good[i] {
			return i
		}
	}
	return -1
}
