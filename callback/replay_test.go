package callback

import (
	"testing"
	"time"

	"callbackd/callback/hours"

	"github.com/stretchr/testify/require"
)

// past is a database that acme's rules have filled with one call of each loss.
func past(account *Account, losses ...Loss) *records {
	r := &records{}
	for i, loss := range losses {
		id := int64(i + 1)
		d := decide(NewRulebook(account), lostCall(func(v *Verdict) { v.Loss, v.Ended = loss, thursday.Add(time.Duration(i)*time.Minute) }))
		m := d.missed
		m.ID = id
		if m.Decision == DecisionTaskCreated {
			m.TaskID = id
			r.attempts = append(r.attempts, Attempt{ID: id, TaskID: id, MissedCallID: id, Settings: d.plan.settings})
		}
		r.missed = append(r.missed, m)
	}
	return r
}

func replay(t *testing.T, r *records, account *Account) Replayed {
	t.Helper()
	replayed, err := Replay(r, NewRulebook(account), time.Time{}, "")
	require.NoError(t, err)
	return replayed
}

var losses = []Loss{
	{Queue: "support"}, {Queue: "600"}, {Endpoints: []string{"PJSIP/erin"}}, {Endpoints: []string{"PJSIP/alice", "PJSIP/bob"}},
	{Endpoints: []string{"PJSIP/frank"}}, {Contexts: []string{"main-menu"}}, {Contexts: []string{"from-pstn"}},
}

// The same file decides the same.
func TestReplayOfWhatHasNotChanged(t *testing.T) {
	r := replay(t, past(shop(), losses...), shop())
	require.Equal(t, len(losses), r.Calls)
	require.Empty(t, r.Differences)
}

func TestReplay(t *testing.T) {
	for name, row := range map[string]struct {
		edit func(*Account)
		want map[int64][]Changed // by missed call
	}{
		"a disabled rule": {func(a *Account) { a.Rules[0].Enabled = false }, map[int64][]Changed{
			1: {{"decision", "task_created", "refused"}, {"reason", "", "rule_disabled"}, {"rule", "lost", ""}},
			3: {{"decision", "task_created", "refused"}, {"reason", "", "rule_disabled"}, {"rule", "lost", ""}},
			4: {{"decision", "task_created", "refused"}, {"reason", "", "rule_disabled"}, {"rule", "lost", ""}},
		}},
		"a queue that is listed by now": {func(a *Account) { a.Queues["600"] = Queue{Name: "600"} }, map[int64][]Changed{
			2: {{"decision", "refused", "task_created"}, {"reason", "target_unknown", ""}, {"rule", "", "lost"}},
		}},
		"an agent who is listed by now": {func(a *Account) { a.Agents["frank"] = Agent{Name: "frank", Endpoint: "PJSIP/frank"} }, map[int64][]Changed{
			5: {{"lost_by", "agent:PJSIP/frank", "agent:frank"}, {"decision", "refused", "task_created"}, {"reason", "target_unknown", ""}, {"rule", "", "lost"}},
		}},
		"a scenario that has the context by now": {func(a *Account) {
			a.Scenarios["entry"] = Scenario{Name: "entry", Contexts: []string{"from-*"}}
		}, map[int64][]Changed{
			7: {{"lost_by", "scenario:from-pstn", "scenario:entry"}},
		}},
		"settings": {func(a *Account) {
			a.Rules[0].From = []Target{{TargetQueue, "support"}, {TargetAgent, "erin"}, {TargetGroup, "sales"}}
			a.Rules[0].Forward = Target{TargetQueue, "support"}
			a.Rules[0].DialingIntervals = []time.Duration{0, 90 * time.Minute}
			a.Rules[0].WaitForCustomer = 45 * time.Second
			a.Rules[0].AgentPrompt, a.Rules[0].Recording = "", nil
			a.Rules[0].Language, a.Rules[0].StopKey, a.Rules[0].MaxCall = "sv", "#", time.Hour
			a.Rules[0].AgentAnnouncement = &Speech{Language: "en", Voice: "en-gb", Text: "Call to {number}"}
			a.Rules[0].AgentAccept = &Accept{Key: "1", Within: 10 * time.Second, Ask: Sound{Play: "agent-accept"}}
			a.Rules[0].CustomerAccept = &Accept{Key: "*", Within: 5 * time.Second}
			a.Rules[0].Voicemail = Voicemail{Action: VoicemailLeave, Message: Sound{Say: &Speech{Voice: "sv", Text: "Hej"}}}
			a.Rules[0].Treatments = Treatments{ResultVoicemail: {Close: true}, ResultCustomerBusy: {In: 5 * time.Minute, AtMost: 3}, ResultUnreachable: {}}
			a.Numbers = []string{"+4685550001"}
			a.Rules[0].CallerID = "+4685550001"
		}, map[int64][]Changed{
			1: settingsChanged(),
			3: append([]Changed{{"target", "agent:erin", "queue:support"}}, settingsChanged()...),
			4: append([]Changed{{"target", "group:sales", "queue:support"}}, settingsChanged()...),
		}},
		"how it is recorded": {func(a *Account) {
			a.Rules[0].Recording = &RecordingSettings{Keep: 24 * time.Hour, Channels: 2, Notice: Sound{Play: "call-recorded"}}
			a.Rules[0].Voicemail.Action = VoicemailHangUp
		}, map[int64][]Changed{1: recordingChanged(), 3: recordingChanged(), 4: recordingChanged()}},
		// An attempt that was stored before a setting was there did what is the default.
		"defaults in words": {func(a *Account) {
			a.Rules[0].Voicemail.Action, a.Rules[0].MaxCall = VoicemailConnect, MaxCall
			a.Rules[0].Recording = &RecordingSettings{Keep: 90 * 24 * time.Hour, Channels: 1}
		}, nil},
		"what only dialling asks for": {func(a *Account) { a.Rules[0].Schedule, a.Lines, a.Callable.PerDay = hours.Always(), 1, 1 }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := replay(t, past(shop(), losses...), shop(row.edit))
			got := map[int64][]Changed{}
			for _, d := range r.Differences {
				got[d.Missed] = d.Changes
				require.NotEmpty(t, d.Why)
			}
			require.Len(t, got, len(row.want))
			for id, want := range row.want {
				require.Equal(t, want, got[id], "call %d", id)
			}
		})
	}
}

func settingsChanged() []Changed {
	return []Changed{
		{"caller_id", "+4685550000", "+4685550001"},
		{"dialing_intervals", "[1m, 5m, 30m]", "[immediately, 1h30m]"},
		{"wait_for_customer", "30s", "45s"},
		{"language", "", "sv"},
		{"agent_prompt", "callback", ""},
		{"agent_announcement", "none", `{language: en, voice: en-gb, text: "Call to {number}"}`},
		{"agent_accept", "none", "{key: 1, within: 10s, ask: {play: agent-accept}}"},
		{"customer_accept", "none", "{key: star, within: 5s}"},
		{"voicemail", "connect", `{leave: {say: {voice: sv, text: "Hej"}}}`},
		{"stop_key", "", "hash"},
		{"max_call", "4h", "1h"},
		{"recording", "{keep: 90d}", "none"},
		{"treatments", "{}", "{customer_busy: {in: 5m, at_most: 3}, unreachable: next, voicemail: close}"},
	}
}

func recordingChanged() []Changed {
	return []Changed{{"voicemail", "connect", "hang_up"}, {"recording", "{keep: 90d}", "{keep: 1d, channels: 2, notice: {play: call-recorded}}"}}
}

// What is stored of a call tells that it was ignored, that a message was left, that it
// had been answered, that only a log knew it: the same file decides the same again.
func TestReplayOfHowACallWent(t *testing.T) {
	for reason, change := range map[Reason]func(*Account, *Verdict){
		ReasonAnonymous:     func(_ *Account, v *Verdict) { v.Presentation = PresentationWithheld },
		ReasonNumberLogOnly: func(a *Account, v *Verdict) { a.LogOnlyNumbers = LogOnlySkip },
		ReasonIgnored:       func(_ *Account, v *Verdict) { v.Loss.Said = SaidIgnore },
		ReasonMessageLeft:   func(a *Account, v *Verdict) { a.MessageLeft, v.MessageLeft = MessageHandled, true },
		ReasonTooShort:      func(a *Account, v *Verdict) { a.Callable.MinWait = 2 * time.Minute },
		ReasonAnsweredFirst: func(_ *Account, v *Verdict) { v.Talked = time.Minute },
	} {
		account := shop()
		v := lostCall()
		change(account, &v)
		m := decide(NewRulebook(account), v).missed
		require.Equal(t, reason, m.Reason)
		m.ID = 1
		r := &records{missed: []MissedCall{m}}
		require.Empty(t, replay(t, r, account).Differences, reason)
	}

	// What a caller asked for in the call is kept, whatever a file thinks.
	asked := decide(NewRulebook(shop()), lostCall()).missed
	asked.ID, asked.Decision, asked.Reason = 1, DecisionRefused, ReasonCallbackAsked
	require.Empty(t, replay(t, &records{missed: []MissedCall{asked}}, shop()).Differences)

	// A file that thinks otherwise of it decides otherwise.
	account := shop(func(a *Account) { a.Callable.MinWait = 2 * time.Minute })
	m := decide(NewRulebook(account), lostCall()).missed
	m.ID = 1
	r := replay(t, &records{missed: []MissedCall{m}}, shop())
	require.Len(t, r.Differences, 1)
	require.Contains(t, r.Differences[0].Changes, Changed{"reason", "too_short", ""})
}

// Whether a limit of that moment would have held nobody can tell; a reason that
// comes before it can be told.
func TestReplayOfALimit(t *testing.T) {
	r := past(shop(), Loss{Queue: "support"}, Loss{Queue: "support"})
	for i, reason := range []Reason{ReasonCapReached, ReasonQueueFull} {
		r.missed[i].Decision, r.missed[i].Reason, r.missed[i].TaskID = DecisionRefused, reason, 0
	}
	same := replay(t, r, shop())
	require.Equal(t, 2, same.Untold)
	require.Empty(t, same.Differences)
	refused := replay(t, r, shop(func(a *Account) { a.Callable.Refuse = []string{"+4670"} }))
	require.Zero(t, refused.Untold)
	require.Len(t, refused.Differences, 2)
}

// A merged call is called back like one that made a task, and the settings of a
// plan that a newer loss has replaced aren't known.
func TestReplayOfAMerge(t *testing.T) {
	r := past(shop(), Loss{Queue: "support"}, Loss{Queue: "support"})
	r.missed[1].Decision, r.missed[1].TaskID = DecisionMerged, 1
	r.attempts = []Attempt{{ID: 1, TaskID: 1, MissedCallID: 2, Settings: r.attempts[1].Settings}}
	require.Empty(t, replay(t, r, shop()).Differences)
	edited := replay(t, r, shop(func(a *Account) { a.Rules[0].WaitForCustomer = time.Minute }))
	require.Len(t, edited.Differences, 1)
	require.EqualValues(t, 2, edited.Differences[0].Missed)
}

func TestReplayIsPaged(t *testing.T) {
	t.Parallel()
	calls := make([]Loss, 2*replayPage+1)
	for i := range calls {
		calls[i] = Loss{Queue: "600"}
	}
	r := past(shop(), calls...)
	listed := shop(func(a *Account) { a.Queues["600"] = Queue{Name: "600"} })
	replayed := replay(t, r, listed)
	require.Equal(t, len(calls), replayed.Calls)
	require.Len(t, replayed.Differences, len(calls))
	require.EqualValues(t, len(calls), replayed.Differences[0].Missed, "newest first")

	some, err := Replay(r, NewRulebook(listed), thursday.Add(10*time.Minute), "acme")
	require.NoError(t, err)
	require.Equal(t, len(calls)-10, some.Calls)
	none, err := Replay(r, NewRulebook(listed), time.Time{}, "other")
	require.NoError(t, err)
	require.Zero(t, none.Calls)
}

// Whom a person has blocked, or not any more, isn't the file's doing.
func TestReplayOfACustomerOnTheDoNotCallList(t *testing.T) {
	m := decide(NewRulebook(shop()), lostCall(), onTheList).missed
	require.Equal(t, ReasonDoNotCall, m.Reason)
	m.ID = 1
	r := replay(t, &records{missed: []MissedCall{m}}, shop())
	require.Empty(t, r.Differences)
	require.Zero(t, r.Untold, "the list is as it was")
}

// That a number is on the list is looked at before who lost the call, now as then.
func TestReplayOfABlockedCustomerWhomNobodyLost(t *testing.T) {
	loss := lostCall()
	loss.Loss.Queue = "a-queue-that-is-not-listed"
	m := decide(NewRulebook(shop()), loss, onTheList).missed
	require.Equal(t, ReasonDoNotCall, m.Reason)
	m.ID = 1
	r := replay(t, &records{missed: []MissedCall{m}}, shop())
	require.Empty(t, r.Differences)
	require.Zero(t, r.Untold)
}
