package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newRecordingDeleteCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a recording before its time",
		Long: "Delete the files of a recording. That there was one stays in the list and in its task's history.\n" +
			"One that is deleted already stays so.",
		Example:           "  callbackd recordings delete 7",
		Args:              recordingArguments(0),
		ValidArgsFunction: completeRecordings(g),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := recordingID(args[0])
			if err != nil {
				return err
			}
			client, err := g.client()
			if err != nil {
				return err
			}
			r, err := client.DeleteRecording(cmd.Context(), id)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, r)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Recording %d is deleted.\n", id)
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
