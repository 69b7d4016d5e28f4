package config

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// expandEnvironment replaces each ${NAME} by the environment's value. A
// variable that isn't set is an error: an empty password would look like a
// wrong one. A value that itself holds "${" belongs into a password_file.
func expandEnvironment(text string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || !variableName.MatchString(name) {
			return "", fmt.Errorf("${ begins the name of an environment variable: write ${NAME}")
		}
		value, set := os.LookupEnv(name)
		if !set {
			return "", fmt.Errorf("the environment variable %s isn't set", name)
		}
		b.WriteString(value)
		text = after
	}
}
