package pbx_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// A leg that gave way to a live caller of a queue that no file lists isn't sent again
// while that one waits.
func TestALiveCallerOfAnUnlistedQueue(t *testing.T) {
	inOffice(t, nil, func(w *world) {
		w.asterisk.SetQueue("desk", queueWith("PJSIP/alice"))
		w.asterisk.AgentPhone("PJSIP/alice", aritest.NeverAnswers)
		w.missedBy("agent:alice", 1)
		w.after(3 * time.Second)
		require.Len(t, w.agentLegs(), 1)
		caller := w.asterisk.Caller("desk", "anonymous")
		w.after(5 * time.Second)
		require.Equal(t, []string{"superseded (doesn't count)"}, w.results())
		require.Len(t, w.agentLegs(), 1)
		caller.Hangup()
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 2)
		asked := w.askedAbout("desk")
		w.missedBy("agent:carol", 1)
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 3)
		require.Equal(t, asked, w.askedAbout("desk"), "nobody waits there any more")
	})
}

// askedAbout counts the functions of a queue that were read.
func (w *world) askedAbout(queue string) (n int) {
	for _, r := range w.asterisk.Requests("GET /channels/*/variable") {
		if strings.Contains(r.Query.Get("variable"), "("+queue) {
			n++
		}
	}
	return n
}

// What was read of the queues a moment ago isn't true of one that somebody has joined.
func TestACallerWhoJoinsAfterQueuesWereRead(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"service": queueWith("PJSIP/alice")}, func(w *world) {
		w.asterisk.Pause("service", "PJSIP/alice", true)
		_, err := w.admit("carol")
		require.NoError(t, err)
		w.after(20 * time.Millisecond)
		w.asterisk.Caller("service", "anonymous")
		w.after(5 * time.Millisecond)
		waiting, err := w.admit("alice")
		require.NoError(t, err)
		require.Contains(t, waiting, "a live caller waits in service")
	})
}

// Since when somebody waits is told of those who wait now, not of those who left while
// nobody looked.
func TestSinceWhenLiveCallersWait(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"service": queueWith("PJSIP/alice")}, func(w *world) {
		w.asterisk.Pause("service", "PJSIP/alice", true)
		for _, since := range []string{"since 00:00 UTC", "since 00:10 UTC"} {
			caller := w.asterisk.Caller("service", "anonymous")
			w.after(time.Second)
			waiting, err := w.admit("alice")
			require.NoError(t, err)
			require.Contains(t, waiting, since)
			caller.Hangup()
			w.after(10 * time.Minute)
		}
	})
}

// With a leg of ours in the queue a count is believed when a second one says the same: of
// who is counted first no event has come.
func TestTheSecondCountTells(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice", "PJSIP/bob")}, func(w *world) {
		w.asterisk.AgentPhone("PJSIP/alice", aritest.NeverAnswers)
		w.missedBy("queue:sales", 1)
		w.after(time.Second)
		counts := 0
		w.asterisk.SetFunctionFunc("QUEUE_WAITING_COUNT(sales)", func(string) (string, bool) {
			counts++
			if counts%2 == 1 {
				return "1", true // ours
			}
			return "2", true // and a caller's
		})
		w.missedBy("queue:sales", 1)
		w.after(200 * time.Millisecond)
		require.Len(t, w.agentLegs(), 1)
	})
}

// Queues may ring Local channels, as FreePBX has them do. Who was seen behind one is its
// member: her callback gives way to the queue's callers.
func TestAMemberBehindALocal(t *testing.T) {
	const member = "Local/101@from-queue/n"
	inOffice(t, map[string]aritest.Queue{"sales": {Members: []string{member}}}, func(w *world) {
		w.asterisk.AgentPhone("PJSIP/101", once(aritest.Answers(500*time.Millisecond, 2*time.Second), once(aritest.NeverAnswers, aritest.Answers(500*time.Millisecond, -1))))
		w.asterisk.Behind(member, "PJSIP/101")
		first := w.asterisk.Caller("sales", "anonymous")
		w.after(time.Second)
		require.True(t, first.Served())
		w.after(5 * time.Second)
		require.False(t, first.Served())
		w.missedBy("agent:alice", 1)
		w.after(3 * time.Second)
		require.Equal(t, []string{"alice@callbackd-phones"}, w.agentLegs())
		second := w.asterisk.Caller("sales", "anonymous")
		w.after(1700 * time.Millisecond)
		require.Equal(t, []string{"superseded (doesn't count)"}, w.results())
		require.True(t, second.Served())
	}, func(a *callback.Account) { a.Agents["alice"] = callback.Agent{Name: "alice", Endpoint: "PJSIP/101"} })
}
