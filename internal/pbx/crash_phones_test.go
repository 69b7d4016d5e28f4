package pbx_test

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"callbackd/ari/aritest"
)

// The phones of the two agents, who are the group sales. alice is the queue's only
// member.
const (
	aliceAt = "PJSIP/alice"
	bobAt   = "PJSIP/bob"
)

// What is played, and how long it lasts.
const (
	notice  = "sound:/sounds/call-recorded"
	message = "sound:/sounds/we-called"

	promptLength  = 4 * time.Second
	noticeLength  = 2 * time.Second
	messageLength = 6 * time.Second
	soundLength   = time.Second // of everything else
)

// sounds says how long a medium lasts.
func (r *crashRun) sounds(media string, length time.Duration) {
	r.lengths[media] = length
	r.asterisk.SetSound(media, length)
}

// losesNotice: from now on the notice can't be played.
func (r *crashRun) losesNotice() {
	r.mu.Lock()
	r.noticeGone = time.Now()
	r.mu.Unlock()
	r.asterisk.SetSound(notice, 0)
}

// phones puts the scenario's people at their phones.
func (r *crashRun) phones() {
	r.asterisk.Phone(customers, func(c *aritest.Call) {
		number := strings.TrimSuffix(strings.TrimPrefix(c.Endpoint(), "PJSIP/"), "@pstn")
		r.ringing(c, number, c.ChannelID(), r.scenario.customer)
	})
	r.asterisk.Phone(agentLeg, r.queueRings)
	r.asterisk.Phone("Local/*@callbackd-phones/n", r.dialRings)
	r.asterisk.SetFunctionFunc("QUEUE_MEMBER(support,ready)", func(string) (string, bool) {
		if r.free(aliceAt) {
			return "1", true
		}
		return "0", true
	})
	r.asterisk.SetFunctionFunc("QUEUE_WAITING_COUNT(support)", func(string) (string, bool) {
		r.mu.Lock()
		defer r.mu.Unlock()
		return fmt.Sprint(r.waiting), true
	})
	for _, phone := range []string{aliceAt, bobAt} {
		r.asterisk.SetFunction("PJSIP_DIAL_CONTACTS("+strings.TrimPrefix(phone, "PJSIP/")+")", phone+"/sip:127.0.0.1")
		r.asterisk.SetFunctionFunc("DEVICE_STATE("+phone+")", func(string) (string, bool) {
			if r.free(phone) {
				return "NOT_INUSE", true
			}
			return "INUSE", true
		})
	}
	for _, place := range []string{"callbackd-phones,alice", "callbackd-phones,sales", "callbackd-amd,s", "callbackd-message,s"} {
		r.asterisk.SetFunction("DIALPLAN_EXISTS("+place+",1)", "1")
	}
	r.asterisk.Context("callbackd-amd", r.listens)
	r.asterisk.Context("callbackd-message", r.waitsForSilence)
	r.lengths = map[string]time.Duration{prompt: promptLength}
	r.sounds(notice, noticeLength)
	r.sounds(message, messageLength)
}

// queueRings is the queue, which rings alice for as long as somebody of ours waits.
func (r *crashRun) queueRings(local *aritest.Call) {
	local.Execute("Queue", "support,rC")
	for local.Wait(0) {
		if r.free(aliceAt) {
			r.ringing(local.Dial(aliceAt), aliceAt, local.ChannelID(), r.scenario.agent)
		}
		local.Wait(time.Second) // retry
	}
}

// dialRings rings the phones of an agent or a group, all at once.
func (r *crashRun) dialRings(local *aritest.Call) {
	dialled := local.Variable("CALLBACKD_PHONES")
	local.Execute("Dial", dialled+",,c")
	var ringing sync.WaitGroup
	for phone := range strings.SplitSeq(dialled, "&") {
		persons := r.scenario.agent
		if phone == bobAt {
			persons = r.scenario.bob
		}
		leg := local.Dial(phone)
		ringing.Go(func() { r.ringing(leg, phone, local.ChannelID(), persons) })
	}
	ringing.Wait()
	local.Reject(480) // Dial() is over
}

// listens is callbackd-amd: AMD() takes two seconds, and callbackd gets the customer
// back as soon as it is connected, within eight.
func (r *crashRun) listens(c *aritest.Call) {
	status, cause := "HUMAN", "HUMAN-800-800"
	r.note(c, func(g *ring) {
		if g.machine {
			status, cause = "MACHINE", "LONGGREETING-2100-1500"
		}
	})
	wait := 2 * time.Second
	for tries := 0; tries < 16 && c.Wait(wait); tries++ {
		if c.Stasis(c.Variable("CALLBACKD_APPLICATION"), "amd", status, cause) {
			return
		}
		wait = time.Second / 2
	}
	c.Hangup()
}

// waitsForSilence is callbackd-message: the machine talks for five seconds more.
func (r *crashRun) waitsForSilence(c *aritest.Call) {
	if !c.Wait(5*time.Second) || !c.Stasis(c.Variable("CALLBACKD_APPLICATION"), "message") {
		c.Hangup()
	}
}

// free reports whether nobody rings a phone or talks there.
func (r *crashRun) free(phone string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, g := range r.rings {
		if g.number == phone && g.ended.IsZero() {
			return false
		}
	}
	return true
}
