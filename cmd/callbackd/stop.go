package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newStopCommand(g *globals) *cobra.Command {
	return newStateSwitch(g, &cobra.Command{
		Use:   "stop",
		Short: "Dial nothing anywhere, and cancel nothing",
		Long: "Dial nothing in any account until `callbackd resume`, also after a restart. Nothing is cancelled:\n" +
			"missed calls are noted and tasks wait. An attempt whose customer isn't called yet gives way;\n" +
			"phones that ring and conversations go on. (To end the daemon, send it SIGTERM.)",
		Example: "  callbackd stop",
	}, (*apiclient.Client).Stop, printStopped)
}

func newResumeCommand(g *globals) *cobra.Command {
	return newStateSwitch(g, &cobra.Command{
		Use:     "resume",
		Short:   "Dial again after a stop",
		Long:    "End what `callbackd stop` began: tasks that are due are dialled. Frozen accounts stay frozen.",
		Example: "  callbackd resume",
	}, (*apiclient.Client).Resume, printResumed)
}

// stateSwitch is a method of the client that stops or resumes.
type stateSwitch func(*apiclient.Client, context.Context) (httpapi.StateChange, error)

// newStateSwitch completes a command that stops or resumes; tell says what came
// of it.
func newStateSwitch(g *globals, cmd *cobra.Command, turn stateSwitch, tell func(io.Writer, httpapi.StateChange, clock) error) *cobra.Command {
	var asJSON bool
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		change, err := turn(client, cmd.Context())
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, change)
		}
		return tell(cmd.OutOrStdout(), change, localClock())
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printStopped(w io.Writer, change httpapi.StateChange, c clock) error {
	p := &printer{clock: c}
	const next = "`callbackd resume` lets it dial again."
	switch {
	case !change.Changed && change.State.Stopped != nil:
		p.line("callbackd is stopped already, since %s. %s", c.sinceBy(change.State.Stopped), next)
	case change.State.Attempts > 0:
		p.line("callbackd is stopped: nothing is dialled anywhere, nothing is cancelled. %s %s under way: a customer who isn't called yet won't be; phones that ring and conversations go on. %s",
			counted(change.State.Attempts, "attempt"), is(change.State.Attempts), next)
	default:
		p.line("callbackd is stopped: nothing is dialled anywhere, nothing is cancelled. %s", next)
	}
	return p.print(w)
}

func printResumed(w io.Writer, change httpapi.StateChange, c clock) error {
	p := &printer{clock: c}
	again := "callbackd dials again."
	if !change.Changed {
		again = "callbackd isn't stopped."
	}
	p.line("%s", again)
	for _, f := range change.State.Frozen {
		p.line("%s stays frozen, since %s: `callbackd accounts unfreeze %s` lets it dial.", f.Account, c.sinceBy(&f.Switch), typed(f.Account))
	}
	for _, x := range change.State.PBXs {
		if !x.Ready {
			p.line("%s isn't ready: %s", x.Name, x.Reason)
		}
	}
	return p.print(w)
}
