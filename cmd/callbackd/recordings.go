package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// newRecordingsCommand is the verb recordings: alone it lists, like `recordings list`.
func newRecordingsCommand(g *globals) *cobra.Command {
	cmd := newRecordingListCommand(g)
	cmd.Use, cmd.Args, cmd.SuggestionsMinimumDistance = "recordings", noSuchCommand, 2
	cmd.Example += `
  callbackd recordings get 7
  callbackd recordings delete 7`
	cmd.AddCommand(newRecordingListCommand(g), newRecordingGetCommand(g), newRecordingDeleteCommand(g))
	return cmd
}

func newRecordingListCommand(g *globals) *cobra.Command {
	var (
		query  = apiclient.RecordingQuery{Limit: 50}
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List recordings of conversations",
		Long:  "List recordings, newest first, also those that are deleted by now. Times are local.",
		Example: `  callbackd recordings
  callbackd recordings --account acme --from 2026-11-20
  callbackd recordings --task 12 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			list, err := client.Recordings(cmd.Context(), query)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, list)
			}
			if err := printRecordings(cmd.OutOrStdout(), list.Recordings, localClock()); err != nil {
				return err
			}
			if list.NextBefore != 0 {
				cmd.PrintErrf("There are older recordings: add --before %d.\n", list.NextBefore)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&query.Account, "account", "", "only recordings of this `account`")
	completeAccountFlag(g, cmd)
	flags.Var((*numberFlag)(&query.Number), "number", "only recordings of conversations with this customer, a `number` like +46701234567")
	within(cmd, &query.From, &query.To, "recordings that were made")
	flags.Var((*idFlag)(&query.TaskID), "task", "only recordings of the task with this `id`")
	flags.Var((*idFlag)(&query.Before), "before", "only recordings with a lower `id`, for the next page")
	flags.Var((*limitFlag)(&query.Limit), "limit", "how many recordings at most, a `number` up to 1000")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printRecordings(w io.Writer, list []httpapi.Recording, c clock) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "No recordings.")
		return err
	}
	t := newTable("ID", "MADE", "LENGTH", "SIDES", "STATE", "KEPT UNTIL", "ACCOUNT", "TASK", "PBX", "FILE")
	for _, r := range list {
		sides, until := "together", c.at(r.KeepUntil)
		if r.Channels == 2 {
			sides = "each"
		}
		if r.State == callback.RecordingDeleted {
			until = ""
		}
		t.row(strconv.FormatInt(r.ID, 10), c.at(r.Made), lengthOf(r), sides, string(r.State), until, r.Account,
			strconv.FormatInt(r.TaskID, 10), r.PBX, r.Files[0])
	}
	return t.print(w)
}

// lengthOf is how long a recording is; "" where nobody could look.
func lengthOf(r httpapi.Recording) string {
	if r.Seconds == 0 {
		return ""
	}
	return wording.Span(time.Duration(r.Seconds * float64(time.Second)).Round(time.Second))
}

// recordingID reads the argument ID.
func recordingID(arg string) (int64, error) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || id < 1 {
		return 0, fmt.Errorf("%q isn't the number of a recording", arg)
	}
	return id, nil
}

// recordingArguments checks that there are ID and at most so many more.
func recordingArguments(more int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < 1 || len(args) > 1+more {
			return fmt.Errorf("%s wants the number of one recording", cmd.CommandPath())
		}
		_, err := recordingID(args[0])
		return err
	}
}

// completeRecordings offers the newest recordings that are there to the shell.
func completeRecordings(g *globals) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		client, err := g.client()
		if err != nil {
			return noCompletion()
		}
		list, err := client.Recordings(cmd.Context(), apiclient.RecordingQuery{})
		if err != nil {
			return noCompletion()
		}
		var offers []cobra.Completion
		for _, r := range list.Recordings {
			if r.State != callback.RecordingDeleted {
				offers = append(offers, cobra.CompletionWithDesc(strconv.FormatInt(r.ID, 10), plain(fmt.Sprintf("%s, %s", r.Account, localClock().at(r.Made)))))
			}
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// recording says what an attempt that is over has left of its conversation.
func (p *storyPrinter) recording(a httpapi.Attempt, all []httpapi.Recording) {
	for _, r := range all {
		if r.AttemptID != a.ID {
			continue
		}
		state := string(r.State)
		if length := lengthOf(r); length != "" {
			state += ", " + length
		}
		p.line("  recording %d: %s (%s)", r.ID, state, strings.Join(r.Files, ", "))
		return
	}
	if a.Recording != "" && !a.Bridged.IsZero() && !a.Ended.IsZero() {
		p.line("  recording: none was made")
	}
}
