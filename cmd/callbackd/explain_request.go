package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// requestFlags are the flags of explain that ask about a request.
type requestFlags struct {
	asked  bool
	target callback.Target
	owner  ownerFlags
}

func (f *requestFlags) register(g *globals, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.asked, "request", false, "explain a callback that is asked for, in place of a missed call; --at is the time that is asked for")
	flags.Var((*targetFlag)(&f.target), "target", "with --request: `who` calls back: queue:NAME, agent:NAME or group:NAME")
	_ = cmd.RegisterFlagCompletionFunc("target", completeOrigins(g)) // the flag is there
	f.owner.register(g, cmd)
	for _, other := range []string{"missed-in", "dialled", "trunk", "pbx", "replay", "file"} {
		cmd.MarkFlagsMutuallyExclusive("request", other)
	}
}

func (f *requestFlags) check() error {
	if !f.asked && (!f.target.IsZero() || f.owner.agent != "") {
		return errors.New("--target and --owner go with --request")
	}
	return f.owner.check()
}

// run asks and prints. at is as the API takes it.
func (f *requestFlags) run(cmd *cobra.Command, client *apiclient.Client, q httpapi.Question, asJSON bool) error {
	x, err := client.ExplainRequest(cmd.Context(), httpapi.RequestQuestion{
		Number: q.Number, Account: q.Account, At: q.At, Target: f.target, Owner: f.owner.owner(),
	})
	switch {
	case err != nil:
		return aboutQuestion(err)
	case asJSON:
		return printJSON(cmd, x)
	}
	return printExplainedRequest(cmd.OutOrStdout(), x, localClock())
}

// printExplainedRequest tells what would become of a request.
func printExplainedRequest(w io.Writer, x httpapi.ExplainedRequest, c clock) error {
	p := &explanationPrinter{printer: printer{clock: c}}
	p.line("%s", wording.RequestVerdict(x))
	t := &table{}
	number := x.Number
	if number == "" {
		number = x.Asked
	}
	t.row("Customer", number)
	t.row("Account", x.Account)
	if !x.Target.IsZero() {
		t.row("Target", x.Target.String())
	}
	if x.Owner != nil {
		t.row("Owner", fmt.Sprintf("%s until %s, then %s", x.Owner.Agent, p.at(x.Owner.Until), x.Owner.Then))
	}
	if !x.Opens.IsZero() {
		t.row("Opens", p.at(x.Opens))
	}
	if !x.Again.IsZero() {
		t.row("Ask again", p.at(x.Again))
	}
	if len(x.Zones) > 0 {
		t.row("Time zone", wording.Zones(x.Zones, x.ZonesFrom))
	}
	if x.Schedule != "" {
		t.row("Schedule", x.Schedule)
	}
	if x.GiveUp != nil {
		t.row("Gives up", wording.Whenever(*x.GiveUp))
	}
	p.table(t)
	p.prospects(x.Attempts, x.Notes)
	return p.print(w)
}
