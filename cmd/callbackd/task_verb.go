package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// taskVerb is something that a person can do to a task.
type taskVerb struct {
	do func(ctx context.Context, client *apiclient.Client, id int64) (httpapi.Task, error)
	// tell says what came of it. Who repeats a verb is told that it was so before.
	tell func(before httpapi.TaskStory, after httpapi.Task) string
}

// apply does it to one task.
func (v taskVerb) apply(ctx context.Context, client *apiclient.Client, id int64) (after httpapi.Task, told string, err error) {
	before, err := client.Task(ctx, id)
	if err != nil {
		return httpapi.Task{}, "", aboutTask(id, err)
	}
	if after, err = v.do(ctx, client, id); err != nil {
		return httpapi.Task{}, "", aboutTask(id, err)
	}
	return after, v.tell(before, after), nil
}

// someTaskIDs is the check of arguments of a command about one task or more.
func someTaskIDs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s wants the numbers of tasks", cmd.CommandPath())
	}
	for _, arg := range args {
		if _, err := taskID(arg); err != nil {
			return err
		}
	}
	return nil
}

// eachTask does something to each task in turn, up to the first that it can't be
// done to, and tells what came of it, also of those before that one.
func eachTask(g *globals, cmd *cobra.Command, args []string, asJSON bool, verb taskVerb) error {
	client, err := g.client()
	if err != nil {
		return err
	}
	var failed error
	list := httpapi.TaskList{Tasks: []httpapi.Task{}}
	for _, arg := range args {
		id, err := taskID(arg)
		if err != nil {
			return err
		}
		task, told, err := verb.apply(cmd.Context(), client, id)
		if err != nil {
			failed = err
			break
		}
		list.Tasks = append(list.Tasks, task)
		if asJSON {
			continue
		}
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), plain(told)); err != nil {
			return err
		}
	}
	if asJSON {
		if err := printJSON(cmd, list); err != nil {
			return err
		}
	}
	return failed
}
