package main

import (
	"errors"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// ownerFlags are the flags that say whose a callback is at first.
type ownerFlags struct {
	agent string
	hours int
	then  callback.Target
}

// hoursIfLeftOut is how long a callback is its owner's where only the owner is named.
const hoursIfLeftOut = 4

func (f *ownerFlags) register(g *globals, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.agent, "owner", "", "the `agent` whose it is at first")
	flags.IntVar(&f.hours, "owner-hours", hoursIfLeftOut, "for how many `hours` in which the customer may be called")
	flags.Var((*targetFlag)(&f.then), "owner-then", "`who` gets it afterwards: queue:NAME, agent:NAME or group:NAME; --target, or the file's requests.queue, if left out")
	_ = cmd.RegisterFlagCompletionFunc("owner-then", completeOrigins(g)) // the flag is there
}

// check refuses hours of nobody.
func (f *ownerFlags) check() error {
	if f.agent == "" && (f.hours != hoursIfLeftOut || !f.then.IsZero()) {
		return errors.New("--owner-hours and --owner-then go with --owner")
	}
	return nil
}

// owner is nil where none is named.
func (f *ownerFlags) owner() *httpapi.TaskOwner {
	if f.agent == "" {
		return nil
	}
	return &httpapi.TaskOwner{Agent: f.agent, Hours: f.hours, Then: f.then}
}
