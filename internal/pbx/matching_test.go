package pbx

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLegsThatFindAMember(t *testing.T) {
	for name, row := range map[string]struct {
		queues []demand
		taken  []string
		want   int
	}{
		"nobody is there":                      {[]demand{{legs: 1}}, nil, 0},
		"one for each":                         {[]demand{{2, 2, []string{"a", "b"}}}, nil, 2},
		"one is shared by two queues":          {[]demand{{1, 1, []string{"a"}}, {1, 1, []string{"a"}}}, nil, 1},
		"who could be spared is":               {[]demand{{1, 2, []string{"a", "b"}}, {1, 1, []string{"a"}}}, nil, 2},
		"a callback to a phone takes it":       {[]demand{{1, 1, []string{"a"}}}, []string{"a"}, 0},
		"a phone of nobody who is needed":      {[]demand{{1, 1, []string{"a"}}}, []string{"b"}, 1},
		"one is in wrap-up":                    {[]demand{{2, 1, []string{"a", "b"}}}, nil, 1},
		"who is in wrap-up may be the other":   {[]demand{{1, 1, []string{"a", "b"}}}, []string{"a"}, 0},
		"or the one whom another queue needs":  {[]demand{{1, 1, []string{"a", "b"}}, {1, 1, []string{"a"}}}, nil, 1},
		"two of three are enough for both":     {[]demand{{1, 2, []string{"a", "b", "c"}}, {1, 1, []string{"a"}}}, nil, 2},
		"members behind another device":        {[]demand{{2, 2, nil}}, nil, 2},
		"a queue without a leg is in no way":   {[]demand{{0, 1, []string{"a", "b"}}, {1, 1, []string{"a"}}}, nil, 1},
		"a leg that waits already is no rival": {[]demand{{1, 0, nil}, {1, 1, []string{"a"}}}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			taken := map[string]bool{}
			for _, phone := range row.taken {
				taken[phone] = true
			}
			require.Equal(t, row.want, served(row.queues, taken))
		})
	}
}

// Whoever is in wrap-up, so many legs can be served; and all that can be, where nobody
// may be.
func TestServedAgainstEveryAssignment(t *testing.T) {
	for seed := range uint64(3000) {
		queues, taken := someQueues(rand.New(rand.NewPCG(seed, 6)))
		got, worst := served(queues, taken), worstCase(queues, taken, nil)
		require.LessOrEqual(t, got, worst, "seed %d: %+v, taken %v", seed, queues, taken)
		if !slices.ContainsFunc(queues, func(d demand) bool { return !d.certain() }) || len(queues) == 1 && len(taken) == 0 {
			require.Equal(t, worst, got, "seed %d: %+v, taken %v", seed, queues, taken)
		}
	}
}

func someQueues(r *rand.Rand) (queues []demand, taken map[string]bool) {
	phones := []string{"a", "b", "c", "d", "e"}
	for range 1 + r.IntN(3) {
		d := demand{legs: r.IntN(3)}
		for _, phone := range phones {
			if r.IntN(2) == 0 {
				d.free = append(d.free, phone)
			}
		}
		d.ready = len(d.free)
		if r.IntN(3) == 0 {
			d.ready = r.IntN(len(d.free) + 1)
		}
		queues = append(queues, d)
	}
	taken = map[string]bool{}
	for _, phone := range phones {
		if r.IntN(5) == 0 {
			taken[phone] = true
		}
	}
	return queues, taken
}

// worstCase tries for each queue every choice of who is ready, and for each of them every
// assignment of legs to members.
func worstCase(queues []demand, taken map[string]bool, legs [][]string) int {
	if len(queues) == 0 {
		return bestAssignment(legs, map[string]bool{})
	}
	d, worst := queues[0], -1
	for choice := range 1 << len(d.free) {
		var ready, open []string
		for i, member := range d.free {
			if choice&(1<<i) != 0 {
				ready = append(ready, member)
			}
		}
		if len(ready) != d.ready {
			continue
		}
		for _, member := range ready {
			if !taken[member] {
				open = append(open, member)
			}
		}
		more := slices.Clone(legs)
		for range d.legs {
			more = append(more, open)
		}
		if n := worstCase(queues[1:], taken, more); worst < 0 || n < worst {
			worst = n
		}
	}
	return worst
}

func bestAssignment(legs [][]string, used map[string]bool) int {
	if len(legs) == 0 {
		return 0
	}
	best := bestAssignment(legs[1:], used)
	for _, member := range legs[0] {
		if !used[member] {
			used[member] = true
			best = max(best, 1+bestAssignment(legs[1:], used))
			delete(used, member)
		}
	}
	return best
}

// What one admission costs at most: fifteen legs, three queues of fifty.
func BenchmarkServed(b *testing.B) {
	var queues []demand
	for q := range 3 {
		d := demand{legs: 5}
		for i := range 50 {
			d.free = append(d.free, fmt.Sprintf("PJSIP/agent%d", 20*q+i))
		}
		d.ready = len(d.free)
		queues = append(queues, d)
	}
	for b.Loop() {
		served(queues, nil)
	}
}
