package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newUserRevokeCommand(g *globals) *cobra.Command {
	return newUserEndCommand(g, &cobra.Command{
		Use:     "revoke NAME",
		Short:   "Have a user let in no more",
		Long:    "Have a user let in no more, from the next request on, for good. What they did keeps their name; the name is free.",
		Example: "  callbackd users revoke bob",
	}, (*apiclient.Client).RevokeUser, func(c httpapi.UserChange) string {
		return fmt.Sprintf("%s is revoked, and isn't let in any more.", c.User.Name) + signedOut(c)
	})
}

func newUserSignOutCommand(g *globals) *cobra.Command {
	return newUserEndCommand(g, &cobra.Command{
		Use:     "sign-out NAME",
		Short:   "Sign a user out everywhere",
		Long:    "Sign a user out in every browser: who lost a telephone, or forgot to sign out somewhere. They may sign in again.",
		Example: "  callbackd users sign-out bob",
	}, (*apiclient.Client).EndSessions, func(c httpapi.UserChange) string {
		if !c.Changed {
			return c.User.Name + " is signed in nowhere."
		}
		return c.User.Name + " signs in anew." + signedOut(c)
	})
}

// newUserEndCommand completes a command that ends something of one user.
func newUserEndCommand(g *globals, cmd *cobra.Command, end func(*apiclient.Client, context.Context, int64) (httpapi.UserChange, error), tell func(httpapi.UserChange) string) *cobra.Command {
	var asJSON bool
	cmd.Args, cmd.ValidArgsFunction = oneUser, completeUsers(g)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		u, err := userNamed(cmd.Context(), client, args[0])
		if err != nil {
			return err
		}
		change, err := end(client, cmd.Context(), u.ID)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, change)
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(tell(change)))
		return err
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
