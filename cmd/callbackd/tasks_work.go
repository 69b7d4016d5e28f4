package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// waiting are the states in which a task may be given another time.
var waiting = []callback.TaskState{callback.TaskScheduled, callback.TaskHeld}

func newTaskNoteCommand(g *globals) *cobra.Command {
	var (
		target   callback.Target
		owner    ownerFlags
		language string
		asJSON   bool
	)
	cmd := &cobra.Command{
		Use:   "note ID [WORDS]",
		Short: "Change what a task says, and who calls",
		Long: "Change the note of an open task: WORDS take the place of what it says. Of what somebody has asked for also who\n" +
			"calls, whose it is and in which language, while it isn't being dialled; what comes from missed calls has those of its rule.",
		Example: `  callbackd tasks note 12 "call the office, not the mobile"
  callbackd tasks note 12 --target agent:alice
  callbackd tasks note 12 --owner alice --owner-hours 8`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return fmt.Errorf("%s wants the number of a task, and the words in quotes", cmd.CommandPath())
			}
			if len(args) == 1 && !cmd.Flags().Changed("target") && !cmd.Flags().Changed("language") && owner.agent == "" {
				return errors.New("nothing to change: write the words in quotes, or --target, --owner or --language")
			}
			if err := owner.check(); err != nil {
				return err
			}
			return oneTaskID(cmd, args[:1])
		},
		ValidArgsFunction: completeTaskID(g, callback.TaskScheduled, callback.TaskDialing, callback.TaskHeld),
		RunE: func(cmd *cobra.Command, args []string) error {
			edit := httpapi.TaskEdit{Owner: owner.owner()}
			if len(args) == 2 {
				edit.Note = &args[1]
			}
			if cmd.Flags().Changed("target") {
				edit.Target = &target
			}
			if cmd.Flags().Changed("language") {
				edit.Language = &language
			}
			return eachTask(g, cmd, args[:1], asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.EditTask(ctx, id, edit)
				},
				tell: func(_ httpapi.TaskStory, t httpapi.Task) string {
					return fmt.Sprintf("Task %d is changed: %s calls %s. %s", t.ID, t.Target, t.Number, t.Note)
				},
			})
		},
	}
	cmd.Flags().Var((*targetFlag)(&target), "target", "`who` calls back from now on, whosever it was: queue:NAME, agent:NAME or group:NAME")
	_ = cmd.RegisterFlagCompletionFunc("target", completeOrigins(g)) // the flag is there
	owner.register(g, cmd)
	cmd.Flags().StringVar(&language, "language", "", "the `language` that the customer hears, like sv or en_GB; empty: the file's")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func newTaskRescheduleCommand(g *globals) *cobra.Command {
	var (
		at     momentFlag
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "reschedule ID --at TIME",
		Short: "Give a task another time",
		Long: "Give a task that waits, or is held, another time, at which the customer may be called. What was asked for as soon\n" +
			"as possible is for that time from then on, and is kept even if the customer is helped before.",
		Example:           `  callbackd tasks reschedule 12 --at "2026-11-27 10:00"`,
		Args:              oneTaskID,
		ValidArgsFunction: completeTaskID(g, waiting...),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachTask(g, cmd, args, asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.RescheduleTask(ctx, id, at.Time)
				},
				tell: func(_ httpapi.TaskStory, t httpapi.Task) string {
					return fmt.Sprintf("Task %d is rescheduled: %s is called back %s.", t.ID, t.Number, whenDue(t))
				},
			})
		},
	}
	cmd.Flags().Var(&at, "at", "when: \"2026-11-27 10:00\" on your own clock, or RFC 3339")
	_ = cmd.MarkFlagRequired("at") // the flag is there
	jsonFlag(cmd, &asJSON)
	return cmd
}

func newTaskCallNowCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "call-now ID...",
		Short: "Make tasks due: nobody waits for an interval or a time any more",
		Long: "Make tasks due at once. Whatever else is in the way of a call stays so: the customer's hours, the caps, a stop,\n" +
			"an agent who isn't free. One that is held has to be released first.",
		Example:           "  callbackd tasks call-now 12",
		Args:              someTaskIDs,
		ValidArgsFunction: completeTaskIDs(g, callback.TaskScheduled),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachTask(g, cmd, args, asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.CallTaskNow(ctx, id)
				},
				tell: func(_ httpapi.TaskStory, t httpapi.Task) string {
					return fmt.Sprintf("Task %d is due: %s is called back %s.", t.ID, t.Number, whenDue(t))
				},
			})
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func newTaskCloseCommand(g *globals) *cobra.Command {
	var (
		note   string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "close ID...",
		Short: "Close tasks that were done in another way",
		Long: "Close tasks that were done in another way than by a callback: their customers aren't called. One that is being\n" +
			"dialled gives way if the customer's phone hasn't been rung yet.",
		Example:           `  callbackd tasks close 12 --note "answered by e-mail"`,
		Args:              someTaskIDs,
		ValidArgsFunction: completeTaskIDs(g, callback.TaskScheduled, callback.TaskDialing, callback.TaskHeld),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachTask(g, cmd, args, asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.CloseTask(ctx, id, note)
				},
				tell: func(_ httpapi.TaskStory, t httpapi.Task) string {
					if t.State.Open() {
						return fmt.Sprintf("Task %d is closed, and over when the attempt under way has ended.", t.ID)
					}
					return fmt.Sprintf("Task %d is closed: %s isn't called back.", t.ID, t.Number)
				},
			})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "what was done, in your own `words`; kept in the history")
	jsonFlag(cmd, &asJSON)
	return cmd
}
