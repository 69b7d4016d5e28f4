package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func newTokenRevokeCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "revoke ID",
		Short:   "Have a token refused from now on",
		Long:    "Have a token refused from the next request on, for good. One that is revoked already stays so.",
		Example: "  callbackd tokens revoke 3",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s wants the number of one token", cmd.CommandPath())
			}
			_, err := tokenID(args[0])
			return err
		},
		ValidArgsFunction: completeTokens(g),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := tokenID(args[0])
			if err != nil {
				return err
			}
			client, err := g.client()
			if err != nil {
				return err
			}
			change, err := client.RevokeToken(cmd.Context(), id)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, change)
			}
			told := fmt.Sprintf("Token %d, of %s, is revoked: it is refused from now on.", id, change.Token.Name)
			if !change.Changed {
				told = fmt.Sprintf("Token %d, of %s, is revoked already, since %s by %s.", id, change.Token.Name, localClock().at(change.Token.Revoked), change.Token.RevokedBy)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(told))
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func tokenID(arg string) (int64, error) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || id < 1 {
		return 0, fmt.Errorf("%q isn't the number of a token; `callbackd tokens` lists them", arg)
	}
	return id, nil
}

// completeTokens offers the tokens that hold to the shell.
func completeTokens(g *globals) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		client, err := g.client()
		if err != nil || len(args) > 0 {
			return noCompletion()
		}
		list, err := client.Tokens(cmd.Context(), false)
		if err != nil {
			return noCompletion()
		}
		var offers []cobra.Completion
		for _, k := range list.Tokens {
			offers = append(offers, cobra.CompletionWithDesc(strconv.FormatInt(k.ID, 10), plain(k.Name+", "+string(k.Role)+" of "+accountOf(k))))
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}
