package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

func newRecordingGetCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "get ID [FILE]",
		Short: "Write a recording into a WAV file, to hear it",
		Long: "Write a recording into a WAV file, recording-ID.wav if no other is named. Where each side was recorded for\n" +
			"itself, the customer is on the left and the agent on the right. The file - is the standard output. A file\n" +
			"that is there already isn't overwritten.",
		Example: `  callbackd recordings get 7
  callbackd recordings get 7 - | aplay`,
		Args:              recordingArguments(1),
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
			sound, err := client.Recording(cmd.Context(), id)
			if err != nil {
				return err
			}
			defer func() { _ = sound.Close() }() // it was only read
			path := fmt.Sprintf("recording-%d.wav", id)
			if len(args) > 1 {
				path = args[1]
			}
			if path == "-" {
				_, err := io.Copy(cmd.OutOrStdout(), sound)
				return err
			}
			if err := copyToNewFile(path, sound); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(fmt.Sprintf("Recording %d is in %s.", id, path)))
			return err
		},
	}
}

// copyToNewFile writes a file that isn't there yet, whole or not at all. Nobody but
// its owner may read it: it is a conversation.
func copyToNewFile(path string, content io.Reader) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name another file", path)
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s is incomplete, and removed: %w", path, err), os.Remove(path))
	}
	return nil
}
