package wording

import "fmt"

// Counted is a number with its noun: "no rules", "1 rule", "3 rules".
func Counted(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
