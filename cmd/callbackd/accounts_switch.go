package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newFreezeCommand(g *globals) *cobra.Command {
	return newAccountSwitch(g, &cobra.Command{
		Use:   "freeze ACCOUNT",
		Short: "Dial nothing in an account until a person unfreezes it",
		Long: "Dial nothing in an account until a person unfreezes it. Its tasks from missed calls are cancelled,\n" +
			"what customers asked for waits, all its rules are off, phones that ring are hung up;\n" +
			"conversations go on. It stays so through edits of the file and restarts.",
		Example: "  callbackd accounts freeze acme",
	}, (*apiclient.Client).FreezeAccount, frozen)
}

func newUnfreezeCommand(g *globals) *cobra.Command {
	return newAccountSwitch(g, &cobra.Command{
		Use:   "unfreeze ACCOUNT",
		Short: "End a freeze; the account's rules stay off until each is activated",
		Long: "End a freeze. The account may dial again, but all its rules are off: activate each that is to call back,\n" +
			"with `callbackd rules activate`.",
		Example: "  callbackd accounts unfreeze acme\n  callbackd rules activate acme 'lost in the contact center'",
	}, (*apiclient.Client).UnfreezeAccount, unfrozen)
}

func newForgetCommand(g *globals) *cobra.Command {
	return newAccountSwitch(g, &cobra.Command{
		Use:   "forget ACCOUNT",
		Short: "Forget an account whose rules file was removed for good",
		Long: "Forget an account whose rules file was removed for good. Without its file an account's last good rules\n" +
			"stay in force, for a file that is gone may be a mistake; this drops them and cancels all open tasks\n" +
			"of the account. Missed calls and finished tasks stay in the lists. It is refused while the folder of the\n" +
			"rules can't be read or is empty, as it is where it isn't mounted.",
		Example: "  rm /etc/callbackd/rules/acme.yaml\n  callbackd accounts forget acme",
	}, (*apiclient.Client).ForgetAccount, forgotten)
}

// accountSwitch is a method of the client that switches an account.
type accountSwitch func(*apiclient.Client, context.Context, string) (httpapi.AccountChange, error)

// newAccountSwitch completes a command that switches one account; tell says what
// came of it.
func newAccountSwitch(g *globals, cmd *cobra.Command, turn accountSwitch, tell func(httpapi.AccountChange, clock) string) *cobra.Command {
	var asJSON bool
	cmd.Args, cmd.ValidArgsFunction = oneAccount, completeAccounts(g)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		change, err := turn(client, cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, change)
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(tell(change, localClock())))
		return err
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// frozen tells what came of freezing.
func frozen(change httpapi.AccountChange, c clock) string {
	a := change.Account
	next := fmt.Sprintf("`callbackd accounts unfreeze %s` lets it dial again, then activate each rule.", typed(a.Name))
	if !change.Changed {
		since := ""
		if a.Frozen != nil {
			since = ", since " + c.sinceBy(a.Frozen)
		}
		return fmt.Sprintf("%s is frozen already%s. %s", a.Name, since, next)
	}
	return fmt.Sprintf("%s is frozen: %s %s cancelled, %s %s off. %s", a.Name,
		counted(change.Cancelled, "missed-call task"), was(change.Cancelled), counted(a.Rules.Off, "rule"), is(a.Rules.Off), next)
}

// unfrozen tells what came of unfreezing.
func unfrozen(change httpapi.AccountChange, _ clock) string {
	a := change.Account
	if !change.Changed {
		return a.Name + " isn't frozen."
	}
	if a.Rules.Off == 0 {
		return a.Name + " isn't frozen any more. It has no rules in force."
	}
	return fmt.Sprintf("%s isn't frozen any more, and its %s %s off: activate each that is to call back (`callbackd rules activate %s RULE`); `callbackd rules --account %s` lists them.",
		a.Name, counted(a.Rules.Off, "rule"), is(a.Rules.Off), typed(a.Name), typed(a.Name))
}

// forgotten tells what came of forgetting.
func forgotten(change httpapi.AccountChange, _ clock) string {
	text := fmt.Sprintf("%s is forgotten: %s %s cancelled.", change.Account.Name, counted(change.Cancelled, "open task"), was(change.Cancelled))
	if change.Account.Frozen != nil {
		text += fmt.Sprintf(" It is still frozen, should it come back: `callbackd accounts unfreeze %s` ends that.", typed(change.Account.Name))
	}
	return text
}
