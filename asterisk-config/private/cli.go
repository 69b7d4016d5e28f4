package private

import (
	"context"
	"fmt"
	"strings"
)

// CLI runs a command of Asterisk's console, such as "queue show support", and
// returns what it prints. Asterisk's console has no exit status: a command
// that it doesn't know answers with "No such command".
func (a *Asterisk) CLI(ctx context.Context, command string) (string, error) {
	out, err := a.installation.cmd(ctx, "-C", a.configFile(), "-rx", command).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("run %q on the private Asterisk: %w: %s", command, err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}
