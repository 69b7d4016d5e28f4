package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/internal/httpapi"
	"callbackd/sounds"
)

func newSoundDeleteCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "delete ACCOUNT NAME",
		Short: "Delete a sound of an account",
		Long: "Delete a sound of an account: the one in exactly this language, or without --language the one for any\n" +
			"language. A sound of that name which all accounts share, or which comes with callbackd, is heard again.",
		Example:           "  callbackd sounds delete acme call-recorded --language sv",
		Args:              soundArguments(2, 2, "the names of an account and of a sound"),
		ValidArgsFunction: completeSounds(g, func(s httpapi.Sound) bool { return s.Source == sounds.FromAccount }),
	}
	flags := addSoundFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		ref := flags.sound(args)
		if err := client.DeleteSound(cmd.Context(), ref); err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(described(ref)+" is deleted."))
		return err
	}
	return cmd
}
