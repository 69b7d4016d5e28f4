package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newTaskCancelCommand(g *globals) *cobra.Command {
	var (
		reason string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "cancel ID",
		Short: "Cancel a task: the customer isn't called back",
		Long: "Cancel a task. One that is being dialled gives way if the customer's phone hasn't been rung yet;\n" +
			"otherwise the attempt ends by itself and is the last. One that is cancelled already stays as it is.",
		Example:           `  callbackd tasks cancel 12 --reason "the customer wrote an e-mail"`,
		Args:              oneTaskID,
		ValidArgsFunction: completeTaskID(g, callback.TaskScheduled, callback.TaskDialing, callback.TaskHeld),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := taskID(args[0])
			if err != nil {
				return err
			}
			client, err := g.client()
			if err != nil {
				return err
			}
			verb := taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.CancelTask(ctx, id, reason)
				},
				tell: tellCancelled,
			}
			task, told, err := verb.apply(cmd.Context(), client, id)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, task)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(told))
			return err
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in your own `words`; kept in the history")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func tellCancelled(before httpapi.TaskStory, t httpapi.Task) string {
	cancelled := "cancelled"
	if before.State == callback.TaskCancelled || before.CancelReason != "" {
		cancelled = "cancelled already"
	}
	if t.State.Open() {
		return fmt.Sprintf("Task %d is %s, and over when the attempt under way has ended.", t.ID, cancelled)
	}
	return fmt.Sprintf("Task %d is %s: %s isn't called back.", t.ID, cancelled, t.Number)
}
