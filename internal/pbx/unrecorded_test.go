package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

var unheardNotice = aritest.Fault{On: "POST /channels/*/play/*-notice-*", Status: 500, Message: "Internal Server Error"}

// A conversation whose notice couldn't be played isn't recorded, and nobody misses the
// recording: neither whoever adopts it, nor whoever comes back when it is over.
func TestAnUnrecordedConversationOverAGap(t *testing.T) {
	for name, change := range map[string]func(*callback.Account){"together": func(*callback.Account) {}, "each": eachSide} {
		for gap, over := range map[string]func(*world){
			"adopted": func(w *world) { w.restart() },
			"over": func(w *world) {
				w.end()
				w.after(time.Minute)
				w.start()
			},
		} {
			t.Run(name+" "+gap, func(t *testing.T) {
				inWorldOf(t, func(w *world) { w.also = w.keeps }, func(w *world) {
					w.asterisk.Fault(unheardNotice)
					w.after(time.Second)
					w.loses(customer)
					w.after(15 * time.Second)
					require.Equal(t, callback.AttemptBridged, w.attempts()[0].State)
					over(w)
					w.after(2 * time.Hour)
					require.Equal(t, []string{"connected"}, w.results())
					require.Contains(t, w.logged(), `"alarm":"notice_failed"`)
					require.NotContains(t, w.logged(), `"alarm":"recording_`)
					require.Empty(t, w.recordings())
					require.Empty(t, w.asterisk.StoredFiles())
				}, change, noticed)
			})
		}
	}
}

// The recording had begun when callbackd died. When it is back, the notice is repeated.
func TestARecordingThatWasBegunBeforeAGap(t *testing.T) {
	for name, change := range map[string]func(*callback.Account){"together": func(*callback.Account) {}, "each": eachSide} {
		begun := func(t *testing.T, agent func(*aritest.Call), then func(*world)) {
			inWorldOf(t, func(w *world) {
				w.also = w.keeps
				w.asterisk.SetSound("sound:/sounds/call-recorded", time.Second)
			}, func(w *world) {
				w.asterisk.Fault(aritest.Fault{On: "POST /bridges/*/addChannel", Times: 1, Hang: true})
				w.asterisk.Phone(agentLeg, queueOf(agent))
				w.after(time.Second)
				w.loses(customer)
				w.after(9*time.Second + 500*time.Millisecond)
				require.NotEmpty(t, w.asterisk.Requests("POST /bridges/*/addChannel"))
				then(w)
			}, change, noticed)
		}
		t.Run(name+", and the notice fails", func(t *testing.T) {
			begun(t, alice(2*time.Second), func(w *world) {
				w.asterisk.Fault(unheardNotice)
				w.restart()
				w.after(time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
				require.Contains(t, w.logged(), `"alarm":"notice_failed"`)
				require.Empty(t, w.asterisk.StoredFiles(), "they aren't recorded")
			})
		})
		t.Run(name+", and the agent goes in the notice", func(t *testing.T) {
			begun(t, aritest.Answers(2*time.Second, 7800*time.Millisecond), func(w *world) {
				w.restart()
				w.after(2 * time.Hour)
				require.Equal(t, "agent_hung_up", w.results()[0])
				var indexed []string
				for _, r := range w.recordings() {
					indexed = append(indexed, r.Files()...)
				}
				require.Subset(t, indexed, w.asterisk.StoredFiles(), "nobody would ever delete the others")
			})
		})
	}
}
