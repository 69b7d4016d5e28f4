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
	"callbackd/internal/wording"
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
  callbackd missed --decision refused --from 2026-11-20
  callbackd missed --reason no_timezone --account acme
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
	choice(cmd, &query.Decision, "decision", "only calls of which this `decision` was taken: task_created, merged or refused", callback.Decisions)
	choice(cmd, &query.Reason, "reason", "only calls that were refused for this `reason`", callback.Reasons)
	flags.Var((*whoFlag)(&query.LostBy), "lost-by", "only calls that this `target` lost, like queue:support")
	within(cmd, &query.From, &query.To, "calls that were lost")
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
		t.row(strconv.FormatInt(m.ID, 10), c.at(m.Lost), wording.CallerOf(m), m.Dialled, m.Account, m.LostBy.String(),
			wording.Span(m.Lost.Sub(m.Arrived)), wording.DecisionOf(m), task)
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
