package pbx_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
)

// addChannel's reply says nothing: the events say that they hear each other.
func TestTheyTalkThoughTheReplyIsLost(t *testing.T) {
	for name, f := range map[string]aritest.Fault{
		"lost": {LoseReply: true}, "late": {ReplyDelay: 6 * time.Second}, "the request is lost": {LoseRequest: true},
		"the request hangs": {Hang: true}, "an error": {Status: 500}, "too busy": {Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				f := f
				f.On, f.Times = "POST /bridges/*/addChannel", 1
				w.asterisk.Fault(f)
				w.after(time.Second)
				w.loses(customer)
				w.after(20 * time.Second)
				w.after(time.Hour)
				require.Equal(t, []string{"connected"}, w.results())
			})
		})
	}
}

// The fuses were set for the time until the conversation; a renewal that fails is
// tried again, or the conversation would be cut short.
func TestAConversationGetsItsTime(t *testing.T) {
	inWorld(t, func(w *world) {
		hungUp := make(chan time.Time, 1)
		w.asterisk.Phone(customers, func(c *aritest.Call) {
			aritest.Answers(2*time.Second, 10*time.Minute)(c)
			<-c.Done()
			hungUp <- time.Now()
		})
		w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/variable", Times: 2, Status: 503, Message: "busy"})
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Hour)
		a := w.attempts()[0]
		require.Greater(t, a.Ended.Sub(a.Bridged), 9*time.Minute)
	})
}

// Nobody is left in silence because one request failed.
func TestAHangUpThatFailsIsTriedAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "DELETE /channels/callbackd-agent-*", Times: 1, Status: 503, Message: "busy"})
		w.after(time.Second)
		w.loses(customer)
		w.after(10 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		w.tidy()
	})
}

// Nor because several did.
func TestHangUpsThatHang(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "DELETE /channels/callbackd-*", Times: 3, Hang: true})
		w.after(time.Second)
		w.loses(customer)
		w.after(10 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		w.tidy()
	})
}

// While the ring tone plays nobody can be connected: the attempt insists.
func TestARingToneThatDoesNotStopAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "DELETE /playbacks/*", Times: 1, LoseReply: true})
		w.after(time.Second)
		w.loses(customer)
		w.after(30 * time.Second)
		w.after(time.Hour)
		require.Equal(t, []string{"connected"}, w.results())
	})
}

// The customer's leg exists although nobody said so.
func TestTheCustomerAnswersBeforeTheReply(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1})
		w.asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1, ReplyDelay: 6 * time.Second})
		w.after(time.Second)
		w.loses(customer)
		w.after(30 * time.Second)
		w.after(time.Hour)
		require.Equal(t, []string{"connected"}, w.results())
	})
}

// Whatever is in the file of a conversation, it stays.
func TestAFileOfAConversationStays(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(theyTalk)
		w.restart()
		w.after(time.Second)
		w.asterisk.Fault(aritest.Fault{On: "GET /recordings/stored/*/file", Reply: strings.Repeat("x", 44)})
		w.after(5 * time.Minute)
		require.Empty(t, w.asterisk.Requests("DELETE /recordings/stored/*"), "a file of a conversation stays")
	})
}

// What is left over and stays keeps nobody from being seen, or called.
func TestAChannelThatCannotBeEnded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(agentRings)
		repair := w.asterisk.Fault(aritest.Fault{On: "DELETE /channels/callbackd-agent-*", Status: 500, Message: "stuck"})
		w.asterisk.Cut("callbackd")
		w.after(5 * time.Second)
		w.loses("+46701111111")
		w.after(20 * time.Second)
		n := len(w.missed())
		repair()
		w.after(10 * time.Minute)
		require.Equal(t, 2, n)
	})
}

// A recording that was begun before a crash, on the empty bridge, is over by
// itself after four seconds: the conversation has one of its own.
func TestARecordingBegunBeforeACrash(t *testing.T) {
	inWorld(t, func(w *world) {
		// The reply to addChannel never comes: callbackd dies waiting for it,
		// and is away until the recording has given up.
		w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Times: 1, Hang: true})
		w.after(time.Second)
		w.loses(customer)
		w.after(9 * time.Second)
		require.NotEmpty(t, w.asterisk.Requests("POST /bridges/*/record"))
		w.end()
		w.after(6 * time.Second)
		w.start()
		w.after(time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.True(t, w.attempts()[0].RecordingOK)
	})
}
