package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func newUserAddCommand(g *globals) *cobra.Command {
	var (
		want             httpapi.UserRequest
		role             userRoleFlag
		generate, asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Make a user",
		Long: "Make somebody who signs in to the page with a name and a password. The password is asked for twice at the terminal;\n" +
			"a program writes it to the standard input, as one line; --generate makes one and prints it, this once, alone to the\n" +
			"standard output. callbackd keeps only a hash. The NAME stands in what the user does.",
		Example: `  callbackd users add alice --role admin --all-accounts
  callbackd users add bob --role agent --account acme --agent bob --generate
  pass show callbackd/carol | callbackd users add carol --role supervisor --account acme`,
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
			password, err := choosePassword(cmd, args[0], generate)
			if err != nil {
				return err
			}
			want.Name, want.Role, want.Password = args[0], httpapi.UserRole(role), httpapi.Password(password)
			made, err := client.AddUser(cmd.Context(), want)
			if err != nil {
				return err
			}
			if err := tellPassword(cmd, password, generate, asJSON, made); err != nil {
				return err
			}
			if !asJSON {
				cmd.PrintErrln(plain(fmt.Sprintf("%s may sign in now (role %s, %s).", made.Name, made.Role, placeOf(made))))
			}
			return nil
		},
	}
	userRoleFlags(cmd, &role, "what they may do")
	_ = cmd.MarkFlagRequired("role") // the flag is there
	placeFlags(g, cmd, &want.Account, &want.AllAccounts)
	cmd.Flags().StringVar(&want.Agent, "agent", "", "the `name` of the agent in the rules file whose phone is theirs")
	generateFlag(cmd, &generate)
	jsonFlag(cmd, &asJSON)
	return cmd
}

// placeFlags add the flags that say in which account somebody is.
func placeFlags(g *globals, cmd *cobra.Command, account *string, all *bool) {
	cmd.Flags().StringVar(account, "account", "", "the only `account` that there is for them")
	completeAccountFlag(g, cmd)
	cmd.Flags().BoolVar(all, "all-accounts", false, "they are for all accounts")
	cmd.MarkFlagsMutuallyExclusive("account", "all-accounts")
}

func userRoleFlags(cmd *cobra.Command, role *userRoleFlag, usage string) {
	cmd.Flags().Var(role, "role", usage+": one of "+strings.Join(words(callback.UserRoles), ", "))
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(words(callback.UserRoles), cobra.ShellCompDirectiveNoFileComp)) // the flag is there
}

// userRoleFlag is the value of --role: a role that people have.
type userRoleFlag callback.Role

// String implements pflag.Value.
func (f *userRoleFlag) String() string { return string(*f) }

// Type implements pflag.Value.
func (f *userRoleFlag) Type() string { return "role" }

// Set implements pflag.Value.
func (f *userRoleFlag) Set(text string) error {
	role, err := parseUserRole(text)
	*f = userRoleFlag(role)
	return err
}
