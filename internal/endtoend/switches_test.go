package endtoend

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/softphone"
)

func TestFreezingWithATaskInEveryState(t *testing.T) {
	o := newOffice(t)
	change, err := o.api().FreezeAccount(t.Context(), "acme")
	o.must(err)
	require.True(t, change.Changed)
	require.Equal(t, "admin", change.Account.Frozen.By)

	// Whoever doesn't talk yet is hung up, whoever talks isn't.
	require.Equal(t, softphone.Cancelled, o.dave.MustEnd(t).How)
	require.Equal(t, softphone.Far, o.carol.MustEnd(t).By)
	require.Equal(t, softphone.Cancelled, o.callee.MustEnd(t).How)
	require.Equal(t, softphone.Far, o.bob.MustEnd(t).By)
	for number, want := range map[string]string{
		planned:  "superseded (doesn't count)",
		rung:     "superseded (doesn't count)",
		prompted: "superseded (doesn't count)",
		called:   "interrupted",
	} {
		story := o.taskOf(number, callback.TaskCancelled)
		require.Equal(t, callback.CancelAccountFrozen, story.Reason)
		require.Equal(t, []string{want}, results(story))
		require.Contains(t, story.Attempts[0].ResultReason, "account_frozen")
	}
	o.talkGoesOn()

	o.again()
	o.talkGoesOn()
	state, err := o.api().State(t.Context())
	o.must(err)
	require.Len(t, state.Frozen, 1, "it is frozen after a restart too")
	o.talkEnds()
	o.customersRung(map[string]int{talking: 1, called: 1})

	const frozen, off, renewed = "+46701111111", "+46701111112", "+46701111113"
	o.losesTo("sales", frozen, "bob")
	require.Equal(t, callback.ReasonAccountFrozen, o.refused(frozen))
	_, err = o.api().ActivateRule(t.Context(), "acme", "at once")
	var refusal *apiclient.RefusedError
	require.ErrorAs(t, err, &refusal)
	require.Contains(t, refusal.Error(), "unfreeze it first")

	// Unfreezing switches nothing on; a person activates each rule.
	_, err = o.api().UnfreezeAccount(t.Context(), "acme")
	o.must(err)
	o.losesTo("sales", off, "bob")
	require.Equal(t, callback.ReasonRuleDisabled, o.refused(off))
	_, err = o.api().ActivateRule(t.Context(), "acme", "at once")
	o.must(err)
	o.losesTo("sales", renewed, "bob")
	o.calledBack("bob", o.rings("bob"), renewed)
	require.Empty(t, o.CallsTo(frozen))
	require.Empty(t, o.CallsTo(off))
	o.customersRung(map[string]int{talking: 1, called: 1})
	o.nothingLeft()
}

func TestStoppingWithATaskInEveryState(t *testing.T) {
	o := newOffice(t)
	_, err := o.api().Stop(t.Context())
	o.must(err)

	// Whose customer isn't called yet gives way, and waits.
	require.Equal(t, softphone.Cancelled, o.dave.MustEnd(t).How)
	require.Equal(t, softphone.Far, o.carol.MustEnd(t).By)
	for _, number := range []string{rung, prompted} {
		story := o.waits(number, "callbackd is stopped since ")
		require.Equal(t, []string{"superseded (doesn't count)"}, results(story))
		require.Contains(t, story.Attempts[0].ResultReason, "callbackd was stopped")
	}
	o.again() // and is stopped after a restart too
	o.waits(rung, "callbackd is stopped since ")
	require.Empty(t, results(o.taskOf(planned, callback.TaskScheduled)))
	// Phones that ring and conversations go on.
	o.talkGoesOn()
	o.calleeAnswers()
	o.talkEnds()
	o.customersRung(map[string]int{talking: 1, called: 1})

	_, err = o.api().Resume(t.Context())
	o.must(err)
	o.bothAreCalledBack()
	require.Equal(t, []string{"superseded (doesn't count)", "connected"}, results(o.story(rung)))
	require.Equal(t, []string{"superseded (doesn't count)", "connected"}, results(o.story(prompted)))
	o.taskOf(planned, callback.TaskScheduled)
	o.customersRung(map[string]int{talking: 1, called: 1, rung: 1, prompted: 1})
	o.nothingLeft()
}

// bothAreCalledBack plays the callbacks by dave and carol, whose phones ring
// again, to their ends.
func (o *office) bothAreCalledBack() {
	o.t.Helper()
	o.carol, o.dave = o.answers("carol"), o.rings("dave")
	o.calledBack("dave", o.dave, rung)
	customer := o.customerRings(prompted)
	customer.MustAnswer(o.t)
	o.speak("carol", o.carol, customer)
	customer.MustHangup(o.t)
	o.carol.MustEnd(o.t)
	o.taskOf(prompted, callback.TaskCompleted)
}
