package spelling

import (
	"slices"
	"strings"
)

// longest is how many bytes a word may have that is looked for. Comparing takes
// time with the square of it, and no name is longer.
const longest = 100

// Nearest is the candidate that word was probably meant to be, or "" if none is
// near: one that a slip or two make of it (letters swapped, one left out), whatever the case, or
// else the only one that begins or ends with it as a word (busy for
// customer_busy).
func Nearest(word string, candidates []string) string {
	if len(word) > longest {
		return ""
	}
	letters := len([]rune(word))
	best, least := "", max(1, letters/3)+1
	var parts []string
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if len(c) > longest {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least && d < letters {
			best, least = c, d
		}
		if isPart(strings.ToLower(word), strings.ToLower(c)) {
			parts = append(parts, c)
		}
	}
	if best == "" && len(parts) == 1 {
		return parts[0]
	}
	return best
}

// isPart reports whether name begins or ends with word, and something parts it
// from the rest.
func isPart(word, name string) bool {
	const shortest, marks = 3, "_-. "
	if len(word) < shortest || len(word) >= len(name) {
		return false
	}
	return strings.HasPrefix(name, word) && strings.ContainsRune(marks, rune(name[len(word)])) ||
		strings.HasSuffix(name, word) && strings.ContainsRune(marks, rune(name[len(name)-len(word)-1]))
}

// distance counts the letters to insert, drop, change or swap with their
// neighbour (optimal string alignment) to make b of a.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var before []int // the row before the last
	last := make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(from); i++ {
		row := make([]int, len(to)+1)
		row[0] = i
		for j := 1; j <= len(to); j++ {
			change := 1
			if from[i-1] == to[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(to)]
}
