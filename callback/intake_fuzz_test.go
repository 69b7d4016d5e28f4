package callback

import (
	"context"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// Whatever a caller's device, a trunk or a dialplan says of a call: what is stored has a
// number that may be dialled or none, no word of the caller's gets any further than the
// row of the missed call, and that is one short line of text.
func FuzzIntake(f *testing.F) {
	f.Add("+46701234567", "+4685550000", "support", "", "ivr", "1795159681.5")
	f.Add("0701234567&Local/s@evil", "+4685550000,30", "support", "group:sales", "ivr", "1")
	f.Add("\x1b[2J070", "\"x\" <0701234567>", "../../etc", "agent:PJSIP/../x&Local/s@evil", "${EXTEN}", "a/b?c#d")
	f.Add("+46701234567\r\nAction: Originate", "\xff\xfe", "SUPPORT", "scenario:a\nb", "", "x")
	f.Add("+4670123456700000000000000000000000000000000000000000000000000000000000000000000000000000", "", "", "queue:support", "", "2")
	f.Fuzz(func(t *testing.T, caller, dialled, queue, said, passed, id string) {
		account := company()
		account.Rules = append(account.Rules, Rule{
			Name: "menu", MissedIn: MissedInScenario, Enabled: true, Schedule: account.Rules[0].Schedule,
			DialingIntervals: []time.Duration{0}, Forward: Target{TargetQueue, "support"},
		})
		account.Callable.Burst = Burst{}
		loss := Loss{Queue: queue, Said: said}
		if queue == "" {
			loss.Contexts = []string{passed}
		}
		in := NewIntake(newFloor(), NewRules(NewRulebook(account)), func(MissedCall) {})
		floor := in.store.(*floor)
		require.NoError(t, in.Take(context.Background(), lostCall(func(v *Verdict) {
			v.CallID, v.Caller, v.Dialled, v.Loss = id, caller, dialled, loss
		})))
		require.Len(t, floor.calls, 1)
		m := floor.calls[0]
		require.True(t, m.Number == "" || Dialable(m.Number), m.Number)
		for _, text := range []string{m.Caller, m.Dialled} {
			require.True(t, utf8.ValidString(text))
			require.LessOrEqual(t, len(text), 100)
			for _, r := range text {
				require.True(t, unicode.IsPrint(r) || r == utf8.RuneError, "%q", text)
			}
		}
		if m.TaskID == 0 {
			return
		}
		task, attempt := floor.task, floor.newest()
		require.True(t, Dialable(task.Number))
		require.True(t, Dialable(attempt.Number))
		require.Equal(t, task.Target, attempt.Settings.Target)
		require.True(t, account.names(task.Target), "what rings is in the file, word for word: %s", task.Target)
		_, known := account.Rule(attempt.Settings.Rule)
		require.True(t, known)
		require.True(t, attempt.Settings.CallerID == "" || account.Owns(attempt.Settings.CallerID))
		region, known := account.Regions[task.Region]
		require.True(t, known)
		dial, err := region.DialString(attempt.Number, account.Country)
		require.NoError(t, err)
		require.Regexp(t, `^PJSIP/\+[1-9][0-9]{6,14}@pstn$`, dial)
		names := NewNames("callbackd")
		for _, name := range []string{names.AgentChannel, names.CustomerChannel, names.Bridge, recordingName(task.Account, m.Lost, names)} {
			require.Regexp(t, `^[a-z0-9/-]+$`, name)
		}
	})
}

// names reports whether the file has a target by just this name.
func (a *Account) names(t Target) (ok bool) {
	switch t.Kind {
	case TargetQueue:
		_, ok = a.Queues[t.Name]
	case TargetAgent:
		_, ok = a.Agents[t.Name]
	case TargetGroup:
		_, ok = a.Groups[t.Name]
	}
	return ok
}
