package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// told is a moment by the clocks of these zones, and by Stockholm's.
func told(at time.Time, zones ...string) httpapi.Moment {
	m := httpapi.Moment{At: at}
	for _, name := range append(zones, "Europe/Stockholm") {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		m.Customer = append(m.Customer, httpapi.LocalTime{Zone: name, Time: at.In(zone)})
	}
	account := m.Customer[len(zones)]
	m.Account, m.Customer = &account, m.Customer[:len(zones)]
	return m
}

func explained(zones ...string) httpapi.Explanation {
	attempt := func(ordinal int, due time.Time) httpapi.PlannedAttempt {
		m := told(due, zones...)
		return httpapi.PlannedAttempt{
			Ordinal: ordinal, Due: m, Earliest: &m, Target: support, Region: "sweden", PBX: "pbx1",
			DialString: "PJSIP/+46701234567@pstn", CallerID: "+4685550000", WaitForCustomer: "30s", Heard: heard,
		}
	}
	lost := told(moment(13, 21, 30)).Account
	giveUp := told(time.Date(2026, 11, 25, 13, 21, 30, 0, time.UTC), zones...)
	return httpapi.Explanation{
		Account: "acme", Caller: "0701234567", Number: "+46701234567", Country: "SE", Dialled: "+4685550000", LostBy: support, Lost: lost.Time.UTC(), LostLocal: lost,
		Decision: callback.DecisionTaskCreated, Why: `rule "lost in the contact center" calls back what queue:support loses`, Rule: "lost in the contact center",
		Zones: zones, ZonesFrom: callback.ZonesFromNumber, Schedule: "office", GiveUp: &giveUp,
		Attempts: []httpapi.PlannedAttempt{attempt(1, moment(13, 22, 30)), attempt(2, moment(13, 28, 0))},
	}
}

func TestExplanation(t *testing.T) {
	tell := func(x httpapi.Explanation) string {
		var out bytes.Buffer
		require.NoError(t, printExplanation(&out, x, stockholm))
		return out.String()
	}

	t.Run("called back", func(t *testing.T) {
		golden(t, "explain_called_back.txt", tell(explained("Europe/Stockholm")))
	})

	t.Run("several zones, closed, and stopped", func(t *testing.T) {
		x := explained("Asia/Vladivostok", "Europe/Moscow")
		x.Decision, x.TaskID = callback.DecisionMerged, 12
		x.Why = `rule "lost in the contact center" calls back what queue:support loses, and the customer's open task 12 takes it in`
		monday := told(time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), x.Zones...)
		x.Attempts[0].Earliest, x.Attempts[0].Waiting = &monday, "closed by schedule office until Mon 09:00 in Europe/Moscow, one of the 2 zones that the number may lie in"
		x.Attempts[0].Target, x.Attempts[0].Rings = callback.Target{Kind: callback.TargetGroup, Name: "sales"}, []string{"PJSIP/alice", "PJSIP/bob"}
		x.Attempts[1].Earliest, x.Attempts[1].Waiting = nil, "the task has expired by then"
		x.Notes = []string{"callbackd is stopped since Fri 2026-11-20 14:00 in Europe/Stockholm by admin: nothing is dialled until it is resumed"}
		golden(t, "explain_waiting.txt", tell(x))
	})

	t.Run("a country of many zones", func(t *testing.T) {
		x := explained("Asia/Kamchatka", "Asia/Omsk", "Asia/Yakutsk", "Europe/Kaliningrad")
		assert.Contains(t, tell(x), "  1  Fri 2026-11-20 14:22:30 in Europe/Stockholm (the customer's clock: Fri 15:22 in Europe/Kaliningrad to Sat 01:22 in Asia/Kamchatka)\n")
	})

	t.Run("another zone with the same time", func(t *testing.T) {
		assert.Contains(t, tell(explained("Europe/Oslo")), "  1  Fri 2026-11-20 14:22:30 in Europe/Stockholm, and where the customer is\n")
	})

	t.Run("an account without a zone", func(t *testing.T) {
		x := explained("Asia/Omsk")
		x.Attempts[0].Earliest.Account = nil
		assert.Contains(t, tell(x), "  1  Fri 2026-11-20 19:22:30 in Asia/Omsk\n")
	})

	t.Run("not called back", func(t *testing.T) {
		golden(t, "explain_refused.txt", tell(httpapi.Explanation{
			Account: "acme", Caller: "anon\x1b[31mymous\n", LostBy: support, Lost: moment(13, 21, 30),
			Decision: callback.DecisionRefused, Reason: callback.ReasonAnonymous, Why: "the caller's number is withheld",
		}))
	})
}

func TestReplayListing(t *testing.T) {
	r := httpapi.Replay{
		Since: moment(8, 0, 0), Calls: 312, Differing: 5, Untold: 1, Problems: []httpapi.FileProblem{fault("/rules/globex.yaml")},
		Different: []httpapi.ReplayedCall{
			{
				MissedCallID: 41, Account: "acme", Caller: "0701234567", Number: "+46701234567", Lost: moment(13, 21, 30), TaskID: 12,
				Why:     "no rule is about calls that queue:support loses",
				Changes: []httpapi.ReplayChange{{What: "decision", Was: "task_created", Would: "refused"}, {What: "reason", Would: "no_rule"}},
			},
			{
				MissedCallID: 40, Caller: "anon\x1b[31mymous", Lost: moment(13, 20, 0), Why: "the caller's number is withheld",
				Changes: []httpapi.ReplayChange{{What: "account", Would: "acme"}},
			},
		},
	}
	var out bytes.Buffer
	require.NoError(t, printReplay(&out, r, "draft.yaml", stockholm))
	golden(t, "replay.txt", out.String())

	out.Reset()
	require.NoError(t, printReplay(&out, httpapi.Replay{Since: moment(8, 0, 0), Calls: 1}, "the rules files as they are", stockholm))
	require.NoError(t, printReplay(&out, httpapi.Replay{Since: moment(8, 0, 0)}, "the rules files as they are", stockholm))
	assert.Equal(t, "1 call was missed since 2026-11-20 09:00:00: by the rules files as they are, nothing would have been decided differently.\n"+
		"No calls were missed since 2026-11-20 09:00:00.\n", out.String())
}

func TestACallIsExplained(t *testing.T) {
	d := newDesk(t)
	status, out, errs := d.run("explain", "0701234567", "--at", "2026-12-24 17:30", "--dialled", "+4685550000")
	assert.Zero(t, status, errs)
	assert.Contains(t, out, "Called back: rule \"lost in the contact center\" calls back what queue:support loses.\n")
	assert.Contains(t, out, "  Lost       Thu 2026-12-24 17:30:00 in UTC, by queue:support\n")
	assert.Contains(t, out, "  1  Thu 2026-12-24 18:00:00 in UTC (the customer's clock: Thu 19:00 in Europe/Stockholm)\n")

	status, out, errs = d.run("explain", "anonymous", "--missed-in", "queue:support", "--json")
	assert.Zero(t, status, errs)
	var x httpapi.Explanation
	require.NoError(t, json.Unmarshal([]byte(out), &x))
	assert.Equal(t, callback.ReasonAnonymous, x.Reason)

	_, _, errs = d.run("explain", "0701234567", "--at", "tomorrow")
	assert.Equal(t, "callbackd: --at: write the time as 2026-12-24 17:30, in the account's zone, or as 2026-12-24T17:30:00+01:00\n", errs)
	two := acme()
	two.Queues["sales"] = callback.Queue{Name: "sales"}
	d.rules.Replace(callback.NewRulebook(two))
	_, _, errs = d.run("explain", "0701234567")
	assert.Equal(t, "callbackd: --missed-in: name who lost the call; account acme has queue:sales, queue:support\n", errs)

	other := acme()
	other.Name = "globex"
	d.rules.Replace(callback.NewRulebook(two, other))
	_, _, errs = d.run("explain", "0701234567")
	assert.Equal(t, "callbackd: --account: name whose customer calls, or say which number was dialled; the accounts are acme, globex\n", errs)

	status, _, errs = d.run("explain", "0701234567", "--account", "acne")
	assert.Equal(t, exitError, status)
	assert.Equal(t, "callbackd: There is no account \"acne\". Did you mean \"acme\"?\n", errs)
}

func TestMissedCallsAreReplayed(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")
	status, out, errs := d.run("explain", "--replay", "7d")
	assert.Zero(t, status, errs)
	assert.Regexp(t, `^1 call was missed since \S+ \S+: by the rules files as they are, nothing would have been decided differently\.\n$`, out)

	draft := filepath.Join(t.TempDir(), "draft.yaml")
	require.NoError(t, os.WriteFile(draft, []byte("account: acme\n"), 0o600))
	status, out, errs = d.run("explain", "--replay", "12h", "--file", draft, "--account", "acme")
	assert.Zero(t, status, errs)
	assert.Contains(t, out, ", 1 would have been decided about differently.\n")
	assert.Contains(t, out, "missed call 1 from +46701234567 to acme: no rule is about calls that queue:support loses\n  decision  task_created → refused\n")
	assert.Equal(t, "account: acme\n", d.files.draft)
}
