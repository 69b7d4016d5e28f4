package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// newSoundsCommand is the verb sounds: alone it lists, like `sounds list`.
func newSoundsCommand(g *globals) *cobra.Command {
	cmd := newSoundListCommand(g)
	cmd.Use, cmd.SuggestionsMinimumDistance = "sounds ACCOUNT", 2
	cmd.Example += `
  callbackd sounds put acme call-recorded notice.mp3 --language sv
  callbackd sounds get acme call-recorded
  callbackd sounds delete acme call-recorded --language sv`
	cmd.AddCommand(newSoundListCommand(g), newSoundGetCommand(g), newSoundPutCommand(g), newSoundDeleteCommand(g))
	return cmd
}

func newSoundListCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list ACCOUNT",
		Short: "List the sounds that an account may play",
		Long: "List the sounds that an account may play: its own, those that all accounts share, and those that come\n" +
			"with callbackd. Of several of one name and language, the one that is heard comes first.",
		Example: `  callbackd sounds acme
  callbackd sounds acme --json`,
		Args:              oneAccount,
		ValidArgsFunction: completeAccounts(g),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			list, err := client.Sounds(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, list)
			}
			return printSounds(cmd.OutOrStdout(), list.Sounds)
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printSounds(w io.Writer, list []httpapi.Sound) error {
	p := &printer{}
	t := newTable("NAME", "LANGUAGE", "SOURCE", "LENGTH", "RATES", "PROBLEM")
	for _, s := range list {
		t.row(s.Name, s.Language, string(s.Source), seconds(s.Duration), kilohertz(s.Rates), s.Problem)
	}
	_ = t.print(&p.text) // a strings.Builder takes everything
	return p.print(w)
}

// seconds is the length of a sound: "2.4 s"; "" if it isn't known.
func seconds(length float64) string {
	if length == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f s", length)
}

// kilohertz are rates: "8 and 16 kHz".
func kilohertz(rates []int) string {
	if len(rates) == 0 {
		return ""
	}
	var list []string
	for _, hz := range rates {
		list = append(list, strconv.Itoa(hz/1000))
	}
	return strings.Join(list, " and ") + " kHz"
}

// soundFlags are the flags of a command about one sound.
type soundFlags struct{ language string }

func addSoundFlags(cmd *cobra.Command) *soundFlags {
	f := &soundFlags{}
	cmd.Flags().StringVar(&f.language, "language", "", "of this `language`: sv, en_GB")
	_ = cmd.RegisterFlagCompletionFunc("language", cobra.NoFileCompletions) // the flag is there
	return f
}

// sound is the one that the arguments ACCOUNT NAME and the flags mean.
func (f *soundFlags) sound(args []string) apiclient.SoundRef {
	return apiclient.SoundRef{Account: args[0], Name: args[1], Language: f.language}
}

// described is a sound in a sentence: "call-recorded in sv of acme".
func described(r apiclient.SoundRef) string {
	if r.Language != "" {
		return r.Name + " in " + r.Language + " of " + r.Account
	}
	return r.Name + " of " + r.Account
}

// soundArguments checks that there are ACCOUNT, NAME and what more says.
func soundArguments(least, most int, wants string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most || args[0] == "" || args[1] == "" {
			return fmt.Errorf("%s wants %s", cmd.CommandPath(), wants)
		}
		return nil
	}
}

// completeSounds offers the names of accounts, after one those of its sounds that which
// selects, and then files.
func completeSounds(g *globals, which func(httpapi.Sound) bool) cobra.CompletionFunc {
	accounts := completeAccounts(g)
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		switch len(args) {
		case 0:
			return accounts(cmd, args, typed)
		case 1:
		default:
			return nil, cobra.ShellCompDirectiveDefault
		}
		client, err := g.client()
		if err != nil {
			return noCompletion()
		}
		list, err := client.Sounds(cmd.Context(), args[0])
		if err != nil {
			return noCompletion()
		}
		var offers []cobra.Completion
		last := ""
		for _, s := range list.Sounds { // by name
			if which(s) && s.Name != last {
				last = s.Name
				offers = append(offers, cobra.CompletionWithDesc(plain(s.Name), string(s.Source)))
			}
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}
