package pbx_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// Our leg leaves the queue and a caller joins it, and the count is read before either
// event has come: one waits, and it isn't ours.
func TestACountThatIsAheadOfItsEvents(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice", "PJSIP/bob")}, func(w *world) {
		var phone *aritest.Call
		w.asterisk.AgentPhone("PJSIP/alice", func(c *aritest.Call) {
			c.Ring()
			phone = c
		})
		w.missedBy("queue:sales", 1)
		w.after(time.Second)
		var once sync.Once
		w.asterisk.SetFunctionFunc("QUEUE_WAITING_COUNT(sales)", func(string) (string, bool) {
			once.Do(func() { phone.Answer() })
			return "1", true
		})
		w.missedBy("queue:sales", 1)
		w.after(200 * time.Millisecond)
		require.Len(t, w.agentLegs(), 1)
		require.Equal(t, []string{"a live caller waits in sales since 00:00 UTC"}, w.reasons())
	})
}

// A caller joins after the count was read and before our leg is sent.
func TestACallerWhoJoinsDuringTheQuestion(t *testing.T) {
	for target, function := range map[string]string{"queue:sales": "QUEUE_MEMBER(sales,ready)", "agent:alice": "PJSIP_DIAL_CONTACTS(alice)"} {
		t.Run(target, func(t *testing.T) {
			inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
				var once sync.Once
				w.asterisk.SetFunctionFunc(function, func(string) (string, bool) {
					once.Do(func() {
						w.asterisk.AgentPhone("PJSIP/alice", aritest.NeverAnswers)
						w.asterisk.Caller("sales", "anonymous")
					})
					return "1", true
				})
				w.missedBy(target, 1)
				w.after(500 * time.Millisecond)
				require.Equal(t, []string{"superseded (doesn't count)"}, w.results())
				w.tidy()
			})
		})
	}
}

// A phone has begun to ring, or was answered at once, and the functions don't know it yet.
func TestAPhoneThatHasHardlyBegunToRing(t *testing.T) {
	for name, phone := range map[string]func(*aritest.Call){"it rings": aritest.NeverAnswers, "it answers at once": aritest.Answers(0, -1)} {
		t.Run(name, func(t *testing.T) {
			inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice"), "service": queueWith("PJSIP/alice")}, func(w *world) {
				w.asterisk.AgentPhone("PJSIP/alice", phone)
				w.asterisk.SetFunction("DEVICE_STATE(PJSIP/alice)", "NOT_INUSE")
				w.asterisk.SetFunction("QUEUE_MEMBER(sales,ready)", "1")
				w.asterisk.SetFunction("QUEUE_MEMBER(service,ready)", "1")
				w.missedBy("queue:sales", 2)
				w.missedBy("queue:service", 1)
				w.missedBy("agent:alice", 1)
				w.after(90 * time.Millisecond)
				require.Len(t, w.agentLegs(), 1)
			})
		})
	}
}

// A gap takes the probe and the subscriptions away, and a phone is freed as soon after it
// as before.
func TestTheGateAfterAGap(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
		talk := w.busy("alice")
		w.missedBy("queue:sales", 1)
		w.after(5 * time.Second)
		w.asterisk.Cut("callbackd")
		w.after(10 * time.Second)
		require.Equal(t, []string{"no agent of sales is free"}, w.reasons())
		talk.Hangup()
		w.after(300 * time.Millisecond)
		require.Len(t, w.agentLegs(), 1)
	})
}

// Hundreds of tasks that wait ask four times a second at most, together.
func TestHowOftenTheGateAsks(t *testing.T) {
	inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
		w.busy("alice")
		w.missedBy("queue:sales", 300)
		w.after(5 * time.Second)
		before := len(w.asterisk.Requests("GET /channels/*/variable"))
		w.after(10 * time.Second)
		asked := len(w.asterisk.Requests("GET /channels/*/variable")) - before
		require.LessOrEqual(t, asked, 4*10*5, "five functions each time")
		require.GreaterOrEqual(t, asked, 10, "and once a second at least")
	})
}

// What an attempt will need of the dialplan is asked for before an agent is rung: one
// alarm for each context, which ends.
func TestContextsThatAreMissing(t *testing.T) {
	for context, row := range map[string]struct {
		target    string
		extension string
		rule      func(*callback.Rule)
	}{
		"callbackd-agent":   {"queue:sales", "sales", func(*callback.Rule) {}},
		"callbackd-phones":  {"agent:alice", "alice", func(*callback.Rule) {}},
		"callbackd-amd":     {"queue:sales", "s", func(r *callback.Rule) { r.Voicemail.Action = callback.VoicemailHangUp }},
		"callbackd-message": {"queue:sales", "s", func(r *callback.Rule) { r.Voicemail.Action = callback.VoicemailLeave }},
	} {
		t.Run(context, func(t *testing.T) {
			inOffice(t, map[string]aritest.Queue{"sales": queueWith("PJSIP/alice")}, func(w *world) {
				if context == "callbackd-message" {
					w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-amd,s,1)", "1")
				}
				function := "DIALPLAN_EXISTS(" + context + "," + row.extension + ",1)"
				w.asterisk.SetFunction(function, "0")
				w.missedBy(row.target, 2)
				w.after(5 * time.Second)
				require.Empty(t, w.agentLegs())
				reasons := w.reasons()
				require.Len(t, reasons, 1)
				require.Contains(t, reasons[0], "Asterisk pbx1 has no dialplan context "+context+" for ")
				require.Contains(t, reasons[0], `put #include "callbackd.conf"`)
				require.Equal(t, 1, w.alarms("context_missing"))
				w.asterisk.SetFunction(function, "1")
				w.after(time.Second)
				require.NotEmpty(t, w.agentLegs())
			}, func(a *callback.Account) { row.rule(&a.Rules[0]) })
		})
	}
}

// alarms counts alarms of one kind.
func (w *world) alarms(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.log.String(), `"level":"error","alarm":"`+what+`"`)
}

// Agents of one name in two accounts are two people: the one who is busy holds up only
// the callbacks to her.
func TestAgentsOfOneNameInTwoAccounts(t *testing.T) {
	inOffice(t, nil, func(w *world) {
		other := *w.rules.Book().Accounts()[0]
		other.Name, other.Numbers = "other", []string{"+4685551111"}
		other.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/carol"}}
		other.Groups = nil
		w.end()
		w.rules = callback.NewRules(callback.NewRulebook(w.rules.Book().Accounts()[0], &other))
		w.start()
		w.after(time.Second)
		w.busy("alice")
		w.missedBy("agent:alice", 3)
		w.missedAt(other.Numbers[0], "agent:alice", 1)
		w.after(time.Second)
		require.Len(t, w.agentLegs(), 1)
		require.Contains(t, string(w.asterisk.Requests("POST /channels")[0].Body), "PJSIP/carol")
	})
}
