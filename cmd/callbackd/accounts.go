package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// newAccountsCommand is the verb accounts: alone it lists, like `accounts list`.
func newAccountsCommand(g *globals) *cobra.Command {
	cmd := newAccountListCommand(g)
	cmd.Use, cmd.Args, cmd.SuggestionsMinimumDistance = "accounts", noSuchCommand, 2
	cmd.Example += `
  callbackd accounts freeze acme
  callbackd accounts unfreeze acme`
	cmd.AddCommand(newAccountListCommand(g), newFreezeCommand(g), newUnfreezeCommand(g), newForgetCommand(g))
	return cmd
}

func newAccountListCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List accounts: whether they are frozen, how their rules stand, how many tasks are open",
		Long:  "List accounts, by name: whether they dial, how their rules files stand, and how many tasks are open.\nTimes are local.",
		Example: `  callbackd accounts
  callbackd accounts --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			list, err := client.Accounts(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, list)
			}
			state, err := client.State(cmd.Context())
			if err != nil {
				return err
			}
			return printAccounts(cmd.OutOrStdout(), list.Accounts, state, localClock())
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printAccounts(w io.Writer, accounts []httpapi.Account, state httpapi.State, c clock) error {
	p := &printer{clock: c}
	if len(accounts) == 0 {
		p.line("No accounts.")
	} else {
		t := newTable("ACCOUNT", "MODE", "RULES", "ON", "OFF", "SCHEDULED", "DIALING", "HELD", "FROZEN")
		for _, a := range accounts {
			frozen := ""
			if a.Frozen != nil {
				frozen = "since " + c.sinceBy(a.Frozen)
			}
			t.row(a.Name, string(a.Mode), wording.RulesStanding(a.Rules), strconv.Itoa(a.Rules.On), strconv.Itoa(a.Rules.Off),
				strconv.Itoa(a.Tasks.Scheduled), strconv.Itoa(a.Tasks.Dialing), strconv.Itoa(a.Tasks.Held), frozen)
		}
		_ = t.print(&p.text) // a strings.Builder takes everything
	}
	p.whyNothing(state)
	return p.print(w)
}

// whyNothing says what keeps every account from dialling.
func (p *printer) whyNothing(state httpapi.State) {
	if state.Stopped != nil {
		p.line("")
		p.line("callbackd is stopped since %s: nothing is dialled. `callbackd resume` lets it dial again.", p.sinceBy(state.Stopped))
	}
	for _, x := range state.PBXs {
		if !x.Ready {
			p.line("")
			p.line("%s isn't ready: %s", x.Name, x.Reason)
		}
	}
}

// oneAccount is the check of arguments of a command about one account.
func oneAccount(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return fmt.Errorf("%s wants the name of one account", cmd.CommandPath())
	}
	return nil
}
