package pbx_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
)

// A request takes effect after the connection was lost and everything was
// reconciled: the leg belongs to nobody, and no phone rings for long.
func TestALegThatAppearsAfterAGap(t *testing.T) {
	inWorld(t, func(w *world) {
		var rang, silent time.Time
		w.asterisk.Phone(agentLeg, queueOf(func(c *aritest.Call) {
			rang = time.Now()
			c.Ring()
			<-c.Done()
			silent = time.Now()
		}))
		w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1, Before: func(aritest.Request) { time.Sleep(20 * time.Second) }})
		w.after(time.Second)
		w.loses(customer)
		w.after(agentRings)
		w.asterisk.Cut("callbackd")
		w.after(40 * time.Second)
		require.Equal(t, []string{"interrupted (doesn't count)"}, w.results())
		require.Less(t, silent.Sub(rang), time.Second)
		require.False(t, silent.Before(rang), "it doesn't ring any more")
		w.tidy()
		w.asterisk.Phone(agentLeg, queueOf(alice(time.Second)))
		w.after(5 * time.Minute)
		require.Equal(t, []string{"interrupted (doesn't count)", "connected"}, w.results())
	})
}

// A leg whose beginning nobody saw is hung up when somebody answers it.
func TestALegOfNobodyThatIsAnswered(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		id := callback.NewNames("callbackd").CustomerChannel
		now := time.Now().UTC().Format(ari.TimeLayout)
		w.asterisk.Send("callbackd", []byte(fmt.Sprintf(
			`{"type":"StasisStart","application":"callbackd","timestamp":%q,"args":["customer"],"channel":{"id":%q,"name":"PJSIP/pstn-00000001","state":"Up","caller":{"name":"","number":""},"connected":{"name":"","number":""},"dialplan":{"context":"","exten":"","priority":1,"app_name":"Stasis","app_data":"callbackd"},"creationtime":%q,"language":"en"}}`,
			now, id, now)))
		w.after(time.Second)
		require.Len(t, w.asterisk.Requests("DELETE /channels/"+id), 1)
	})
}

// A leg that can't be hung up is tried until it is gone, and somebody is told.
func TestALegThatStaysForAWhile(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "DELETE /channels/callbackd-agent-*", Times: 8, Status: 500, Message: "stuck"})
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, []string{"connected"}, w.results(), "the outcome doesn't wait for it")
		require.Contains(t, w.logged(), `"alarm":"leftover"`)
		w.after(5 * time.Minute)
		w.tidy()
	})
}

// The probe exists only while somebody asks: an idle callbackd has nothing in
// Asterisk.
func TestAnIdleCallbackdLeavesNothingInAsterisk(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(2 * time.Minute)
		require.Equal(t, callback.TaskCompleted, w.task().State)
		w.nothingInAsterisk()
	})
}

// Asterisk is killed and started while a task waits: the probe is gone with it,
// and the question is asked on a new one.
func TestATaskThatWaitsWhileAsteriskRestarts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		w.after(10 * time.Second)
		w.asterisk.Restart()
		w.after(30 * time.Second)
		require.Equal(t, "no agent of support is free", w.task().WaitingFor)
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.after(2 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
	})
}

// A probe that was given up appears when another one is in use: it is hung up.
func TestAProbeThatAppearsTooLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "POST /channels/create", Times: 1, Before: func(aritest.Request) { time.Sleep(30 * time.Second) }})
		w.after(time.Second)
		w.loses(customer)
		w.after(5 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.Len(t, w.asterisk.Requests("POST /channels/create"), 2)
		w.nothingInAsterisk()
	})
}

func (w *world) nothingInAsterisk() {
	client, err := ari.New(w.asterisk.Options("observer"))
	require.NoError(w.t, err)
	channels, err := client.Channels(context.Background())
	require.NoError(w.t, err)
	require.Empty(w.t, channels)
}
