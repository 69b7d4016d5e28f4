package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func newTokenAddCommand(g *globals) *cobra.Command {
	var (
		want   httpapi.TokenRequest
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Make a token, and print it this once",
		Long: "Make a token of the API and print it, this once: callbackd keeps only its hash. The NAME says who or what has it,\n" +
			"and stands in what is done with it. The token alone goes to the standard output, so that it can go into a file.",
		Example: `  callbackd tokens add web-form --role intake --account acme
  callbackd tokens add alice --role agent --account acme
  callbackd tokens add prometheus --role supervisor --all-accounts > /etc/prometheus/callbackd.token`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) != 1 || args[0] == "":
				return fmt.Errorf("%s wants one name", cmd.CommandPath())
			case (want.Account == "") != want.AllAccounts:
				return fmt.Errorf("%s wants either --account or --all-accounts", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			want.Name = args[0]
			made, err := client.AddToken(cmd.Context(), want)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, made)
			}
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), plain(made.Secret)); err != nil {
				return err
			}
			where := "in account " + made.Account
			if made.Account == "" {
				where = "in all accounts"
			}
			cmd.PrintErrln(plain(fmt.Sprintf("That is the token of %s (role %s, %s). It isn't shown again; `callbackd tokens revoke %d` ends it.", made.Name, made.Role, where, made.ID)))
			return nil
		},
	}
	cmd.Flags().Var((*roleFlag)(&want.Role), "role", "what it may do: one of "+strings.Join(words(callback.Roles), ", "))
	_ = cmd.MarkFlagRequired("role") // the flag is there
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(words(callback.Roles), cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().StringVar(&want.Account, "account", "", "the only `account` that there is for it")
	completeAccountFlag(g, cmd)
	cmd.Flags().BoolVar(&want.AllAccounts, "all-accounts", false, "it is for all accounts")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// roleFlag is the value of --role.
type roleFlag callback.Role

// String implements pflag.Value.
func (f *roleFlag) String() string { return string(*f) }

// Type implements pflag.Value.
func (f *roleFlag) Type() string { return "role" }

// Set implements pflag.Value.
func (f *roleFlag) Set(text string) error {
	if !slices.Contains(callback.Roles, callback.Role(text)) {
		return errors.New("one of " + strings.Join(words(callback.Roles), ", ") + " is wanted")
	}
	*f = roleFlag(text)
	return nil
}
