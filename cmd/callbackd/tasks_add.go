package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newTaskAddCommand(g *globals) *cobra.Command {
	var (
		request = httpapi.CallbackRequest{Source: callback.ViaAdmin}
		at      momentFlag
		owner   ownerFlags
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "add {NUMBER --account ACCOUNT | --previous ID}",
		Short: "Ask for a callback: at once, or for a time",
		Long: "Ask for a callback of a customer, by the section `requests` of the account's rules file. It is made as soon as\n" +
			"the customer may be called and an agent is free, or at the time given. A request that is like one which the\n" +
			"customer has open already is merged into that one, unless the file says otherwise.",
		Example: `  callbackd tasks add 0701234567 --account acme --note "about the offer"
  callbackd tasks add 0701234567 --account acme --at "2026-11-27 10:00" --target agent:alice
  callbackd tasks add 0701234567 --account acme --owner alice --owner-hours 4
  callbackd tasks add --previous 12 --note "call once more"`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 1:
				return fmt.Errorf("%s wants one telephone number", cmd.CommandPath())
			case request.Previous == 0 && (len(args) == 0 || request.Account == ""):
				return errors.New("name the customer's number and the --account, or with --previous a task that is over")
			}
			return owner.check()
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				request.Number = args[0]
			}
			request.At, request.Owner = at.Time, owner.owner()
			return addTask(cmd, client, request, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&request.Account, "account", "", "whose customer it is: an `account`")
	completeAccountFlag(g, cmd)
	flags.Var(&at, "at", "when: \"2026-11-27 10:00\" on your own clock, or RFC 3339; as soon as possible if left out")
	flags.Var((*targetFlag)(&request.Target), "target", "`who` calls back: queue:NAME, agent:NAME or group:NAME; the file's requests.queue if left out")
	_ = cmd.RegisterFlagCompletionFunc("target", completeOrigins(g)) // the flag is there
	owner.register(g, cmd)
	flags.StringVar(&request.Note, "note", "", "`words` for whoever calls")
	flags.StringVar(&request.Language, "language", "", "the `language` that the customer hears, like sv or en_GB")
	flags.Var((*idFlag)(&request.Previous), "previous", "the task, which is over, that the new one follows")
	_ = cmd.RegisterFlagCompletionFunc("previous", completeTaskIDs(g, callback.TaskCompleted, callback.TaskExhausted, callback.TaskCancelled, callback.TaskExpired))
	jsonFlag(cmd, &asJSON)
	return cmd
}

func addTask(cmd *cobra.Command, client *apiclient.Client, request httpapi.CallbackRequest, asJSON bool) error {
	if request.Account == "" {
		last, err := client.Task(cmd.Context(), request.Previous)
		if err != nil {
			return aboutTask(request.Previous, err)
		}
		request.Account = last.Account
	}
	task, isNew, err := client.Ask(cmd.Context(), request)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(cmd, task)
	}
	told := fmt.Sprintf("Task %d is made: %s is called back %s.", task.ID, task.Number, whenDue(task.Task))
	if !isNew {
		told = fmt.Sprintf("%s was promised a callback already, which takes this in: task %d, %s.", task.Number, task.ID, whenDue(task.Task))
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), plain(told))
	return err
}

// whenDue says when the customer of an open task is called.
func whenDue(t httpapi.Task) string {
	c := localClock()
	switch {
	case t.State == callback.TaskDialing:
		return "right now"
	case t.Due.After(c.now):
		return c.relative(t.Due) + ", at " + c.at(t.Due)
	}
	return "as soon as nothing else is in the way"
}
