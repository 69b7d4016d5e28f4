package httpapi

import (
	"fmt"
	"strings"

	"callbackd/internal/spelling"
)

// listedNames bounds the names in a sentence.
const listedNames = 20

// among says which name was probably meant, or else which there are: a sentence
// for whoever wrote one that there isn't. what is what they are names of, in the
// plural.
func among(what, name string, names []string) string {
	best := spelling.Nearest(name, names)
	switch {
	case best != "":
		return fmt.Sprintf("Did you mean %q?", best)
	case len(names) == 0:
		return "There are no " + what + "."
	case len(names) == 1:
		return fmt.Sprintf("There is only %q.", names[0])
	}
	quoted := make([]string, 0, listedNames)
	for _, n := range names[:min(len(names), listedNames)] {
		quoted = append(quoted, fmt.Sprintf("%q", n))
	}
	if more := len(names) - len(quoted); more > 0 {
		return fmt.Sprintf("Some of the %s are %s.", what, strings.Join(quoted, ", "))
	}
	return fmt.Sprintf("The %s are %s.", what, strings.Join(quoted, ", "))
}
