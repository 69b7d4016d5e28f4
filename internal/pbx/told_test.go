package pbx_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// accepts asks agent and customer for a key; nil asks nobody.
func accepts(agent, customer *callback.Accept) func(*callback.Account) {
	return func(a *callback.Account) { a.Rules[0].AgentAccept, a.Rules[0].CustomerAccept = agent, customer }
}

func one(ask string) *callback.Accept {
	return &callback.Accept{Key: "1", Within: 10 * time.Second, Ask: callback.Sound{Play: ask}}
}

// presses answers after two seconds, and presses keys after a while.
func presses(after time.Duration, keys string) func(*aritest.Call) {
	return func(c *aritest.Call) {
		aritest.Answers(2*time.Second, -1)(c)
		if c.Wait(after) {
			for _, key := range keys {
				c.Press(string(key))
			}
		}
	}
}

// heard lists what was played, in its order: "prompt callback".
func (w *world) heard() (list []string) {
	for _, r := range w.asterisk.Requests("POST /channels/*/play/*") {
		kind := strings.Split(r.Path[strings.LastIndex(r.Path, "/")+1:], "-")[1]
		list = append(list, kind+" "+strings.TrimPrefix(r.Query.Get("media"), "sound:/sounds/"))
	}
	return list
}

// The agent hears prompt, announcement and what the key is for; the key may come at
// any time, and cuts short what is heard.
func TestAnAgentWhoPressesTheKey(t *testing.T) {
	announced := func(a *callback.Account) {
		a.Rules[0].AgentAnnouncement = &callback.Speech{Language: "en", Text: "number {number}"}
	}
	all := []string{"prompt callback", "prompt2 said: number 0 7 0 1 2 3 4 5 6 7", "prompt3 ask", "tone tone:ring;tonezone=se"}
	for name, row := range map[string]struct {
		after time.Duration
		heard []string
	}{
		"in the prompt":       {time.Second, append(all[:1:1], all[3])},
		"in the announcement": {4500 * time.Millisecond, append(all[:2:2], all[3])},
		"while it is asked":   {5500 * time.Millisecond, all},
		"after that":          {12 * time.Second, all},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.asterisk.Phone(agentLeg, queueOf(presses(row.after, "01")))
				w.after(time.Second)
				w.loses(customer)
				w.after(2 * time.Minute)
				require.Equal(t, []string{"connected"}, w.results())
				require.Equal(t, row.heard, w.heard())
				a := w.attempts()[0]
				require.Equal(t, row.after, a.CustomerSent.Sub(a.AgentAnswered), "the customer is called at once")
			}, accepts(one("ask"), nil), announced)
		})
	}
}

func TestAnAgentWhoDoesNotPressTheKey(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(agentLeg, queueOf(presses(time.Second, "2")))
		w.after(time.Second)
		w.loses(customer)
		w.after(30 * time.Second)
		require.Equal(t, []string{"agent_rejected (doesn't count)"}, w.results())
		a := w.attempts()[0]
		require.Equal(t, "the agent didn't press 1", a.Reason)
		require.Equal(t, 15*time.Second, a.Ended.Sub(a.AgentAnswered), "prompt, question, and ten seconds")
		require.Zero(t, w.rung())
		w.tidy()
	}, accepts(one("ask"), nil))
}

// A member of a group who doesn't take it leaves it to the others.
func TestAGroupMemberWhoDoesNotPressTheKey(t *testing.T) {
	inWorld(t, func(w *world) {
		rang := w.phonesAre(map[string]func(*aritest.Call){
			"PJSIP/alice": aritest.Answers(time.Second, -1), "PJSIP/bob": presses(time.Second, "1"),
		})
		w.after(time.Second)
		w.loses(customer)
		w.after(3 * time.Minute)
		require.Equal(t, []string{"agent_rejected (doesn't count)", "connected"}, w.results())
		require.Equal(t, map[string]int{"PJSIP/alice": 1, "PJSIP/bob": 2}, rang())
	}, forwardTo(callback.TargetGroup, "sales"), accepts(one("ask"), nil))
}

// An announcement is spoken before any phone rings; one that takes too long is left out.
func TestAnAnnouncementIsSpokenFirst(t *testing.T) {
	announced := func(a *callback.Account) {
		a.Rules[0].AgentAnnouncement = &callback.Speech{Language: "en", Text: "{queue}"}
	}
	for takes, heard := range map[time.Duration][]string{
		2 * time.Second: {"prompt callback", "prompt2 said: support", "tone tone:ring;tonezone=se"},
		4 * time.Second: {"prompt callback", "tone tone:ring;tonezone=se"},
	} {
		inWorldOf(t, func(w *world) { w.speaking = takes }, func(w *world) {
			w.after(time.Second)
			w.loses(customer)
			w.after(time.Millisecond)
			claimed := time.Now()
			w.after(2 * time.Minute)
			require.Equal(t, []string{"connected"}, w.results())
			require.Equal(t, heard, w.heard())
			rang := w.asterisk.Requests("POST /channels")[0].Time
			require.InDelta(t, min(takes, 3*time.Second).Seconds(), rang.Sub(claimed).Seconds(), 0.1)
			require.Equal(t, takes > 3*time.Second, strings.Contains(w.logged(), `"alarm":"announcement_failed","account":"acme","task":1,"attempt":1,`))
		}, announced)
	}
}

// A live caller who comes while the announcement is spoken comes first: no phone rings.
func TestALiveCallerComesDuringTheAnnouncement(t *testing.T) {
	inWorldOf(t, func(w *world) { w.speaking = 2 * time.Second }, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(time.Second)
		w.enters("anonymous")
		w.asterisk.SetFunction("QUEUE_WAITING_COUNT(support)", "1")
		w.after(2 * time.Second)
		require.Equal(t, []string{"superseded (doesn't count)"}, w.results())
		require.Empty(t, w.asterisk.Requests("POST /channels"))
	}, func(a *callback.Account) {
		a.Rules[0].AgentAnnouncement = &callback.Speech{Language: "en", Text: "{queue}"}
	})
}
