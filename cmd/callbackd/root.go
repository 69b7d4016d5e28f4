package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
)

// globals are the flags that every verb has.
type globals struct {
	config string // path of callbackd.yaml
}

// client opens the API of the daemon that the flags name.
func (g *globals) client() (*apiclient.Client, error) { return apiclient.Open(g.config) }

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "callbackd",
		Short: "Call back the customers whose calls reached nobody",
		Long: "callbackd runs beside Asterisk. It sees every customer's call that reached nobody,\n" +
			"and calls the customer back: an agent first, then the customer.",
		Example: `  callbackd check                    # is everything right in the files?
  callbackd doctor                   # is everything in place, in Asterisk and on this machine?
  callbackd serve                    # run the daemon
  callbackd tasks                    # whom it has promised a call, and how that goes
  callbackd tasks show 12            # the whole story of one task
  callbackd tasks --state scheduled --json
  callbackd appointments slots acme advice   # when customers may book a call
  callbackd missed                   # every missed call and what was decided about it
  callbackd explain 0701234567       # what would become of a call from this number, and why
  callbackd rules                    # which rules are on, and what is wrong with their files
  callbackd sounds acme              # what agents and customers hear
  callbackd recordings               # conversations that were recorded
  callbackd accounts freeze acme     # dial nothing in an account until a person unfreezes it
  callbackd customers block +46701234567 --account acme   # never call this customer
  callbackd tokens                   # who is let in over HTTP, and for what
  callbackd users add alice --role admin --all-accounts   # who may sign in to the page
  callbackd stop                     # dial nothing anywhere`,
		Version:                    versionDetails(),
		Args:                       noSuchCommand,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
	}
	g := &globals{}
	root.PersistentFlags().StringVar(&g.config, "config", "callbackd.yaml", "the operator's `file`")
	_ = root.MarkPersistentFlagFilename("config", "yaml", "yml") // the flag is there
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.AddCommand(
		newServeCommand(g),
		newCheckCommand(g),
		newDoctorCommand(g),
		newTasksCommand(g),
		newAppointmentsCommand(g),
		newMissedCommand(g),
		newAccountsCommand(g),
		newRulesCommand(g),
		newSoundsCommand(g),
		newRecordingsCommand(g),
		newCustomersCommand(g),
		newTokensCommand(g),
		newUsersCommand(g),
		newExplainCommand(g),
		newStopCommand(g),
		newResumeCommand(g),
		newVersionCommand(),
	)
	return root
}

// noSuchCommand is the check of arguments of a command that takes none but has
// subcommands: whatever stands there was meant to be one.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	err := fmt.Errorf("there is no command %q", cmd.CommandPath()+" "+args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		err = fmt.Errorf("%w (did you mean %s?)", err, strings.Join(near, " or "))
	}
	return err
}

// jsonFlag adds the flag --json.
func jsonFlag(cmd *cobra.Command, set *bool) {
	cmd.Flags().BoolVar(set, "json", false, "print JSON, for programs")
}

// printJSON prints what the API answers.
func printJSON(cmd *cobra.Command, document any) error {
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
