package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func parseUserRole(text string) (callback.Role, error) {
	if role := callback.Role(text); slices.Contains(callback.UserRoles, role) {
		return role, nil
	}
	return "", fmt.Errorf("one of %s is wanted", strings.Join(words(callback.UserRoles), ", "))
}

func newUserRoleCommand(g *globals) *cobra.Command {
	var (
		account, agent string
		all, asJSON    bool
	)
	cmd := &cobra.Command{
		Use:   "role NAME ROLE",
		Short: "Change what a user may do, and where",
		Long: "Change the role of a user, and with the flags also the account, and whose phone is theirs. What isn't named stays.\n" +
			"Another role or account signs them out everywhere: they sign in again as what they are.",
		Example: `  callbackd users role bob supervisor
  callbackd users role bob agent --agent bob            # bob's phone is that of the agent bob
  callbackd users role bob admin --all-accounts`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s wants the name of a user and a role", cmd.CommandPath())
			}
			_, err := parseUserRole(args[1])
			return err
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return words(callback.UserRoles), cobra.ShellCompDirectiveNoFileComp
			}
			return completeUsers(g)(cmd, args, typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			role := httpapi.UserRole(args[1])
			edit := httpapi.UserEdit{Role: &role, AllAccounts: all}
			if cmd.Flags().Changed("account") {
				edit.Account = &account
			}
			if cmd.Flags().Changed("agent") {
				edit.Agent = &agent
			}
			change, err := editUser(cmd, g, args[0], edit)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, change)
			}
			u := change.User
			told := fmt.Sprintf("%s is %s %s", u.Name, u.Role, placeOf(u))
			if u.Agent != "" {
				told += ", with the phone of agent " + u.Agent
			}
			if !change.Changed {
				told += " already"
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(told+"."+signedOut(change)))
			return err
		},
	}
	placeFlags(g, cmd, &account, &all)
	cmd.Flags().StringVar(&agent, "agent", "", "the `name` of the agent in the rules file whose phone is theirs; empty: none")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func newUserPasswdCommand(g *globals) *cobra.Command {
	var generate, asJSON bool
	cmd := &cobra.Command{
		Use:   "passwd NAME",
		Short: "Give a user a new password",
		Long: "Give a user a new password, asked for twice at the terminal, read as one line from the standard input of a program,\n" +
			"or generated and printed this once. It signs them out everywhere. Users change their own on the page, under their name.",
		Example:           "  callbackd users passwd bob\n  callbackd users passwd bob --generate",
		Args:              oneUser,
		ValidArgsFunction: completeUsers(g),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := choosePassword(cmd, args[0], generate)
			if err != nil {
				return err
			}
			password := httpapi.Password(text)
			change, err := editUser(cmd, g, args[0], httpapi.UserEdit{Password: &password})
			if err != nil {
				return err
			}
			if err := tellPassword(cmd, text, generate, asJSON, change); err != nil {
				return err
			}
			if !asJSON {
				cmd.PrintErrln(plain("The password of "+change.User.Name+" is changed.") + signedOut(change))
			}
			return nil
		},
	}
	generateFlag(cmd, &generate)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func editUser(cmd *cobra.Command, g *globals, name string, edit httpapi.UserEdit) (httpapi.UserChange, error) {
	client, err := g.client()
	if err != nil {
		return httpapi.UserChange{}, err
	}
	u, err := userNamed(cmd.Context(), client, name)
	if err != nil {
		return httpapi.UserChange{}, err
	}
	return client.EditUser(cmd.Context(), u.ID, edit)
}

// signedOut says what a change has ended.
func signedOut(change httpapi.UserChange) string {
	switch change.Ended {
	case 0:
		return ""
	case 1:
		return " It has signed them out in one browser."
	}
	return fmt.Sprintf(" It has signed them out in %d browsers.", change.Ended)
}
