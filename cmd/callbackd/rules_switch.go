package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newActivateCommand(g *globals) *cobra.Command {
	return newRuleSwitch(g, &cobra.Command{
		Use:   "activate ACCOUNT RULE",
		Short: "Switch a rule on that was switched off by hand or by freezing",
		Long: "Switch a rule on that was switched off by hand, or when its account was frozen. It is on if its file\n" +
			"says enabled too. Missed calls of the time when it was off aren't called back.",
		Example:           "  callbackd rules activate acme 'lost in the menu'",
		ValidArgsFunction: completeRules(g, func(r httpapi.Rule) bool { return r.Deactivated != nil }),
	}, (*apiclient.Client).ActivateRule, activated)
}

func newDeactivateCommand(g *globals) *cobra.Command {
	return newRuleSwitch(g, &cobra.Command{
		Use:   "deactivate ACCOUNT RULE",
		Short: "Switch a rule off until a person activates it",
		Long: "Switch a rule off, as `enabled: false` in its file does: its open tasks are cancelled. It stays off\n" +
			"until a person activates it, whatever the file says, also after a restart.",
		Example:           "  callbackd rules deactivate acme 'lost in the menu'",
		ValidArgsFunction: completeRules(g, func(r httpapi.Rule) bool { return r.Deactivated == nil }),
	}, (*apiclient.Client).DeactivateRule, deactivated)
}

// ruleSwitch is a method of the client that switches a rule.
type ruleSwitch func(c *apiclient.Client, ctx context.Context, account, rule string) (httpapi.RuleChange, error)

// newRuleSwitch completes a command that switches one rule; tell says what came
// of it.
func newRuleSwitch(g *globals, cmd *cobra.Command, turn ruleSwitch, tell func(httpapi.RuleChange, clock) string) *cobra.Command {
	var asJSON bool
	cmd.Args = oneRule
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		change, err := turn(client, cmd.Context(), args[0], args[1])
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

// oneRule is the check of arguments of a command about one rule.
func oneRule(cmd *cobra.Command, args []string) error {
	if len(args) != 2 || args[0] == "" || args[1] == "" {
		return fmt.Errorf("%s wants the name of an account and of one of its rules, with quotes around one that has spaces", cmd.CommandPath())
	}
	return nil
}

// activated tells what came of activating.
func activated(change httpapi.RuleChange, _ clock) string {
	name := fmt.Sprintf("Rule %q of %s", change.Rule.Name, change.Account)
	switch {
	case !change.Rule.On && !change.Rule.Enabled:
		return name + " is activated, but its file says enabled: false: it is on as soon as that is edited."
	case !change.Changed:
		return name + " is on already."
	}
	return name + " is on: calls that are missed from now on are called back by it."
}

// deactivated tells what came of deactivating.
func deactivated(change httpapi.RuleChange, c clock) string {
	name := fmt.Sprintf("Rule %q of %s", change.Rule.Name, change.Account)
	next := fmt.Sprintf("`callbackd rules activate %s %s` switches it on again.", typed(change.Account), typed(change.Rule.Name))
	if !change.Changed {
		since := ""
		if change.Rule.Deactivated != nil {
			since = ", since " + c.sinceBy(change.Rule.Deactivated)
		}
		return fmt.Sprintf("%s is off already%s. %s", name, since, next)
	}
	return fmt.Sprintf("%s is off: %s %s cancelled. %s", name, counted(change.Cancelled, "task"), was(change.Cancelled), next)
}
