package pbx_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
)

// unseen has Asterisk hold channels and bridges of which callbackd never heard: the only
// event that shows them is one that it doesn't take.
func (w *world) unseen(channels []string, bridge string) {
	w.t.Helper()
	now := time.Now().UTC().Format(ari.TimeLayout)
	for _, id := range channels {
		require.NoError(w.t, w.asterisk.Emit(fmt.Sprintf(`{"type":"ChannelVarset","variable":"X","value":"1","channel":{"id":%q,`+
			`"name":"PJSIP/pstn-00000001","state":"Up","caller":{"name":"","number":""},"connected":{"name":"","number":""},`+
			`"dialplan":{"context":"","exten":"","priority":1,"app_name":"Stasis","app_data":"callbackd"},"creationtime":%q,"language":"en"}}`, id, now)))
	}
	require.NoError(w.t, w.asterisk.Emit(fmt.Sprintf(`{"type":"ChannelVarset","variable":"X","value":"1","bridge":{"id":%q,`+
		`"technology":"simple_bridge","bridge_type":"mixing","bridge_class":"stasis","creator":"Stasis","name":"","channels":[],`+
		`"creationtime":%q,"video_mode":"none"}}`, bridge, now)))
}

// removals are the requests that remove what has that name.
func (w *world) removals(id string) int {
	return len(w.asterisk.Requests("DELETE /channels/"+id, "DELETE /bridges/"+id))
}

// What is left over of each kind, and of which no event told, is removed after a second look.
func TestWhatIsLeftOver(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		names := callback.NewNames("callbackd")
		snoop := strings.Replace(names.Bridge, "-bridge-", "-in-", 1)
		probe := strings.Replace(names.Bridge, "-bridge-", "-probe-", 1)
		channels := []string{names.AgentChannel, names.CustomerChannel, snoop, probe}
		others := []string{"1795195884.1", "callbackd-agent"}
		w.unseen(slices.Concat(channels, others), names.Bridge)
		all := slices.Concat(channels, []string{names.Bridge})
		w.asterisk.Fault(aritest.Fault{On: "DELETE /bridges/" + names.Bridge, Status: 404, Message: "Bridge not found"})

		w.after(15*time.Minute + 30*time.Second)
		for _, id := range all {
			require.Zero(t, w.removals(id), "seen once")
		}
		w.after(time.Minute)
		for _, id := range all {
			require.Equal(t, 1, w.removals(id), id)
			require.Regexp(t, `"id":"`+id+`",.*"what is left over of no attempt is removed"`, w.logged())
		}
		require.Equal(t, len(all), w.meter.of("left over"))

		// They are still listed, as if they wouldn't go: one request is under way for each.
		w.after(32 * time.Minute)
		require.Equal(t, len(all), w.meter.of("left over"))
		for _, id := range others {
			require.Zero(t, w.removals(id), "it isn't ours")
		}
	})
}

// What goes by itself is left alone.
func TestWhatIsNotThereAnyMore(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		names := callback.NewNames("callbackd")
		w.unseen([]string{names.AgentChannel}, names.Bridge)
		w.after(15*time.Minute + 30*time.Second)
		w.asterisk.Restart()
		w.after(2 * time.Minute)
		require.Zero(t, w.removals(names.AgentChannel)+w.removals(names.Bridge))
	})
}

// What was seen before a gap is reconciled after it, and seen for the first time again.
func TestAGapBetweenTwoLooks(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		names := callback.NewNames("callbackd")
		w.unseen([]string{names.AgentChannel}, names.Bridge)
		w.after(15*time.Minute + 10*time.Second)
		cut.happen(w)
		w.after(time.Minute)
		require.Zero(t, w.meter.of("left over"))
		w.after(time.Minute)
		require.Equal(t, 2, w.meter.of("left over"), "they wouldn't go")
	})
}

// What belongs to an attempt stays, however long it takes.
func TestAConversationThatTheWatchdogSees(t *testing.T) {
	const talk = 20 * time.Minute
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, talk))
		w.after(time.Second)
		w.loses(customer)
		w.after(talk - time.Minute)
		require.Equal(t, callback.TaskDialing, w.task().State)
		w.after(5 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.Zero(t, w.meter.of("left over"))
		attempt := w.attempts()[0]
		require.Greater(t, attempt.Ended.Sub(attempt.Bridged), talk-time.Minute)
	}, func(a *callback.Account) {
		a.Rules[0].Recording = &callback.RecordingSettings{Keep: time.Hour, Channels: 2}
	})
}

// The probe, on which a task that waits asks all the time, isn't left over.
func TestAProbeThatTheWatchdogSees(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(14 * time.Minute)
		w.loses(customer)
		w.after(3 * time.Minute) // and two looks
		require.Len(t, w.asterisk.Requests("POST /channels/create"), 1)
		require.Zero(t, w.meter.of("left over"))
	})
}

// stallingStore is one on a disk that answers nobody while it stalls.
type stallingStore struct {
	callback.Store
	stalls *atomic.Bool
}

func (s stallingStore) wait() {
	if s.stalls.Load() {
		time.Sleep(3 * time.Minute)
	}
}

func (s stallingStore) Update(ctx context.Context, fn func(callback.Tx) error) error {
	s.wait()
	return s.Store.Update(ctx, fn)
}

func (s stallingStore) View(ctx context.Context, fn func(callback.ReadTx) error) error {
	s.wait()
	return s.Store.View(ctx, fn)
}

// The disk stalls while callbackd, back after a gap, reconciles, and the watchdog's time
// comes: two people who talk aren't left over.
func TestTheWatchdogWaitsForTheReconciliation(t *testing.T) {
	inWorld(t, func(w *world) {
		stalls := new(atomic.Bool)
		w.between = func(s callback.Store, d dialFunc) (callback.Store, dialFunc) { return stallingStore{s, stalls}, d }
		w.restart()
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, 40*time.Minute))
		w.after(time.Second)
		w.loses(customer)
		w.after(14*time.Minute + 30*time.Second)
		require.Equal(t, callback.AttemptBridged, w.attempts()[0].State)
		stalls.Store(true)
		cut.happen(w)
		w.after(time.Minute)
		stalls.Store(false)
		w.after(10 * time.Minute)
		require.Equal(t, callback.AttemptBridged, w.attempts()[0].State, "they talk")
		require.Zero(t, w.meter.of("left over"))
	})
}
