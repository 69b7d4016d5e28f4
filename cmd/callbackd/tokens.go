package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"callbackd/internal/httpapi"
)

func newTokensCommand(g *globals) *cobra.Command {
	var revoked, asJSON bool
	list := func(cmd *cobra.Command, _ []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		tokens, err := client.Tokens(cmd.Context(), revoked)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, tokens)
		}
		return printTokens(cmd.OutOrStdout(), tokens.Tokens, revoked, localClock())
	}
	cmd := &cobra.Command{
		Use:   "tokens",
		Short: "Say who is let in: add, revoke and list tokens of the API",
		Long: "List the tokens of the API. Each has a role (admin, supervisor, agent, intake) and one account, or all; a token\n" +
			"of one account sees and does nothing of others. The admin's token, in admin.token, isn't among them.",
		Example: `  callbackd tokens                 # who has one, and when it was used last
  callbackd tokens add web-form --role intake --account acme
  callbackd tokens revoke 3
  callbackd tokens --revoked --json`,
		Args: noSuchCommand,
		RunE: list,

		SuggestionsMinimumDistance: 2,
	}
	listed := &cobra.Command{
		Use: "list", Short: "List tokens", Long: "List the tokens of the API. Times are local.", Example: "  callbackd tokens list --revoked",
		Args: cobra.NoArgs, RunE: list,
	}
	for _, c := range []*cobra.Command{cmd, listed} {
		c.Flags().BoolVar(&revoked, "revoked", false, "also those that are revoked")
		jsonFlag(c, &asJSON)
	}
	cmd.AddCommand(listed, newTokenAddCommand(g), newTokenRevokeCommand(g))
	return cmd
}

func printTokens(w io.Writer, tokens []httpapi.Token, revoked bool, c clock) error {
	if len(tokens) == 0 {
		_, err := fmt.Fprintln(w, "No tokens but the admin's. `callbackd tokens add` makes one.")
		return err
	}
	heads := []string{"ID", "NAME", "ROLE", "ACCOUNT", "MADE", "LAST USED"}
	if revoked {
		heads = append(heads, "REVOKED")
	}
	t := newTable(heads...)
	for _, k := range tokens {
		row := []string{strconv.FormatInt(k.ID, 10), k.Name, string(k.Role), accountOf(k), c.at(k.Created) + " by " + k.By, cmp.Or(c.at(k.LastUsed), "never")}
		if revoked && !k.Revoked.IsZero() {
			row = append(row, c.at(k.Revoked)+" by "+k.RevokedBy)
		}
		t.row(row...)
	}
	return t.print(w)
}

// accountOf says where a token is good for something.
func accountOf(k httpapi.Token) string {
	if k.Account == "" {
		return "all"
	}
	return k.Account
}
