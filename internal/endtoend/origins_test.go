package endtoend

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/softphone"
)

func TestDisablingARuleWithATaskInEveryState(t *testing.T) {
	o := newOffice(t)
	o.saves(strings.ReplaceAll(officeRules, "missed_in: contact_center", "missed_in: contact_center\n    enabled: false"))

	require.Equal(t, softphone.Cancelled, o.dave.MustEnd(t).How)
	require.Equal(t, softphone.Far, o.carol.MustEnd(t).By)
	for _, number := range []string{planned, rung, prompted} {
		story := o.taskOf(number, callback.TaskCancelled)
		require.Equal(t, callback.CancelRuleDisabled, story.Reason)
		require.Equal(t, []string{"superseded (doesn't count)"}, results(story))
	}
	o.talkGoesOn()
	o.calleeAnswers()
	const refused, renewed, deactivated = "+46701111111", "+46701111112", "+46701111113"
	o.losesTo("sales", refused, "bob")
	require.Equal(t, callback.ReasonRuleDisabled, o.refused(refused))

	// Enabled again it calls back who is lost from then on.
	o.saves(officeRules)
	o.losesTo("sales", renewed, "bob")
	o.calledBack("bob", o.rings("bob"), renewed)

	// A person switches it off while a phone rings: no edit switches it on.
	o.losesTo("sales", deactivated, "bob")
	ringing := o.rings("bob")
	change, err := o.api().DeactivateRule(t.Context(), "acme", "at once")
	o.must(err)
	require.True(t, change.Changed)
	require.Equal(t, softphone.Cancelled, ringing.MustEnd(t).How)
	require.Equal(t, callback.CancelRuleDisabled, o.taskOf(deactivated, callback.TaskCancelled).Reason)
	require.Empty(t, o.CallsTo(deactivated))

	o.talkEnds()
	require.Empty(t, o.CallsTo(refused))
	o.customersRung(map[string]int{talking: 1, called: 1})
	o.nothingLeft()
}

// The rules of some, and the queues that lost the others, are gone from the file,
// and back within the minute after which tasks are cancelled.
func TestRemovingOriginsWithATaskInEveryState(t *testing.T) {
	o := newOffice(t)
	_, atOnce, _ := strings.Cut(officeRules, "  - name: at once")
	before, _, _ := strings.Cut(officeRules, "  - name: later")
	without := strings.Replace(before, "{support: {}, sales: {}, billing: {}, night: {}, later: {}}", "{billing: {}, later: {}}", 1) +
		"  - name: at once" + atOnce
	o.saves(without)
	removed := time.Now()

	// Phones of agents ring on; nobody is called for them.
	o.dave.MustAnswer(t)
	require.Equal(t, softphone.Far, o.dave.MustEnd(t).By)
	o.waits(rung, "queue:night, which lost the call, isn't in the file of account acme any more")
	o.talkGoesOn()
	o.calleeAnswers()
	require.Equal(t, softphone.Far, o.carol.MustEnd(t).By)
	o.waits(prompted, `rule "prompted" isn't in the file of account acme any more`)
	for _, number := range []string{rung, prompted} {
		require.Equal(t, []string{"superseded (doesn't count)"}, results(o.story(number)))
	}
	due := o.taskOf(planned, callback.TaskScheduled).Due
	const lost = "+46701111111"
	o.losesTo("sales", lost, "bob")
	require.Equal(t, callback.ReasonTargetUnknown, o.refused(lost))

	o.saves(officeRules)
	require.Less(t, time.Since(removed), time.Minute, "else they would be cancelled, as they should")
	o.bothAreCalledBack()
	require.Equal(t, []string{"superseded (doesn't count)", "connected"}, results(o.story(rung)))
	require.Equal(t, []string{"superseded (doesn't count)", "connected"}, results(o.story(prompted)))
	require.Equal(t, due, o.taskOf(planned, callback.TaskScheduled).Due)
	o.talkGoesOn()
	o.talkEnds()
	o.customersRung(map[string]int{talking: 1, called: 1, rung: 1, prompted: 1})
	o.nothingLeft()
}
