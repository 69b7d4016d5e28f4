package pbx

import "slices"

// demand is what the agent legs of ours in one queue need of its members.
type demand struct {
	legs  int      // those that look for a member
	ready int      // members whom the queue would ring, as it counts them itself
	free  []string // members whose devices aren't in use and who aren't paused
}

// certain reports whether it is known who is ready. Where the queue counts fewer than the
// devices say, some are in wrap-up, and no function tells who; where it counts more, it
// knows of some by another device than the one that it rings.
func (d demand) certain() bool { return d.ready == len(d.free) }

// served is how many legs surely find a member, if each member serves one of them and
// those who are taken serve none, whoever is in wrap-up.
//
// The legs of queues whose ready members are known are matched with them. A leg of any
// other queue counts only where enough members are left in the worst case: when all legs
// that could take one of its members do. So the sum is never more than a matching that
// exists.
func served(queues []demand, taken map[string]bool) int {
	var open [][]string // for each leg, who may answer it
	sum := 0
	for i, d := range queues {
		free := slices.DeleteFunc(slices.Clone(d.free), func(member string) bool { return taken[member] })
		if d.certain() {
			for range d.legs {
				open = append(open, free)
			}
			continue
		}
		rivals := len(d.free) - len(free)
		for j, other := range queues {
			if j != i && overlap(d.free, other.free) {
				rivals += other.legs
			}
		}
		sum += max(0, min(d.legs, d.ready-rivals))
	}
	return sum + matched(open)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(member string) bool { return slices.Contains(b, member) })
}

// matched is the size of a maximum matching: how many of those who seek get one of
// whom they would take, each given once.
func matched(seekers [][]string) int {
	given := map[string]int{}
	var seek func(seeker int, tried map[string]bool) bool
	seek = func(seeker int, tried map[string]bool) bool {
		for _, one := range seekers[seeker] {
			if tried[one] {
				continue
			}
			tried[one] = true
			if holder, taken := given[one]; !taken || seek(holder, tried) {
				given[one] = seeker
				return true
			}
		}
		return false
	}
	n := 0
	for seeker := range seekers {
		if seek(seeker, map[string]bool{}) {
			n++
		}
	}
	return n
}
