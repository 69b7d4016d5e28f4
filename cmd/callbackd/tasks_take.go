package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newTaskTakeCommand(g *globals) *cobra.Command {
	var (
		agent  string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "take ID... --agent NAME",
		Short: "Have an agent's phone rung now for what was asked for",
		Long: "Give what somebody has asked for, and what waits, to an agent: it is due at once, and the agent's phone rings first.\n" +
			"After an hour in which the customer may be called it goes back to whom it was for; tasks note ID --target gives it back\n" +
			"at once. What another agent has isn't taken, nor what comes from missed calls.",
		Example:           "  callbackd tasks take 12 --agent alice",
		Args:              someTaskIDs,
		ValidArgsFunction: completeTaskIDs(g, callback.TaskScheduled),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachTask(g, cmd, args, asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.TakeTask(ctx, id, agent)
				},
				tell: func(_ httpapi.TaskStory, t httpapi.Task) string {
					return fmt.Sprintf("Task %d is %s's: %s is called back %s.", t.ID, t.Target.Name, t.Number, whenDue(t))
				},
			})
		},
	}
	cmd.Flags().StringVar(&agent, "agent", "", "the `agent` of the file whose phone is rung")
	_ = cmd.MarkFlagRequired("agent") // the flag is there
	jsonFlag(cmd, &asJSON)
	return cmd
}
