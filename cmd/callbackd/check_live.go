package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"callbackd/internal/config"
	"callbackd/internal/survey/doctor"
)

// liveCheck is the part of check that asks Asterisk: the flag --live.
type liveCheck struct{ wanted bool }

// addLive adds the flag to check.
func addLive(cmd *cobra.Command) *liveCheck {
	live := &liveCheck{}
	cmd.Flags().BoolVar(&live.wanted, "live", false, "also ask each Asterisk whether what the rules refer to exists")
	cmd.Long += "\n\n" +
		"With --live it also asks each Asterisk for the queues, phones, trunks, contexts, tone zones,\n" +
		"codecs and prompts that the rules refer to, and for what callbackd itself needs. No daemon has\n" +
		"to run, one that runs isn't disturbed, nothing rings, and nothing is left behind in Asterisk.\n" +
		"Something that a rule needs and that is missing makes the exit status 1. A note is something\n" +
		"that Asterisk can't be asked."
	cmd.Example += "\n  callbackd check --live             # is everything there in Asterisk, too?"
	return live
}

// ask adds what each Asterisk lacks to what was found in the files, and to the summary of
// good files who was asked. Where configuration or rules can't be read, the files' own
// problems say so, and nobody is asked.
func (l *liveCheck) ask(ctx context.Context, file string, problems config.Problems, summary string) (config.Problems, string) {
	if !l.wanted {
		return problems, summary
	}
	cfg, err := config.Load(file)
	if err != nil {
		return problems, summary
	}
	// Ctrl-C ends it in order: what was made in Asterisk is removed.
	ctx, restore := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer restore()
	found, err := doctor.Survey(ctx, cfg)
	if err != nil {
		return problems, summary
	}
	asked := strings.Join(slices.Sorted(maps.Keys(cfg.Asterisk)), ", ")
	return slices.Concat(problems, found), fmt.Sprintf("%s; Asterisk %s has what they need", summary, asked)
}
