package main

import (
	"github.com/spf13/cobra"

	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// noCompletion is the answer where there is nothing to offer, files neither.
func noCompletion() ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completeAccounts offers the names of accounts to the shell, for the first
// argument or for a flag.
func completeAccounts(g *globals) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		client, err := g.client()
		if err != nil || len(args) > 0 {
			return noCompletion()
		}
		list, err := client.Accounts(cmd.Context())
		if err != nil {
			return noCompletion()
		}
		offers := make([]cobra.Completion, len(list.Accounts))
		for i, a := range list.Accounts {
			offers[i] = cobra.CompletionWithDesc(plain(a.Name), plain(wording.RulesStanding(a.Rules)))
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeAccountFlag is completeAccounts for the flag --account.
func completeAccountFlag(g *globals, cmd *cobra.Command) {
	complete := completeAccounts(g)
	_ = cmd.RegisterFlagCompletionFunc("account", func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return complete(cmd, nil, typed)
	}) // the flag is there
}

// completeRules offers the names of accounts, and after one those of its rules
// that which selects.
func completeRules(g *globals, which func(httpapi.Rule) bool) cobra.CompletionFunc {
	accounts := completeAccounts(g)
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return accounts(cmd, args, typed)
		}
		client, err := g.client()
		if err != nil || len(args) > 1 {
			return noCompletion()
		}
		list, err := client.Rules(cmd.Context(), args[0])
		if err != nil {
			return noCompletion()
		}
		var offers []cobra.Completion
		for _, f := range list.Files {
			for _, r := range f.Rules {
				if which(r) {
					offers = append(offers, plain(r.Name))
				}
			}
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}
