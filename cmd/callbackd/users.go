package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newUsersCommand(g *globals) *cobra.Command {
	var revoked, asJSON bool
	list := func(cmd *cobra.Command, _ []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		users, err := client.Users(cmd.Context(), revoked)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, users)
		}
		return printUsers(cmd.OutOrStdout(), users.Users, revoked, localClock())
	}
	cmd := &cobra.Command{
		Use:   "users",
		Short: "Say who may sign in to the page: add, change, revoke and list users",
		Long: "List the people who sign in to callbackd's page. Each has a role (admin, supervisor, agent) and one account, or\n" +
			"all; a user of one account sees and does nothing of others. Programs have tokens: `callbackd tokens`.",
		Example: `  callbackd users                  # who may sign in, and when they did last
  callbackd users add alice --role admin --all-accounts    # asks for the password
  callbackd users add bob --role agent --account acme --agent bob --generate
  callbackd users passwd bob       # a new password; bob is signed out everywhere
  callbackd users role bob supervisor
  callbackd users revoke bob`,
		Args: noSuchCommand,
		RunE: list,

		SuggestionsMinimumDistance: 2,
	}
	listed := &cobra.Command{
		Use: "list", Short: "List users", Long: "List the people who sign in to the page. Times are local.", Example: "  callbackd users list --revoked",
		Args: cobra.NoArgs, RunE: list,
	}
	for _, c := range []*cobra.Command{cmd, listed} {
		c.Flags().BoolVar(&revoked, "revoked", false, "also those who are revoked")
		jsonFlag(c, &asJSON)
	}
	cmd.AddCommand(listed, newUserAddCommand(g), newUserPasswdCommand(g), newUserRoleCommand(g), newUserSignOutCommand(g), newUserRevokeCommand(g))
	return cmd
}

func printUsers(w io.Writer, users []httpapi.User, revoked bool, c clock) error {
	if len(users) == 0 {
		_, err := fmt.Fprintln(w, "No users. `callbackd users add` makes one.")
		return err
	}
	heads := []string{"ID", "NAME", "ROLE", "ACCOUNT", "PHONE OF", "MADE", "SIGNED IN"}
	if revoked {
		heads = append(heads, "REVOKED")
	}
	t := newTable(heads...)
	for _, u := range users {
		row := []string{
			strconv.FormatInt(u.ID, 10), u.Name, string(u.Role), cmp.Or(u.Account, "all"), cmp.Or(u.Agent, "-"),
			c.at(u.Created) + " by " + u.By, cmp.Or(c.at(u.SignedIn), "never"),
		}
		if revoked && !u.Revoked.IsZero() {
			row = append(row, c.at(u.Revoked)+" by "+u.RevokedBy)
		}
		t.row(row...)
	}
	return t.print(w)
}

// placeOf says where a user sees and does something.
func placeOf(u httpapi.User) string {
	if u.Account == "" {
		return "in all accounts"
	}
	return "in account " + u.Account
}

// userNamed finds a user who isn't revoked, in whatever case the name is written.
func userNamed(ctx context.Context, client *apiclient.Client, name string) (httpapi.User, error) {
	list, err := client.Users(ctx, false)
	if err != nil {
		return httpapi.User{}, err
	}
	for _, u := range list.Users {
		if strings.EqualFold(u.Name, name) {
			return u, nil
		}
	}
	return httpapi.User{}, fmt.Errorf("there is no user %q; `callbackd users` lists them", name)
}

// oneUser is the check of arguments of a command about one user.
func oneUser(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return fmt.Errorf("%s wants the name of one user", cmd.CommandPath())
	}
	return nil
}

// completeUsers offers users to the shell, as the first argument.
func completeUsers(g *globals) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		client, err := g.client()
		if err != nil || len(args) > 0 {
			return noCompletion()
		}
		list, err := client.Users(cmd.Context(), false)
		if err != nil {
			return noCompletion()
		}
		var offers []cobra.Completion
		for _, u := range list.Users {
			offers = append(offers, cobra.CompletionWithDesc(plain(u.Name), plain(string(u.Role)+" "+placeOf(u))))
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}
