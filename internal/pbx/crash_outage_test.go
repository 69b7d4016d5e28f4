package pbx_test

import (
	"fmt"
	"strings"
	"time"

	"callbackd/ari/aritest"
)

// What keeps callbackd from seeing, besides the cuts: a scenario may have it, too.

// outage is a time in which the scenario itself has callbackd dead, or its network
// down.
type outage struct {
	from time.Time
	long time.Duration
}

// dies: callbackd is killed between two of its effects, and started again after a
// while.
func (r *crashRun) dies(d time.Duration) {
	r.whoTalks()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outages = append(r.outages, outage{time.Now(), d})
	r.downTill = time.Now().Add(d)
	if r.living != nil {
		r.living.die()
		r.living.sever()
	}
}

// staysDead waits until somebody starts callbackd again after a life that was cut,
// or ended by the scenario.
func (r *crashRun) staysDead(l *life) {
	if _, cut := l.cutWas(); cut {
		r.wait(r.deadTime)
	}
	for {
		r.mu.Lock()
		left := time.Until(r.downTill)
		r.mu.Unlock()
		if left <= 0 {
			return
		}
		r.wait(left)
	}
}

// parts: the network between callbackd and Asterisk is down for a while.
func (r *crashRun) parts(d time.Duration) {
	r.whoTalks()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outages = append(r.outages, outage{time.Now(), d})
	r.apart.Store(true)
	if r.living != nil {
		r.living.hangUp()
	}
	r.pending++
	r.acting.Go(func() {
		r.wait(d)
		r.apart.Store(false)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.pending--
	})
}

// longestOutage is how long callbackd was away at most for what the scenario does.
func (r *crashRun) longestOutage() (longest time.Duration) {
	for _, o := range r.outages {
		longest = max(longest, r.readyAfter(o.from, 0).Sub(o.from))
	}
	return longest
}

// hangUp closes all connections of a life.
func (l *life) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for w := range l.wires {
		w.Conn.Close()
	}
	clear(l.wires)
}

// byHand is a call of an agent, bob, to a customer.
type byHand struct {
	number       string
	began, ended time.Time
}

// dialsByHand: bob calls the customer, and they talk for a while, or nobody answers.
func (r *crashRun) dialsByHand(number string, rings, talk time.Duration) {
	call := byHand{number: number, began: time.Now()}
	r.calls += 2
	agent, id := fmt.Sprintf("%d.%d", time.Now().Unix(), 90000+r.calls-1), fmt.Sprintf("%d.%d", time.Now().Unix(), 90000+r.calls)
	caller, peer := r.channel(agent, "PJSIP/bob", "Ring", "1002", "Dial"), r.channel(id, "PJSIP/pstn", "Down", number, "AppDial")
	caller = strings.Replace(caller, `"app_data":""`, fmt.Sprintf(`"app_data":"PJSIP/%s@pstn"`, number), 1)
	r.play("ChannelCreated", "", map[string]string{"channel": caller})
	r.play("ChannelCreated", "", map[string]string{"channel": peer})
	dial := func(status string) {
		r.play("Dial", fmt.Sprintf(`,"dialstatus":%q,"forward":"","dialstring":"%s@pstn"`, status, number), map[string]string{"caller": caller, "peer": peer})
	}
	dial("")
	r.wait(rings)
	if talk > 0 {
		peer = strings.Replace(peer, `"Down"`, `"Up"`, 1)
		dial("ANSWER")
		r.wait(talk)
	} else {
		dial("NOANSWER")
	}
	const over = `,"cause":16,"cause_txt":"Normal Clearing"`
	r.play("ChannelDestroyed", over, map[string]string{"channel": peer})
	r.play("ChannelDestroyed", over, map[string]string{"channel": caller})
	call.ended = time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byHand = append(r.byHand, call)
}

// stalls: the next question about a caller's number isn't answered.
func (r *crashRun) stalls() {
	r.asterisk.Fault(aritest.Fault{On: "GET /channels/9*/variable", Times: 1, Hang: true})
}
