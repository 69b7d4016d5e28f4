package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newTaskHoldCommand(g *globals) *cobra.Command {
	var (
		reason string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "hold ID...",
		Short: "Hold tasks: nobody is called until a person releases them",
		Long: "Hold tasks: nobody is called until a person releases them. They expire when they would have. One that a\n" +
			"person holds already stays as it is; what the shield against calls of one ring (one_ring) holds is yours from then\n" +
			"on, and isn't released with the rest. One that is being dialled can be cancelled, not held.",
		Example: `  callbackd tasks hold 12 --reason "in a meeting until noon"
  callbackd tasks hold 12 14 15`,
		Args:              someTaskIDs,
		ValidArgsFunction: completeTaskIDs(g, callback.TaskScheduled),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachTask(g, cmd, args, asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.HoldTask(ctx, id, reason)
				},
				tell: func(before httpapi.TaskStory, t httpapi.Task) string {
					switch {
					case before.State == callback.TaskHeld && before.HeldBy == t.HeldBy:
						return fmt.Sprintf("Task %d is held already, by %s.", t.ID, t.HeldBy)
					case before.State == callback.TaskHeld:
						return fmt.Sprintf("Task %d is held by %s now, and not by %s any more.", t.ID, t.HeldBy, before.HeldBy)
					}
					return fmt.Sprintf("Task %d is held: %s isn't called back until `callbackd tasks release %d`.", t.ID, t.Number, t.ID)
				},
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in your own `words`; kept in the history, and shown as what the task waits for")
	jsonFlag(cmd, &asJSON)
	return cmd
}
