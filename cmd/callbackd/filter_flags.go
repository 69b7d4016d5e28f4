package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callbackd/callback"
)

// choiceFlag is one of some words.
type choiceFlag struct {
	to   *string
	from []string
}

// String implements pflag.Value.
func (f choiceFlag) String() string { return *f.to }

// Type implements pflag.Value.
func (f choiceFlag) Type() string { return "word" }

// Set implements pflag.Value.
func (f choiceFlag) Set(text string) error {
	if !slices.Contains(f.from, text) {
		return fmt.Errorf("it is one of %s", strings.Join(f.from, ", "))
	}
	*f.to = text
	return nil
}

// choice adds the flag of one of some words, which the shell completes.
func choice[Word ~string](cmd *cobra.Command, to *string, name, usage string, from []Word) {
	list := words(from)
	cmd.Flags().Var(choiceFlag{to, list}, name, usage)
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)) // the flag is there
}

// whoFlag is a queue, an agent or a group: queue:support.
type whoFlag string

// String implements pflag.Value.
func (f *whoFlag) String() string { return string(*f) }

// Type implements pflag.Value.
func (f *whoFlag) Type() string { return "target" }

// Set implements pflag.Value.
func (f *whoFlag) Set(text string) error {
	if _, err := callback.ParseTarget(text); err != nil || text == "" {
		return errors.New("write it like queue:support, agent:alice or group:sales")
	}
	*f = whoFlag(text)
	return nil
}

// boundFlag is one end of a span: a moment, or the beginning of a day on the clock of
// whoever types.
type boundFlag struct {
	to   *time.Time
	zone *time.Location // nil: that of the terminal
}

// String implements pflag.Value.
func (f boundFlag) String() string {
	if f.to.IsZero() {
		return ""
	}
	return f.to.Format(time.RFC3339)
}

// Type implements pflag.Value.
func (f boundFlag) Type() string { return "time" }

// Set implements pflag.Value.
func (f boundFlag) Set(text string) error {
	zone := f.zone
	if zone == nil {
		zone = time.Local
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		*f.to = callback.HoursOf(day.Add(12 * time.Hour))[0]
		return nil
	}
	m := momentFlag{zone: zone}
	if err := m.Set(text); err != nil {
		return fmt.Errorf("%w; or 2026-11-27, where that day begins", err)
	}
	*f.to = m.Time
	return nil
}

// within adds --from and --to; what is what happens then.
func within(cmd *cobra.Command, from, to *time.Time, what string) {
	cmd.Flags().Var(boundFlag{to: from}, "from", "only "+what+" at this `time` or later, like 2026-11-27 or \"2026-11-27 10:00\"")
	cmd.Flags().Var(boundFlag{to: to}, "to", "only "+what+" before this `time`")
}
