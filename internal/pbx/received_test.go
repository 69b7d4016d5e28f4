package pbx_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// noticed has the customer told that the call is recorded: for a second.
func noticed(a *callback.Account) {
	a.Rules[0].Recording.Notice = callback.Sound{Play: "call-recorded"}
}

func voicemail(v callback.Voicemail) func(*callback.Account) {
	return func(a *callback.Account) { a.Rules[0].Voicemail = v }
}

var (
	hangUp        = voicemail(callback.Voicemail{Action: callback.VoicemailHangUp})
	leavesMessage = voicemail(callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "we-called"}})
)

// listening makes callbackd-amd, which takes a while and says status and cause, and
// callbackd-message, where the machine talks for five seconds more.
func (w *world) listening(takes time.Duration, status, cause string) {
	w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-amd,s,1)", "1")
	w.asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-message,s,1)", "1")
	w.asterisk.Context("callbackd-amd", func(c *aritest.Call) {
		for tries := 0; c.Wait(takes) && tries < 16; tries++ {
			if c.Stasis(c.Variable("CALLBACKD_APPLICATION"), "amd", status, cause) {
				return
			}
			takes = 500 * time.Millisecond
		}
	})
	w.asterisk.Context("callbackd-message", func(c *aritest.Call) {
		if c.Wait(5 * time.Second) {
			c.Stasis(c.Variable("CALLBACKD_APPLICATION"), "message")
		}
	})
}

func TestTheNotice(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(2 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		a := w.attempts()[0]
		said := w.conversation(a)
		i := slices.IndexFunc(said, func(r string) bool { return strings.HasPrefix(r, "POST /channels/CUSTOMER/play/") })
		require.Equal(t, []string{
			"DELETE /playbacks/TONE", "POST /bridges/BRIDGE/record", "POST /bridges/BRIDGE/addChannel",
		}, said[i+1:i+4], "the agent hears ringing until the customer knows")
		require.Equal(t, 3*time.Second, a.Bridged.Sub(a.CustomerSent), "two to answer, one for the notice")
		require.True(t, a.RecordingOK)
	}, noticed)
}

// Who can't be told isn't recorded, and is connected all the same.
func TestANoticeThatCannotBePlayed(t *testing.T) {
	for name, prepare := range map[string]func(*world){
		"its file is missing": func(w *world) { w.asterisk.SetSound("sound:/sounds/call-recorded", 0) },
		"Asterisk refuses it": func(w *world) {
			w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/play/callbackd-notice-*", Status: 422, Message: "No"})
		},
		"nobody knows": func(w *world) {
			w.asterisk.SetSound("sound:/sounds/call-recorded", aritest.Forever)
			w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/play/callbackd-notice-*", LoseReply: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, prepare, func(w *world) {
				w.after(time.Second)
				w.loses(customer)
				w.after(3 * time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
				require.Empty(t, w.asterisk.Requests("POST /bridges/*/record"))
				require.Contains(t, w.logged(), `"notice_failed"`)
				w.tidy()
			}, noticed)
		})
	}
}

// To be sent into the dialplan and back is no hang-up: a notice that fails afterwards
// isn't taken for one that was heard.
func TestANoticeThatFailsAfterListening(t *testing.T) {
	inWorldOf(t, func(w *world) {
		w.listening(2*time.Second, "HUMAN", "HUMAN-1-1")
		w.asterisk.SetSound("sound:/sounds/call-recorded", 0)
	}, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(3 * time.Minute)
		require.Equal(t, []string{"connected"}, w.results())
		require.Empty(t, w.asterisk.Requests("POST /bridges/*/record"))
		require.Contains(t, w.logged(), `"notice_failed"`)
	}, noticed, hangUp)
}

func TestACustomerIsAskedForAKey(t *testing.T) {
	for name, row := range map[string]struct {
		phone func(*aritest.Call)
		want  string
	}{
		"and presses it in the notice": {presses(500*time.Millisecond, "1"), "connected"},
		"and presses it when asked":    {presses(1500*time.Millisecond, "1"), "connected"},
		"and presses it late":          {presses(11*time.Second, "1"), "connected"},
		"and presses another":          {presses(2*time.Second, "2"), "customer_rejected"},
		"and hangs up":                 {aritest.Answers(time.Second, 4*time.Second), "customer_rejected"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.Phone(customers, row.phone)
				w.after(time.Second)
				w.loses(customer)
				w.after(time.Minute)
				w.asterisk.Phone(customers, aritest.NeverAnswers)
				a := w.attempts()[0]
				if row.want == "connected" {
					require.Equal(t, callback.AttemptBridged, a.State)
					return
				}
				require.Equal(t, []string{row.want}, w.results())
				w.tidy()
			}, noticed, accepts(nil, one("ask")))
		})
	}
}

func TestWhatIsTakenForAMachine(t *testing.T) {
	for said, machine := range map[[2]string]bool{
		{"MACHINE", "LONGGREETING-2100-1500"}: true,
		{"MACHINE", "MAXWORDS-4-3"}:           true,
		{"MACHINE", "INITIALSILENCE-2500"}:    false,
		{"HUMAN", "HUMAN-800-800"}:            false,
		{"NOTSURE", "TOOLONG-5000"}:           false,
		{"", ""}:                              false, // app_amd isn't loaded
	} {
		t.Run(fmt.Sprint(said), func(t *testing.T) {
			inWorldOf(t, func(w *world) { w.listening(2*time.Second, said[0], said[1]) }, func(w *world) {
				w.after(time.Second)
				w.loses(customer)
				w.after(20 * time.Second)
				a := w.attempts()[0]
				if !machine {
					require.Equal(t, callback.AttemptBridged, a.State)
					require.Equal(t, 4*time.Second, a.Bridged.Sub(a.CustomerSent))
					return
				}
				require.Equal(t, []string{"voicemail"}, w.results())
				require.Equal(t, "a machine answered", a.Reason)
				w.tidy()
			}, hangUp)
		})
	}
}

// Whatever goes wrong with the listening, the customer is a person.
func TestListeningThatFails(t *testing.T) {
	for name, prepare := range map[string]func(*world){
		"it is refused": func(w *world) {
			w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/continue", Status: 409, Message: "No"})
		},
		"its reply is lost":         func(w *world) { w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/continue", LoseReply: true}) },
		"it never reaches Asterisk": func(w *world) { w.asterisk.Fault(aritest.Fault{On: "POST /channels/*/continue", LoseRequest: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorldOf(t, func(w *world) {
				w.listening(2*time.Second, "HUMAN", "HUMAN-1-1")
				prepare(w)
			}, func(w *world) {
				w.after(time.Second)
				w.loses(customer)
				w.after(2 * time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
			}, hangUp)
		})
	}
}

func TestAMessage(t *testing.T) {
	inWorldOf(t, func(w *world) { w.listening(2*time.Second, "MACHINE", "LONGGREETING-2100-1500") }, func(w *world) {
		w.asterisk.SetSound("sound:/sounds/we-called", 6*time.Second)
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, -1))
		var agent time.Time
		w.asterisk.Phone(agentLeg, queueOf(func(c *aritest.Call) {
			aritest.Answers(2*time.Second, -1)(c)
			<-c.Done()
			agent = time.Now()
		}))
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		a := w.attempts()[0]
		require.Equal(t, []string{"voicemail"}, w.results())
		require.Equal(t, "a machine answered; a message was left", a.Reason)
		require.Equal(t, 15*time.Second, a.Ended.Sub(a.CustomerSent), "2 to answer, 2 to listen, 5 of greeting, 6 of message")
		require.Equal(t, 4*time.Second, agent.Sub(a.CustomerSent), "the agent isn't needed for it")
		w.tidy()
	}, leavesMessage)
}

// The machine hangs up before the message is over: it was a machine all the same.
func TestAMessageThatIsCutOff(t *testing.T) {
	inWorldOf(t, func(w *world) { w.listening(2*time.Second, "MACHINE", "MAXWORDS-4-3") }, func(w *world) {
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, 4*time.Second))
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Minute)
		require.Equal(t, []string{"voicemail"}, w.results())
		require.Contains(t, w.attempts()[0].Reason, "no message was left")
		w.tidy()
	}, leavesMessage)
}
