package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newMissedCommand(g *globals) *cobra.Command {
	var (
		query  = apiclient.MissedCallQuery{Limit: 50}
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "missed",
		Short: "List missed calls and what was decided about each",
		Long: "List missed calls, newest first, each with the decision taken and its reason; below, what the reasons mean.\n" +
			"Times are local.",
		Example: `  callbackd missed
  callbackd missed --number +46701234567
  callbackd missed --task 12 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			list, err := client.MissedCalls(cmd.Context(), query)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, list)
			}
			if err := printMissedCalls(cmd.OutOrStdout(), list.MissedCalls, localClock()); err != nil {
				return err
			}
			if list.NextBefore != 0 {
				cmd.PrintErrf("There are older missed calls: add --before %d.\n", list.NextBefore)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&query.Account, "account", "", "only calls to this `account`")
	completeAccountFlag(g, cmd)
	flags.Var((*numberFlag)(&query.Number), "number", "only calls of this customer, a `number` like +46701234567")
	flags.Var((*idFlag)(&query.TaskID), "task", "only calls that belong to the task with this `id`")
	flags.Var((*idFlag)(&query.Before), "before", "only calls with a lower `id`, for the next page")
	flags.Var((*limitFlag)(&query.Limit), "limit", "how many calls at most, a `number` up to 1000")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printMissedCalls(w io.Writer, calls []httpapi.MissedCall, c clock) error {
	if len(calls) == 0 {
		_, err := fmt.Fprintln(w, "No missed calls.")
		return err
	}
	t := newTable("ID", "LOST", "CALLER", "DIALLED", "ACCOUNT", "LOST BY", "WAITED", "DECISION", "TASK")
	for _, m := range calls {
		task := ""
		if m.TaskID != 0 {
			task = strconv.FormatInt(m.TaskID, 10)
		}
		t.row(strconv.FormatInt(m.ID, 10), c.at(m.Lost), callerOf(m), m.Dialled, m.Account, m.LostBy.String(),
			span(m.Lost.Sub(m.Arrived)), decisionOf(m), task)
	}
	if err := t.print(w); err != nil {
		return err
	}
	return printReasons(w, calls)
}

// printReasons says what the reasons in a list mean, each once.
func printReasons(w io.Writer, calls []httpapi.MissedCall) error {
	t := &table{}
	for _, reason := range callback.Reasons {
		if slices.ContainsFunc(calls, func(m httpapi.MissedCall) bool { return m.Reason == reason }) {
			t.row(string(reason), reason.Meaning())
		}
	}
	if len(t.rows) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return t.print(w)
}

// callerOf is who called: as a number if it is one, else as the trunk said.
func callerOf(m httpapi.MissedCall) string {
	if m.Number != "" {
		return m.Number
	}
	return m.Caller
}

// decisionOf says what was decided, why if the call was refused, and if it is known
// from Asterisk's logs alone.
func decisionOf(m httpapi.MissedCall) string {
	decision := string(m.Decision)
	if m.Decision == callback.DecisionRefused {
		decision += ": " + string(m.Reason)
	}
	if m.Source == callback.SourceLogs {
		decision += " (from the logs)"
	}
	return decision
}
