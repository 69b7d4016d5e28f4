package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"callbackd/internal/httpapi"
	"callbackd/sounds"
)

func newSoundPutCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "put ACCOUNT NAME FILE",
		Short: "Upload a WAV or MP3 file as a sound of an account",
		Long: "Upload a WAV or MP3 file as a sound of an account. callbackd converts it to what Asterisk plays, with sox;\n" +
			"it takes the place of a sound of that name and language. The file - is the standard input.\n" +
			"Sounds that all accounts share are put into the folder of the sound library by hand.",
		Example: `  callbackd sounds put acme call-recorded notice.mp3 --language sv
  espeak-ng --stdout "One moment, please" | callbackd sounds put acme callback -`,
		Args:              soundArguments(3, 3, "the names of an account and of a sound, and a file"),
		ValidArgsFunction: completeSounds(g, func(httpapi.Sound) bool { return true }),
	}
	flags := addSoundFlags(cmd)
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		content, err := readUpload(args[2], cmd.InOrStdin())
		if err != nil {
			return err
		}
		ref := flags.sound(args)
		sound, err := client.PutSound(cmd.Context(), ref, content)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, sound)
		}
		message := fmt.Sprintf("%s is kept: %s, for calls of %s.", described(ref), seconds(sound.Duration), kilohertz(sound.Rates))
		if longest := sounds.Longest.Seconds(); sound.Duration > longest {
			message += fmt.Sprintf(" An attempt plays only the first %.0f s of it.", longest)
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(message))
		return err
	}
	return cmd
}

// mostUpload is more than callbackd takes: what is larger it refuses by itself, in its own
// words.
const mostUpload = 64 << 20

// readUpload reads a file, or what comes in if it is "-".
func readUpload(path string, in io.Reader) ([]byte, error) {
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	content, err := io.ReadAll(io.LimitReader(in, mostUpload))
	if err == nil && len(content) == 0 {
		err = fmt.Errorf("%s is empty", path)
	}
	return content, err
}
