package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newCustomersCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "customers",
		Short: "Say whom an account never calls: block, unblock, list",
		Long: "Say whom an account never calls. A customer gets onto the do-not-call list of an account by pressing the\n" +
			"stop key in a callback, or by `callbackd customers block`. Each account has a list of its own.",
		Example: `  callbackd customers block "070-123 45 67" --account acme --reason "asked for it in a letter"
  callbackd customers unblock +46701234567 --account acme
  callbackd customers list --account acme`,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(newBlockCommand(g), newUnblockCommand(g), newDoNotCallListCommand(g))
	return cmd
}

// accountFlag adds the flag --account, without which the command refuses to run.
func accountFlag(g *globals, cmd *cobra.Command, account *string) {
	cmd.Flags().StringVar(account, "account", "", "the `account` whose list is meant")
	_ = cmd.MarkFlagRequired("account") // the flag is there
	completeAccountFlag(g, cmd)
}

func newDoNotCallListCommand(g *globals) *cobra.Command {
	var (
		account, after string
		limit          = 100
		asJSON         bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List whom an account never calls",
		Long:  "List the customers whom an account never calls, by number. Times are local.",
		Example: `  callbackd customers list --account acme
  callbackd customers list --account acme --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			list, err := client.DoNotCall(cmd.Context(), account, after, limit)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, list)
			}
			if err := printDoNotCall(cmd.OutOrStdout(), list.Customers, localClock()); err != nil {
				return err
			}
			if list.NextAfter != "" {
				cmd.PrintErrf("There are more: add --after %s.\n", list.NextAfter)
			}
			return nil
		},
	}
	accountFlag(g, cmd, &account)
	cmd.Flags().Var((*numberFlag)(&after), "after", "only numbers behind this `number`, for the next page")
	cmd.Flags().Var((*limitFlag)(&limit), "limit", "how many at most, a `number` up to 1000")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printDoNotCall(w io.Writer, customers []httpapi.Blocked, c clock) error {
	if len(customers) == 0 {
		_, err := fmt.Fprintln(w, "Nobody is on the do-not-call list.")
		return err
	}
	t := newTable("NUMBER", "SINCE", "BY", "REASON")
	for _, b := range customers {
		t.row(b.Number, c.at(b.Since), b.By, b.Reason)
	}
	return t.print(w)
}

func newBlockCommand(g *globals) *cobra.Command {
	var account, reason string
	cmd := &cobra.Command{
		Use:   "block NUMBER",
		Short: "Never call a customer: missed calls are refused, open tasks cancelled",
		Long: "Never call a customer from an account. The customer's missed calls are refused (do_not_call), and all open tasks\n" +
			"in the account are cancelled, also those that the customer asked for; who is talking goes on talking.\n" +
			"A NUMBER is E.164 or as it is dialled in the account's country. Who is blocked already stays so as it was.",
		Example: `  callbackd customers block +46701234567 --account acme
  callbackd customers block 0701234567 --account acme --reason "asked for it in a letter"`,
	}
	customerCommand(g, cmd, &account, func(client *apiclient.Client, number string) (httpapi.Blocking, error) {
		return client.BlockCustomer(cmd.Context(), account, number, reason)
	}, func(b httpapi.Blocking, c clock) string { return blockedCustomer(b, account, c) })
	cmd.Flags().StringVar(&reason, "reason", "", "why, in your own `words`; kept in the list")
	return cmd
}

func newUnblockCommand(g *globals) *cobra.Command {
	var account string
	cmd := &cobra.Command{
		Use:   "unblock NUMBER",
		Short: "Call a customer again who was blocked",
		Long: "Take a customer off an account's do-not-call list. Tasks that were cancelled stay cancelled; the customer's next\n" +
			"missed call makes a new one. A NUMBER is E.164 or as it is dialled in the account's country.",
		Example: `  callbackd customers unblock +46701234567 --account acme`,
	}
	customerCommand(g, cmd, &account, func(client *apiclient.Client, number string) (httpapi.Blocking, error) {
		return client.UnblockCustomer(cmd.Context(), account, number)
	}, func(b httpapi.Blocking, _ clock) string {
		if !b.Changed {
			return fmt.Sprintf("%s isn't on the do-not-call list of %s.", b.Number, account)
		}
		return fmt.Sprintf("%s is off the do-not-call list of %s: the next missed call is called back.", b.Number, account)
	})
	return cmd
}

// customerCommand completes a command that changes an account's do-not-call list by
// one number; tell says what came of it.
func customerCommand(g *globals, cmd *cobra.Command, account *string,
	change func(*apiclient.Client, string) (httpapi.Blocking, error), tell func(httpapi.Blocking, clock) string,
) {
	var asJSON bool
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 || args[0] == "" {
			return fmt.Errorf("%s wants one telephone number; put one with spaces in quotes", cmd.CommandPath())
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		blocking, err := change(client, args[0])
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, blocking)
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(tell(blocking, localClock())))
		return err
	}
	cmd.ValidArgsFunction = cobra.NoFileCompletions
	accountFlag(g, cmd, account)
	jsonFlag(cmd, &asJSON)
}

// blockedCustomer tells what came of blocking.
func blockedCustomer(b httpapi.Blocking, account string, c clock) string {
	if !b.Changed && b.Blocked != nil {
		why := ""
		if b.Blocked.Reason != "" {
			why = ": " + b.Blocked.Reason
		}
		return fmt.Sprintf("%s is on the do-not-call list of %s already, since %s, put there by %s%s.", b.Number, account, c.at(b.Blocked.Since), whoBlocked(b.Blocked.By), why)
	}
	return fmt.Sprintf("%s isn't called by %s any more: %s %s cancelled. `callbackd customers unblock %s --account %s` ends that.",
		b.Number, account, counted(b.Cancelled, "open task"), was(b.Cancelled), b.Number, typed(account))
}

// whoBlocked says who put a number on the list.
func whoBlocked(by string) string {
	if by == callback.ByCustomer {
		return "the customer"
	}
	return by
}
