package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newAppointmentMoveCommand(g *globals) *cobra.Command {
	var (
		to     momentFlag
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:               "move ID --to TIME",
		Short:             "Move an appointment to another slot",
		Long:              "Move an appointment that waits, or is held, to another slot of its schedule. If that one is full, it stays where it is.",
		Example:           `  callbackd appointments move 12 --to "2026-11-27 10:15"`,
		Args:              oneTaskID,
		ValidArgsFunction: completeAppointmentIDs(g, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, id, err := appointment(g, cmd, args[0])
			if err != nil {
				return err
			}
			moved, err := client.RescheduleTask(cmd.Context(), id, to.Time)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, moved)
			}
			return tellBooked(cmd, "Task %d is moved: %s is called %s.", moved)
		},
	}
	cmd.Flags().Var(&to, "to", "when the other slot begins: \"2026-11-27 10:15\" on your own clock, or RFC 3339")
	_ = cmd.MarkFlagRequired("to") // the flag is there
	jsonFlag(cmd, &asJSON)
	return cmd
}

// appointment checks that a task is one.
func appointment(g *globals, cmd *cobra.Command, arg string) (client *apiclient.Client, id int64, err error) {
	if id, err = taskID(arg); err != nil {
		return nil, 0, err
	}
	if client, err = g.client(); err != nil {
		return nil, 0, err
	}
	task, err := client.Task(cmd.Context(), id)
	switch {
	case err != nil:
		return nil, 0, aboutTask(id, err)
	case task.Kind != callback.KindAppointment:
		return nil, 0, fmt.Errorf("task %d is no appointment; `callbackd tasks` is for all of them", id)
	}
	return client, id, nil
}

func newAppointmentCancelCommand(g *globals) *cobra.Command {
	var (
		reason string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "cancel ID...",
		Short: "Cancel appointments: their slots are free again",
		Long: "Cancel appointments. One that is being dialled gives way if the customer's phone hasn't been rung yet. One that is\n" +
			"cancelled already stays as it is.",
		Example:           `  callbackd appointments cancel 12 --reason "the customer is on holiday"`,
		Args:              someTaskIDs,
		ValidArgsFunction: completeAppointmentIDs(g, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, arg := range args {
				if _, _, err := appointment(g, cmd, arg); err != nil {
					return err
				}
			}
			return eachTask(g, cmd, args, asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.CancelTask(ctx, id, reason)
				},
				tell: tellCancelled,
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in your own `words`; kept in the history")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// completeAppointmentIDs offers the newest open appointments to the shell, for at most so
// many arguments; 0: any number.
func completeAppointmentIDs(g *globals, most int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		client, err := g.client()
		if err != nil || most > 0 && len(args) >= most {
			return noCompletion()
		}
		list, err := client.Tasks(cmd.Context(), apiclient.TaskQuery{States: words(waiting), Kind: string(callback.KindAppointment)})
		if err != nil {
			return noCompletion()
		}
		return offeredTasks(list.Tasks, args), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}
