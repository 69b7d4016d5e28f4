package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
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
		ValidArgsFunction: completeTaskIDs(g, callback.TaskScheduled, callback.TaskDialing, callback.TaskHeld),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := taskID(args[0])
			if err != nil {
				return err
			}
			client, err := g.client()
			if err != nil {
				return err
			}
			before, err := client.Task(cmd.Context(), id)
			if err != nil {
				return aboutTask(id, err)
			}
			task, err := client.CancelTask(cmd.Context(), id, reason)
			if err != nil {
				return aboutTask(id, err)
			}
			if asJSON {
				return printJSON(cmd, task)
			}
			cancelled := "cancelled"
			if before.State == callback.TaskCancelled || before.CancelReason != "" {
				cancelled = "cancelled already"
			}
			message := fmt.Sprintf("Task %d is %s: %s isn't called back.\n", task.ID, cancelled, plain(task.Number))
			if task.State.Open() {
				message = fmt.Sprintf("Task %d is %s, and over when the attempt under way has ended.\n", task.ID, cancelled)
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), message)
			return err
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in your own `words`; kept in the history")
	jsonFlag(cmd, &asJSON)
	return cmd
}
