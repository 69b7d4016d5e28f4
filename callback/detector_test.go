package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A call of a customer's as events tell it, a second apart.
type telling struct {
	d     *Detector
	at    time.Time
	swept time.Duration
	found []Finding
	end   Verdict
}

func tell() *telling {
	d := NewDetector("pbx1",
		func(endpoint string) bool { return endpoint == "PJSIP/pstn" },
		func(id string) bool { return id == "ours" })
	return &telling{d: d, at: noon}
}

func (c *telling) event(happens func(at time.Time) CallEvent) {
	c.at = c.at.Add(time.Second)
	found := c.d.Observe(happens(c.at))
	c.found = append(c.found, found...)
	for _, f := range found {
		if v, over := f.(Verdict); over {
			c.end = v
		}
	}
}

var (
	caller = CallChannel{ID: "caller", Name: "PJSIP/pstn-00000001", State: "Ring", Caller: "+46701234567", Exten: "+4685550000"}
	agent  = CallChannel{ID: "agent", Name: "PJSIP/alice-00000002", State: "Down"}
	ours   = CallChannel{ID: "ours", Name: "PJSIP/pstn-00000003", State: "Down"}
)

func (c *telling) begins(ch CallChannel) {
	c.event(func(at time.Time) CallEvent { return ChannelCreated{at, ch} })
}

func (c *telling) runs(app, data string) {
	c.event(func(at time.Time) CallEvent { return DialplanReached{at, caller, app, data} })
}

func (c *telling) joins(ch CallChannel) {
	c.event(func(at time.Time) CallEvent { return BridgeEntered{At: at, Bridge: "b", Channel: ch} })
}

func (c *telling) leaves(ch CallChannel) {
	c.event(func(at time.Time) CallEvent { return BridgeLeft{At: at, Bridge: "b", Channel: ch} })
}

func (c *telling) hangsUp() {
	c.event(func(at time.Time) CallEvent { return HangupRequested{at, caller} })
}

func (c *telling) ends() Verdict {
	c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, caller} })
	return c.end
}

// What the dialplan does when the caller has hung up (an h extension that tells
// somebody, a hangup handler) reaches nobody, and loses nobody.
func TestWhatFollowsTheHangupLosesNobody(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.runs("Queue", "support,,,,60")
	c.hangsUp()
	c.runs("Queue", "statistics")
	require.Equal(t, "support", c.ends().Loss.Queue)
}

// A leg of a callback isn't a person who helps: it is another customer, whom an
// agent has put together with this one.
func TestOurOwnLegsHelpNobody(t *testing.T) {
	for who, row := range map[CallChannel]time.Duration{agent: 2 * time.Second, ours: 0} {
		c := tell()
		c.begins(caller)
		c.begins(who)
		c.joins(who)
		c.joins(caller)
		c.begins(CallChannel{ID: "another", Name: "PJSIP/bob-00000009"})
		c.leaves(who)
		require.Equal(t, row, c.ends().Talked, who.ID)
	}
}
