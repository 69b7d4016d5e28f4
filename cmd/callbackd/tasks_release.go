package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newTaskReleaseCommand(g *globals) *cobra.Command {
	var (
		account, heldBy string
		asJSON          bool
	)
	cmd := &cobra.Command{
		Use:   "release {ID... | --account ACCOUNT --held-by WHO}",
		Short: "Release held tasks: their customers are called back",
		Long: "Release held tasks: their customers are called back when they would have been, or at once. A task is held by\n" +
			"a person, or by the shield against calls of one ring (one_ring); `callbackd tasks --state held` says why.",
		Example: `  callbackd tasks --state held
  callbackd tasks release 12 14 15
  callbackd tasks release --account acme --held-by one_ring`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch byHolder := account != "" && heldBy != ""; {
			case byHolder && len(args) > 0:
				return fmt.Errorf("%s wants the numbers of tasks, or --account and --held-by, not both", cmd.CommandPath())
			case byHolder:
				return nil
			case len(args) == 0 || account != "" || heldBy != "":
				return fmt.Errorf("%s wants the numbers of tasks, or --account together with --held-by", cmd.CommandPath())
			}
			return someTaskIDs(cmd, args)
		},
		ValidArgsFunction: completeTaskIDs(g, callback.TaskHeld),
		RunE: func(cmd *cobra.Command, args []string) error {
			if heldBy != "" {
				return releaseHeldBy(g, cmd, account, heldBy, asJSON)
			}
			return eachTask(g, cmd, args, asJSON, taskVerb{
				do: func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error) {
					return client.ReleaseTask(ctx, id)
				},
				tell: func(before httpapi.TaskStory, t httpapi.Task) string {
					if before.State != callback.TaskHeld {
						return fmt.Sprintf("Task %d isn't held: it is %s.", t.ID, t.State)
					}
					when := "as soon as nothing else is in the way"
					if c := localClock(); t.Due.After(c.now) {
						when = c.relative(t.Due)
					}
					return fmt.Sprintf("Task %d is released: %s is called back %s.", t.ID, t.Number, when)
				},
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&account, "account", "", "with --held-by: all held tasks of this `account`")
	completeAccountFlag(g, cmd)
	flags.StringVar(&heldBy, "held-by", "", "with --account: all tasks that `who` holds: one_ring, or a person")
	_ = cmd.RegisterFlagCompletionFunc("held-by", cobra.FixedCompletions([]string{callback.ByOneRing}, cobra.ShellCompDirectiveNoFileComp)) // the flag is there
	jsonFlag(cmd, &asJSON)
	return cmd
}

// releaseHeldBy releases all tasks of an account that somebody holds.
func releaseHeldBy(g *globals, cmd *cobra.Command, account, heldBy string, asJSON bool) error {
	client, err := g.client()
	if err != nil {
		return err
	}
	release, err := client.ReleaseTasks(cmd.Context(), account, heldBy)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(cmd, release)
	}
	message := fmt.Sprintf("%s of %s %s released.", counted(release.Released, "task"), account, is(release.Released))
	if release.Released == 0 {
		message = fmt.Sprintf("No task of %s is held by %s.", account, heldBy)
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(message))
	return err
}
