package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "make it with -update")
	assert.Equal(t, string(want), got)
}

// stockholm is where the reader of the golden files sits, at 14:25 in winter.
var stockholm = clock{
	now:  time.Date(2026, 11, 20, 13, 25, 0, 0, time.UTC),
	zone: time.FixedZone("CET", 3600),
}

func moment(hour, minute, second int) time.Time {
	return time.Date(2026, 11, 20, hour, minute, second, 0, time.UTC)
}

// heard is a prompt and a recording, and nothing that a file needs to say more of.
var heard = httpapi.Heard{AgentPrompt: "callback", MaxCall: "4h", Recording: &httpapi.RecordingSettings{Keep: "90d", Channels: 1}}

var (
	support  = callback.Target{Kind: callback.TargetQueue, Name: "support"}
	settings = httpapi.Settings{
		Rule: "lost in the contact center", Region: "sweden", PBX: "pbx1", Target: support, CallerID: "+4685550000",
		DialingIntervals: []string{"immediately", "5m", "30m"}, WaitForCustomer: "30s", Heard: heard,
	}
)

// head is a missed call's task, as it stands after two missed calls.
func head(state callback.TaskState) httpapi.TaskHead {
	return httpapi.TaskHead{
		ID: 12, Account: "acme", Kind: callback.KindMissed, Number: "+46701234567", State: state,
		Target: support, LostBy: support, Rule: settings.Rule, PBX: "pbx1", Previous: 7,
		Arrived: moment(13, 20, 1), Due: moment(13, 29, 10), Created: moment(13, 21, 30), Updated: moment(13, 24, 10),
	}
}

func missedCalls() []httpapi.MissedCall {
	return []httpapi.MissedCall{
		{
			ID: 40, Account: "acme", Number: "+46701234567", Caller: "0701234567", Dialled: "+4685550000", PBX: "pbx1", CallID: "1795181234.17",
			Trunk: "PJSIP/pstn", LostBy: support, Arrived: moment(13, 20, 1), Lost: moment(13, 21, 30),
			Decision: callback.DecisionTaskCreated, Rule: settings.Rule, TaskID: 12, Source: callback.SourceEvents,
		},
		{
			ID: 41, PBX: "pbx1", Caller: "anon\x1b[31mymous\n", CallID: "1795181299.20", Account: "acme", Dialled: "+4685550000",
			Trunk: "PJSIP/pstn", LostBy: support, Arrived: moment(13, 21, 20), Lost: moment(13, 21, 25),
			Decision: callback.DecisionRefused, Reason: callback.ReasonAnonymous, Source: callback.SourceEvents,
		},
	}
}

func attempts() []httpapi.Attempt {
	return []httpapi.Attempt{
		{
			ID: 30, Ordinal: 1, Try: 1, State: callback.AttemptEnded, Due: moment(13, 21, 30), Settings: settings, MissedCallID: 40,
			Claimed: moment(13, 21, 30), Ended: moment(13, 22, 0),
			Result: callback.ResultAgentNoAnswer, ResultReason: "agent leg: nobody answered in time",
			AgentChannel: "callbackd-agent-1", CustomerChannel: "callbackd-customer-1", Bridge: "callbackd-bridge-1",
		},
		{
			ID: 31, Ordinal: 1, Try: 2, State: callback.AttemptEnded, Due: moment(13, 23, 0), Settings: settings, MissedCallID: 40,
			Claimed: moment(13, 23, 0), AgentAnswered: moment(13, 23, 4), CustomerSent: moment(13, 23, 9), Ended: moment(13, 24, 10),
			Agent: "PJSIP/alice", Result: callback.ResultCustomerBusy, ResultReason: "customer leg ended: cause 17, SIP 486", Cause: 17, SIP: 486, Counted: true,
			AgentChannel: "callbackd-agent-2", CustomerChannel: "callbackd-customer-2", Bridge: "callbackd-bridge-2", Recording: "acme/2026-11/2",
		},
		{ID: 32, Ordinal: 2, Try: 1, State: callback.AttemptScheduled, Due: moment(13, 29, 10), Settings: settings, MissedCallID: 40},
	}
}

func history() []httpapi.Change {
	return []httpapi.Change{
		{At: moment(13, 21, 30), Input: "missed", To: "scheduled", Reason: "queue:support"},
		{At: moment(13, 21, 30), AttemptID: 30, Input: "schedule", To: "scheduled"},
		{At: moment(13, 21, 30), Input: "claim", From: "scheduled", To: "dialing"},
		{At: moment(13, 22, 0), AttemptID: 30, Input: "end", From: "agent", To: "ended", Reason: "agent_no_answer"},
		{At: moment(13, 22, 0), Input: "come_back", From: "dialing", To: "scheduled", Reason: "agent_no_answer"},
		{At: moment(13, 24, 10), Input: "retry", From: "dialing", To: "scheduled", Reason: "customer_busy"},
	}
}

func TestStory(t *testing.T) {
	tell := func(change func(*httpapi.TaskStory)) string {
		s := httpapi.TaskStory{TaskHead: head(callback.TaskScheduled), MissedCalls: missedCalls()[:1], Attempts: attempts(), History: history()}
		change(&s)
		var out bytes.Buffer
		require.NoError(t, printStory(&out, s, stockholm))
		return out.String()
	}

	t.Run("the next attempt is planned", func(t *testing.T) {
		golden(t, "story_planned.txt", tell(func(*httpapi.TaskStory) {}))
	})

	t.Run("the next attempt is due and something is in the way", func(t *testing.T) {
		got := tell(func(s *httpapi.TaskStory) {
			s.Due, s.WaitingFor = moment(13, 22, 0), "2 live callers wait in support since 12:03"
			s.Attempts[2].Due = s.Due
		})
		assert.Contains(t, got, "  2026-11-20 14:22:00  planned, due for 3 min\n")
		assert.Contains(t, got, "  State    scheduled: attempt 2 of 3 has been due since 2026-11-20 14:22:00, for 3 min: 2 live callers wait in support since 12:03\n")
	})

	t.Run("the task rests until the schedule opens", func(t *testing.T) {
		got := tell(func(s *httpapi.TaskStory) {
			s.Due, s.WaitingFor = moment(13, 22, 0), "closed by schedule office until Mon 09:00 in Europe/Stockholm"
			s.Wake, s.GiveUp = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), time.Date(2026, 11, 25, 13, 21, 30, 0, time.UTC)
			s.Attempts[2].Settings.Treatments = map[callback.Result]httpapi.Treatment{
				callback.ResultCustomerBusy: {In: "5m", AtMost: 3}, callback.ResultVoicemail: {In: "1h"},
				callback.ResultNumberInvalid: {Close: true}, callback.ResultUnreachable: {},
			}
		})
		assert.Contains(t, got, "  Next look  2026-11-23 09:00:00, in 2 d 18 h, or as soon as what it waits for changes\n")
		assert.Contains(t, got, "  Gives up   2026-11-25 14:21:30, in 4 d 23 h\n")
		assert.Contains(t, got, "  treatments: customer_busy: again in 5m, and over with the 3rd; number_invalid: the task is over; unreachable: the next interval; voicemail: again in 1h\n")
	})

	t.Run("a call that was refused says why", func(t *testing.T) {
		got := tell(func(s *httpapi.TaskStory) { s.MissedCalls = missedCalls()[1:] })
		assert.Contains(t, got, "after 5 s: refused: anonymous\n    "+callback.ReasonAnonymous.Meaning()+"\n")
	})

	t.Run("held", func(t *testing.T) {
		const held = "held by one_ring since 2026-11-20 13:22 UTC: release it (callbackd tasks release 12)"
		got := tell(func(s *httpapi.TaskStory) {
			s.State, s.HeldBy, s.WaitingFor = callback.TaskHeld, callback.ByOneRing, held
		})
		assert.Contains(t, got, "  State    "+held+"\n")
	})

	t.Run("an appointment that wasn't kept", func(t *testing.T) {
		got := tell(func(s *httpapi.TaskStory) {
			s.Kind, s.Rule, s.Schedule, s.Identification = callback.KindAppointment, callback.AppointmentsRule("advice"), "advice", "471100"
			s.At, s.Late = moment(13, 15, 0), moment(13, 20, 0)
		})
		assert.Contains(t, got, "advice, at 2026-11-20 14:15:00\n")
		assert.Contains(t, got, "471100\n")
		assert.Contains(t, got, "the booked time passed, and the customer's phone hadn't rung by 2026-11-20 14:20:00\n")
		assert.NotContains(t, got, "appointments:advice\n", "that is no rule's name")
	})

	t.Run("an account in shadow", func(t *testing.T) {
		const would = "it would have rung queue:support on pbx1, and dialled PJSIP/+46701234567@pstn with caller ID +4685550000"
		got := tell(func(s *httpapi.TaskStory) {
			s.State, s.Due, s.Reason = callback.TaskCancelled, time.Time{}, callback.CancelShadow
			a := &s.Attempts[2]
			a.State, a.Ended, a.Result, a.ResultReason = callback.AttemptEnded, moment(13, 29, 10), callback.ResultSuperseded, would
		})
		assert.Contains(t, got, "  Shadow   nothing was dialled: "+would+"\n")
	})

	t.Run("cancelled while agent and customer talk", func(t *testing.T) {
		golden(t, "story_talking.txt", tell(func(s *httpapi.TaskStory) {
			s.State, s.CancelReason = callback.TaskDialing, "customer_called"
			s.Attempts = s.Attempts[1:2]
			a := &s.Attempts[0]
			a.State, a.Bridged = callback.AttemptBridged, moment(13, 23, 20)
			a.Ended, a.Result, a.ResultReason, a.Cause, a.SIP, a.Counted = time.Time{}, "", "", 0, 0, false
		}))
	})

	t.Run("completed", func(t *testing.T) {
		golden(t, "story_completed.txt", tell(func(s *httpapi.TaskStory) {
			s.State, s.Due = callback.TaskCompleted, time.Time{}
			s.Attempts = s.Attempts[1:2]
			a := &s.Attempts[0]
			a.Bridged, a.RecordingOK = moment(13, 23, 20), true
			a.Result, a.ResultReason, a.Cause, a.SIP = callback.ResultConnected, "", 0, 0
			s.Recordings = []httpapi.Recording{{ID: 7, AttemptID: a.ID, State: callback.RecordingKept, Seconds: 50.1, Files: []string{a.Recording + ".wav"}}}
		}))
	})

	t.Run("exhausted", func(t *testing.T) {
		got := tell(func(s *httpapi.TaskStory) {
			s.State, s.Due, s.Reason = callback.TaskExhausted, time.Time{}, "customer_busy"
			s.Attempts = s.Attempts[:2]
		})
		assert.Contains(t, got, "  State    exhausted 2026-11-20 14:24:10: customer_busy\n")
	})
}

func TestTaskTable(t *testing.T) {
	task := func(id int64, state callback.TaskState, change func(*httpapi.Task)) httpapi.Task {
		list := httpapi.Task{TaskHead: head(state), Attempts: 1}
		list.ID = id
		change(&list)
		return list
	}
	tasks := []httpapi.Task{
		task(16, callback.TaskScheduled, func(t *httpapi.Task) { t.WaitingFor = "it is due at 2026-11-20T13:29:10Z" }),
		task(15, callback.TaskScheduled, func(t *httpapi.Task) {
			t.Due, t.WaitingFor = moment(13, 24, 20), "all 15 lines of acme are in use"
		}),
		task(17, callback.TaskScheduled, func(t *httpapi.Task) {
			t.Due, t.WaitingFor = moment(13, 24, 20), "closed by schedule office until Mon 09:00 in Europe/Stockholm"
			t.Wake = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
		}),
		task(18, callback.TaskHeld, func(t *httpapi.Task) {
			t.HeldBy, t.WaitingFor = "admin", "held by admin since 2026-11-20 13:20 UTC (in a meeting): release it (callbackd tasks release 18)"
		}),
		task(14, callback.TaskDialing, func(*httpapi.Task) {}),
		task(13, callback.TaskDialing, func(t *httpapi.Task) { t.CancelReason = "customer_called" }),
		task(12, callback.TaskCompleted, func(t *httpapi.Task) { t.Due = time.Time{} }),
		task(11, callback.TaskCancelled, func(t *httpapi.Task) {
			t.Due, t.Reason = time.Time{}, "cancelled_by_person: \x1b]0;owned\a"
		}),
	}
	var out bytes.Buffer
	require.NoError(t, printTasks(&out, tasks, stockholm))
	golden(t, "tasks.txt", out.String())
}

// What a network has to say, nested in callbackd's own words, doesn't make the
// lines of a list wider than any screen.
func TestALongReasonIsShortenedInTheTable(t *testing.T) {
	why := "Asterisk pbx1 is away since 2026-11-20 13:24:00 UTC: connect to Asterisk on http://127.0.0.1:8088 (GET /events): dial tcp 127.0.0.1:8088: connect: connection refused"
	task := httpapi.Task{TaskHead: head(callback.TaskScheduled)}
	task.Due, task.WaitingFor = moment(13, 24, 20), why
	var out bytes.Buffer
	require.NoError(t, printTasks(&out, []httpapi.Task{task}, stockholm))
	assert.Contains(t, out.String(), "  "+why[:99]+"…\n")

	out.Reset()
	require.NoError(t, printStory(&out, httpapi.TaskStory{TaskHead: task.TaskHead}, stockholm))
	assert.Contains(t, out.String(), why, "the story has it whole")
}

func TestMissedCallTable(t *testing.T) {
	var out bytes.Buffer
	calls := missedCalls()
	fromLogs := calls[0]
	fromLogs.ID, fromLogs.Source, fromLogs.Decision = 42, callback.SourceLogs, callback.DecisionMerged
	require.NoError(t, printMissedCalls(&out, append(calls, fromLogs), stockholm))
	golden(t, "missed.txt", out.String())
}

func TestEmptyTablesSaySo(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, printTasks(&out, nil, stockholm))
	require.NoError(t, printMissedCalls(&out, nil, stockholm))
	assert.Equal(t, "No tasks.\nNo missed calls.\n", out.String())
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                            "0 s",
		1500 * time.Millisecond:      "1 s",
		89 * time.Second:             "1 min 29 s",
		5 * time.Minute:              "5 min",
		2*time.Hour + 30*time.Second: "2 h",
		125 * time.Minute:            "2 h 5 min",
		76*time.Hour + 5*time.Minute: "3 d 4 h",
	} {
		assert.Equal(t, want, wording.Span(d))
	}
	assert.Equal(t, "in 4 min", stockholm.relative(stockholm.now.Add(4*time.Minute+59*time.Second)))
	assert.Equal(t, "for 20 s", stockholm.relative(stockholm.now.Add(-20*time.Second)))
}
