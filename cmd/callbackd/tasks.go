package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// newTasksCommand is the verb tasks: alone it lists, like `tasks list`.
func newTasksCommand(g *globals) *cobra.Command {
	cmd := newTaskListCommand(g)
	cmd.Use, cmd.Args, cmd.SuggestionsMinimumDistance = "tasks", noSuchCommand, 2
	cmd.Example += `
  callbackd tasks show 12
  callbackd tasks add 0701234567 --account acme --at "2026-11-27 10:00"
  callbackd tasks cancel 12 --reason "the customer wrote an e-mail"
  callbackd tasks hold 12
  callbackd tasks release --account acme --held-by one_ring`
	cmd.AddCommand(newTaskListCommand(g), newTaskShowCommand(g), newTaskCancelCommand(g), newTaskHoldCommand(g), newTaskReleaseCommand(g),
		newTaskAddCommand(g), newTaskNoteCommand(g), newTaskRescheduleCommand(g), newTaskCallNowCommand(g), newTaskTakeCommand(g), newTaskCloseCommand(g))
	return cmd
}

func newTaskListCommand(g *globals) *cobra.Command {
	var (
		query  = apiclient.TaskQuery{Limit: 50}
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List tasks: whom callbackd has promised a call, and how that goes",
		Long: "List tasks, open and finished, newest first. With --sort due or waiting, the open ones alone:\n" +
			"the next due first, or in the order in which they are called. Times are local.",
		Example: `  callbackd tasks
  callbackd tasks --state scheduled,dialing --account acme
  callbackd tasks --search 070-123                     # a part of the number, an id, words of the note
  callbackd tasks --sort waiting --target queue:support
  callbackd tasks --kind request --from 2026-11-20 --to 2026-11-21
  callbackd tasks --number +46701234567 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			list, err := client.Tasks(cmd.Context(), query)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, list)
			}
			if err := printTasks(cmd.OutOrStdout(), list.Tasks, localClock()); err != nil {
				return err
			}
			switch {
			case list.NextBefore != 0:
				cmd.PrintErrf("There are older tasks: add --before %d.\n", list.NextBefore)
			case list.Next != "":
				cmd.PrintErrf("There are more tasks: add --after %s.\n", list.Next)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.Var((*statesFlag)(&query.States), "state", "only tasks in these `states`: "+strings.Join(words(callback.TaskStates), ", "))
	flags.StringVar(&query.Account, "account", "", "only tasks of this `account`")
	completeAccountFlag(g, cmd)
	flags.Var((*numberFlag)(&query.Number), "number", "only tasks of this customer, a `number` like +46701234567")
	flags.StringVar(&query.Search, "search", "", "only tasks with this `text`: a part of the number, the id, or words of the note")
	choice(cmd, &query.Kind, "kind", "only tasks of this `kind`: missed, request or appointment", []callback.Kind{callback.KindMissed, callback.KindRequest, callback.KindAppointment})
	flags.StringVar(&query.Rule, "rule", "", "only tasks of the rule of this `name`")
	flags.Var((*whoFlag)(&query.Target), "target", "only tasks that this `target` calls back, like queue:support")
	within(cmd, &query.From, &query.To, "tasks that were made")
	choice(cmd, &query.Sort, "sort", "the `order`: newest (the default), due or waiting", callback.TaskSorts)
	flags.StringVar(&query.After, "after", "", "what comes behind a `place`, for the next page of another order")
	flags.Var((*idFlag)(&query.Before), "before", "only tasks with a lower `id`, for the next page")
	flags.Var((*limitFlag)(&query.Limit), "limit", "how many tasks at most, a `number` up to 1000")
	jsonFlag(cmd, &asJSON)
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(words(callback.TaskStates), cobra.ShellCompDirectiveNoFileComp)) // the flag is there
	return cmd
}

func words[Word ~string](list []Word) []string {
	plain := make([]string, len(list))
	for i, word := range list {
		plain[i] = string(word)
	}
	return plain
}

// taskID reads the argument ID.
func taskID(arg string) (int64, error) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || id < 1 {
		return 0, fmt.Errorf("%q isn't the number of a task", arg)
	}
	return id, nil
}

// oneTaskID is the check of arguments of a command about one task.
func oneTaskID(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%s wants the number of one task", cmd.CommandPath())
	}
	_, err := taskID(args[0])
	return err
}

// aboutTask says in the words of the command line that there is no such task.
func aboutTask(id int64, err error) error {
	var refused *apiclient.RefusedError
	if errors.As(err, &refused) && refused.Problem.Status == http.StatusNotFound {
		return fmt.Errorf("There is no task %d; `callbackd tasks` lists them", id)
	}
	return err
}

// completeTaskID offers the newest tasks, of the given states, to the shell, for a
// command about one task.
func completeTaskID(g *globals, states ...callback.TaskState) cobra.CompletionFunc {
	complete := completeTaskIDs(g, states...)
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return noCompletion()
		}
		return complete(cmd, args, typed)
	}
}

// completeTaskIDs is completeTaskID for one task after another.
func completeTaskIDs(g *globals, states ...callback.TaskState) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		client, err := g.client()
		if err != nil {
			return noCompletion()
		}
		list, err := client.Tasks(cmd.Context(), apiclient.TaskQuery{States: words(states)})
		if err != nil {
			return noCompletion()
		}
		return offeredTasks(list.Tasks, args), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// offeredTasks are the ids of tasks that aren't among the arguments yet.
func offeredTasks(tasks []httpapi.Task, args []string) (offers []cobra.Completion) {
	for _, t := range tasks {
		if id := strconv.FormatInt(t.ID, 10); !slices.Contains(args, id) {
			offers = append(offers, cobra.CompletionWithDesc(id, plain(t.Number+" "+string(t.State))))
		}
	}
	return offers
}

func printTasks(w io.Writer, tasks []httpapi.Task, c clock) error {
	if len(tasks) == 0 {
		_, err := fmt.Fprintln(w, "No tasks.")
		return err
	}
	t := newTable("ID", "STATE", "NUMBER", "ACCOUNT", "TARGET", "ATTEMPTS", "WHEN", "WHY")
	for _, task := range tasks {
		when, why := taskStanding(task.TaskHead, c)
		t.row(strconv.FormatInt(task.ID, 10), string(task.State), task.Number, task.Account, task.Target.String(), strconv.Itoa(task.Attempts), when, why)
	}
	return t.print(w)
}

// taskStanding says when something happens or happened to a task, and why not
// now or why it ended.
func taskStanding(t httpapi.TaskHead, c clock) (when, why string) {
	switch {
	case !t.State.Open():
		return c.at(t.Updated), t.Reason
	case t.State == callback.TaskDialing && t.CancelReason != "":
		return "now", "ends with this attempt: " + t.CancelReason
	case t.State == callback.TaskDialing:
		return "now", ""
	case t.State == callback.TaskHeld:
		return "", short(t.WaitingFor)
	case t.Due.After(c.now):
		return c.at(t.Due) + ", " + c.due(t.Due), ""
	}
	return c.at(t.Due) + ", " + c.due(t.Due), short(t.WaitingFor)
}

// longestReason, in characters, leaves a line of the list readable: a reason may
// end in what a network, or Asterisk, has to say. The story of the task has it whole.
const longestReason = 100

func short(reason string) string {
	text := []rune(reason)
	if len(text) <= longestReason {
		return reason
	}
	return string(text[:longestReason-1]) + "…"
}

// localClock is now, in the zone of whoever reads.
func localClock() clock { return clock{now: time.Now(), zone: time.Local} }
