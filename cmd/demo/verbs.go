package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// callbackdTellsOfIt shows what a user sees who asks callbackd.
func (s *story) callbackdTellsOfIt(ctx context.Context) error {
	s.log.title("What callbackd says")
	id := strconv.FormatInt(s.task.ID, 10)
	for i, verb := range [][]string{{"tasks"}, {"tasks", "show", id}} {
		if i > 0 {
			s.log.print("\n")
		}
		if err := s.ask(ctx, verb...); err != nil {
			return err
		}
	}
	return nil
}

// ask runs a verb of callbackd, as one would in a shell, and shows its answer,
// which must speak of the customer and of the completed task.
func (s *story) ask(ctx context.Context, verb ...string) error {
	args := slices.Concat(verb, []string{"--config", s.lab.ConfigFile})
	command := s.binary + " " + strings.Join(args, " ")
	out, err := exec.CommandContext(ctx, s.binary, args...).CombinedOutput()
	if err != nil {
		return unmet(command+" works", fmt.Errorf("%w: %s", err, out))
	}
	s.log.text("$ " + command + "\n" + string(out) + "\n")
	answer := string(out)
	return check(strings.Contains(answer, customer) && strings.Contains(answer, "completed"),
		command+" tells of "+customer+" and of a completed task", answer)
}
