package main

import (
	"github.com/spf13/cobra"
)

func newTaskShowCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Tell the story of one task",
		Long: "Tell the story of one task: the missed calls and what was decided about them, each attempt\n" +
			"leg by leg, the history, and what the task waits for now. Times are local.",
		Example:           "  callbackd tasks show 12",
		Args:              oneTaskID,
		ValidArgsFunction: completeTaskID(g),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := taskID(args[0])
			if err != nil {
				return err
			}
			client, err := g.client()
			if err != nil {
				return err
			}
			story, err := client.Task(cmd.Context(), id)
			if err != nil {
				return aboutTask(id, err)
			}
			if asJSON {
				return printJSON(cmd, story)
			}
			return printStory(cmd.OutOrStdout(), story, localClock())
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
