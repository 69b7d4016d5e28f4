package endtoend

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// edited is the example with other settings, of an account that doesn't own the
// number that customers dial: they see the rule's.
func edited(intervals, wait, callerID string) string {
	return strings.NewReplacer(`numbers: ["+4685550000"]`, `numbers: ["+4685559999"]`, "[immediately, 5m, 30m]", intervals,
		"wait_for_customer: 30s", "wait_for_customer: "+wait, `caller_id: "+4685550000"`, `caller_id: "`+callerID+`"`).Replace(lab.ExampleRules)
}

func TestAnEditWhileAnAttemptIsPlanned(t *testing.T) {
	w := newWorld(t).promptLasts(shortPrompt)
	w.rules(edited("[3s, 5m]", "1s", "+4685550001"))
	w.start().loses(customer)
	due := w.task(callback.TaskScheduled).Due
	w.saves(edited("[immediately, 1s]", "2s", "+4685550002"))
	require.True(t, time.Now().Before(due), "it was saved in time")

	old := w.ringsInVain("+4685550001")
	require.False(t, old.Began.Before(due), "the planned attempt comes when it was planned")
	next := w.ringsInVain("+4685550002")
	require.Greater(t, next.Ended.Sub(next.Began), old.Ended.Sub(old.Began)*3/2, "the phone rings longer")

	story := w.task(callback.TaskExhausted)
	require.Equal(t, []string{"customer_no_answer", "customer_no_answer"}, results(story), "five minutes have become a second")
	for i, want := range []string{"+4685550001 1s [3s 5m]", "+4685550002 2s [immediately 1s]"} {
		s := story.Attempts[i].Settings
		require.Equal(t, want, fmt.Sprint(s.CallerID, " ", s.WaitForCustomer, " ", s.DialingIntervals))
	}
	require.Len(t, w.CallsTo(customer), 2)
	w.nothingLeft()
}

// ringsInVain plays an attempt in which the customer, who sees a number, doesn't
// answer.
func (w *world) ringsInVain(callerID string) softphone.Times {
	w.t.Helper()
	agent := w.aliceAnswers()
	called := w.customerRings(customer)
	require.Equal(w.t, callerID, called.From().Number)
	require.Equal(w.t, softphone.Cancelled, called.MustEnd(w.t).How)
	agent.MustEnd(w.t)
	return called.Times()
}

func TestAScheduleThatIsClosed(t *testing.T) {
	// Today and tomorrow are closed, wherever midnight is.
	day := strings.ToLower(time.Now().AddDate(0, 0, 3).Format("Mon"))
	closed := strings.Replace(lab.ExampleRules, "schedule: always", "schedule: office", 1) +
		fmt.Sprintf("schedules:\n  office:\n    %s: 09:00-18:00\n", day)
	w := newWorld(t).promptLasts(shortPrompt)
	w.rules(closed)
	w.start().loses(customer)
	story := w.waits(customer, "closed by schedule office until ")
	require.Regexp(t, regexp.MustCompile(`(?i)until `+day+` 09:00 in Europe/Stockholm$`), story.WaitingFor)
	require.True(t, story.Wake.After(time.Now().Add(24*time.Hour)), "nobody looks before")

	w.saves(lab.ExampleRules)
	saved := time.Now()
	agent := w.aliceAnswers()
	require.Less(t, agent.Times().Began.Sub(saved), 3*time.Second)
	w.finish(agent)
	require.Len(t, w.CallsTo(customer), 1)
}

func TestAShadow(t *testing.T) {
	shadow := "mode: shadow\n" + lab.ExampleRules
	w := newWorld(t).promptLasts(shortPrompt)
	w.rules(shadow)
	w.start().loses(customer)
	story := w.task(callback.TaskCancelled)
	require.Equal(t, callback.CancelShadow, story.Reason)
	require.Equal(t, []string{"superseded (doesn't count)"}, results(story))
	require.Equal(t, "it would have rung queue:support on pbx1, and dialled PJSIP/+46701234567@pstn with caller ID +4685550000",
		story.Attempts[0].ResultReason)
	require.Zero(t, story.Attempts[0].Claimed)

	// Live calls back who is lost from then on, and nobody from before.
	w.saves(lab.ExampleRules)
	const next = "+46701111111"
	w.loses(next)
	w.calledBack("alice", w.rings("alice"), next)
	require.Empty(t, w.CallsTo(customer))
	require.Len(t, w.Agents["alice"].Calls(), 3, "two customers' calls and one callback")
	w.nothingLeft()
}
