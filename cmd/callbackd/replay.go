package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// replayFlags are the flags of explain --replay.
type replayFlags struct {
	past time.Duration // 0: nothing is replayed
	file string
}

// run replays missed calls.
func (f replayFlags) run(cmd *cobra.Command, client *apiclient.Client, account string, asJSON bool) error {
	request := httpapi.ReplayRequest{Since: time.Now().Add(-f.past), Account: account}
	by := "the rules files as they are"
	if f.file != "" {
		draft, err := readDraft(f.file, cmd.InOrStdin())
		if err != nil {
			return err
		}
		request.Name, request.Text, by = draft.Name, draft.Text, draft.Name
	}
	replay, err := client.Replay(cmd.Context(), request)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(cmd, replay)
	}
	return printReplay(cmd.OutOrStdout(), replay, by, localClock())
}

// printReplay lists what would have been different by other rules.
func printReplay(w io.Writer, r httpapi.Replay, by string, c clock) error {
	p := &printer{clock: c}
	if len(r.Problems) > 0 {
		p.line("These files have errors, so the rules in force stand in for them:")
		p.problems("  ", r.Problems)
		p.line("")
	}
	since := "since " + p.at(r.Since)
	switch {
	case r.Calls == 0:
		p.line("No calls were missed %s.", since)
	case r.Differing == 0:
		p.line("%s %s missed %s: by %s, nothing would have been decided differently.", counted(r.Calls, "call"), was(r.Calls), since, by)
	default:
		p.line("%s %s missed %s: by %s, %d would have been decided about differently.", counted(r.Calls, "call"), was(r.Calls), since, by, r.Differing)
	}
	if r.Untold > 0 {
		p.line("%s %s refused by a limit of the moment: whether it would have held, nobody can tell.", counted(r.Untold, "call"), was(r.Untold))
	}
	for _, d := range r.Different {
		caller := d.Number
		if caller == "" {
			caller = d.Caller
		}
		p.line("")
		p.line("%s  missed call %d from %s%s: %s", p.at(d.Lost), d.MissedCallID, caller, of(d.Account), d.Why)
		t := &table{}
		for _, change := range d.Changes {
			t.row(change.What, orDash(change.Was)+" → "+orDash(change.Would))
		}
		p.table(t)
	}
	if left := r.Differing - len(r.Different); left > 0 {
		p.line("")
		p.line("%d older ones aren't listed: replay a shorter time, or one --account.", left)
	}
	return p.print(w)
}

func of(account string) string {
	if account == "" {
		return ""
	}
	return " to " + account
}

// orDash is text, or a dash where there is none.
func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}
