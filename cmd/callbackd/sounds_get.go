package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"callbackd/internal/httpapi"
)

func newSoundGetCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "get ACCOUNT NAME [FILE]",
		Short: "Write a sound into a WAV file, to hear it",
		Long: "Write what is heard for a name into a WAV file, NAME.wav if no other is named: the account's own sound, one\n" +
			"that all accounts share, or one that comes with callbackd. The file - is the standard output. A file that\n" +
			"is there already isn't overwritten.",
		Example: `  callbackd sounds get acme call-recorded
  callbackd sounds get acme call-recorded --language sv - | aplay`,
		Args:              soundArguments(2, 3, "the names of an account and of a sound, and perhaps a file"),
		ValidArgsFunction: completeSounds(g, func(httpapi.Sound) bool { return true }),
	}
	flags := addSoundFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		ref := flags.sound(args)
		file := ref.Name + ".wav"
		if len(args) > 2 {
			file = args[2]
		}
		content, err := client.Sound(cmd.Context(), ref)
		if err != nil {
			return err
		}
		if file == "-" {
			_, err = cmd.OutOrStdout().Write(content)
			return err
		}
		if err := writeNewFile(file, content); err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(fmt.Sprintf("%s is in %s.", described(ref), file)))
		return err
	}
	return cmd
}

// writeNewFile writes a file that isn't there yet.
func writeNewFile(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name another file", path)
	}
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
