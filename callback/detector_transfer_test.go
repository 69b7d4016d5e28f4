package callback

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var colleague = CallChannel{ID: "colleague", Name: "PJSIP/bob-00000004", State: "Down"}

// talks has the caller talk with alice, whom Dial rang.
func (c *telling) talks() {
	c.begins(agent)
	c.dials(runningDial(caller, "PJSIP/alice,20"), agent, "alice")
	c.joins(agent)
	c.joins(caller)
	c.leaves(caller)
	c.leaves(agent)
}

// runningDial is a channel as it runs Dial.
func runningDial(ch CallChannel, data string) CallChannel {
	ch.App, ch.AppData = "Dial", data
	return ch
}

// Of a call that a person answered, nobody lost it; unless somebody was tried afterwards.
func TestWhoLosesACallAfterAPersonHadIt(t *testing.T) {
	for name, row := range map[string]struct {
		then func(c *telling)
		want Target
	}{
		"nobody was tried": {func(*telling) {}, Target{}},
		"Asterisk repeats the Dial": {func(c *telling) {
			c.runs("Dial", "PJSIP/alice,20")
		}, Target{}},
		"passed on to a colleague": {func(c *telling) {
			c.runs("Dial", "PJSIP/erin,20")
		}, Target{TargetAgent, "erin"}},
		"passed on to a queue": {func(c *telling) { c.runs("Queue", "support") }, Target{TargetQueue, "support"}},
		"passed on to a colleague who answers": {func(c *telling) {
			c.runs("Dial", "PJSIP/bob,20")
			c.begins(colleague)
			c.joins(colleague)
			c.joins(caller)
		}, Target{}},
		"parked, and back at the same phone": {func(c *telling) {
			c.runs("Dial", "PJSIP/alice,20")
			again := CallChannel{ID: "again", Name: "PJSIP/alice-00000005", State: "Down"}
			c.begins(again)
			c.dials(runningDial(caller, "PJSIP/alice,20"), again, "alice")
		}, Target{TargetGroup, "sales"}},
		"the same ring told twice": {func(c *telling) {
			c.dials(runningDial(caller, "PJSIP/alice,20"), agent, "alice")
		}, Target{}},
	} {
		c := tell()
		c.begins(caller)
		c.runs("Dial", "PJSIP/alice,20")
		c.talks()
		row.then(c)
		v := c.ends()
		require.Positive(t, v.Talked, name)
		require.False(t, v.Partial, name)
		lost := Target{}
		if v.Loss.Queue != "" || len(v.Loss.Endpoints) > 0 {
			lost = company().attribute(v.Loss)
		}
		require.Equal(t, row.want, lost, name)
	}
}

// Where the talk turns out too short to count, the call is lost by whoever it tried before.
func TestATalkTooShortToCount(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.runs("Queue", "sales")
	c.runs("Queue", "support")
	c.begins(agent)
	c.joins(agent)
	c.joins(caller)
	v := c.ends()
	require.Empty(t, v.Loss.Queue)
	require.Equal(t, Target{TargetQueue, "support"}, company().attribute(v.Loss))
}

// A first event that is lost costs nothing but the certainty.
func TestAChannelWhoseFirstEventIsLost(t *testing.T) {
	c := tell()
	c.runs("Queue", "support")
	v := c.ends()
	require.Equal(t, "caller", v.CallID)
	require.True(t, v.Partial)
	require.Equal(t, "support", v.Loss.Queue)
	require.Equal(t, noon.Add(time.Second), v.Arrived)
	require.IsType(t, CallBegan{}, c.found[0])
}

// Who leaves a bridge was in it, though the event that brought them there was lost.
func TestABridgeThatWasEnteredUnseen(t *testing.T) {
	for name, unseen := range map[string]CallChannel{"the caller": caller, "the agent": agent} {
		c := tell()
		c.begins(caller)
		c.begins(agent)
		for _, ch := range []CallChannel{agent, caller} {
			if ch != unseen {
				c.joins(ch)
			}
		}
		c.begins(CallChannel{ID: "another", Name: "PJSIP/bob-00000009"})
		for range 2 { // Asterisk may say it twice
			c.event(func(at time.Time) CallEvent {
				return BridgeLeft{At: at, Bridge: "b", Channel: caller, Members: []string{"agent"}}
			})
		}
		require.Equal(t, 2*time.Second, c.ends().Talked, name)
	}
}

// One whose entry nobody saw wasn't in the bridge before the call began, nor talked with
// others before theirs did, however long the bridge has been there.
func TestABridgeThatIsOlderThanACallInIt(t *testing.T) {
	guest := CallChannel{ID: "guest", Name: "PJSIP/pstn-00000011", State: "Ring"}
	for name, row := range map[string]struct {
		first, then []CallChannel // created: first, and then a minute later
		inside      []CallChannel // of whom the entry is seen
		leaves      CallChannel   // without having been seen to enter
		talked      time.Duration
	}{
		"the customer's": {first: []CallChannel{agent}, inside: []CallChannel{agent}, then: []CallChannel{caller}, leaves: caller, talked: time.Second},
		"the agent's":    {first: []CallChannel{caller}, inside: []CallChannel{caller}, then: []CallChannel{agent}, leaves: agent, talked: time.Second},
		"the customer's, who comes to another": {
			first: []CallChannel{guest, agent}, inside: []CallChannel{guest, caller}, then: []CallChannel{caller}, leaves: agent, talked: 2 * time.Second,
		},
	} {
		c := tell()
		began := func(created []CallChannel) {
			for _, ch := range created {
				c.begins(ch)
				if slices.Contains(row.inside, ch) {
					c.joins(ch)
				}
			}
		}
		began(row.first)
		c.at = c.at.Add(time.Minute)
		began(row.then)
		var members []string
		for _, ch := range row.inside {
			members = append(members, ch.ID)
		}
		c.event(func(at time.Time) CallEvent {
			return BridgeLeft{At: at, Bridge: "b", Channel: row.leaves, Members: members}
		})
		require.Equal(t, row.talked, c.ends().Talked, name)
	}
}

// Nobody stays in a conference as long as the bridge does, which may never empty.
func TestABridgeThatNeverEmpties(t *testing.T) {
	c := tell()
	c.begins(agent)
	c.joins(agent)
	for i := range 1000 {
		guest := CallChannel{ID: fmt.Sprint(i), Name: fmt.Sprintf("PJSIP/bob-%08x", i)}
		c.begins(guest)
		c.joins(guest)
		if i%2 == 0 { // of the others only the end is told
			c.leaves(guest)
		}
		c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, guest} })
	}
	require.Len(t, c.d.bridges["b"].been, 1)
}

// Neither do the bridges that a channel has been in grow with its life.
func TestAChannelThatPassesManyBridges(t *testing.T) {
	c := tell()
	c.begins(agent)
	c.begins(colleague)
	for i := range 1000 {
		bridge := fmt.Sprint(i)
		for _, ch := range []CallChannel{agent, colleague} {
			c.event(func(at time.Time) CallEvent { return BridgeEntered{At: at, Bridge: bridge, Channel: ch} })
		}
		for _, ch := range []CallChannel{agent, colleague} {
			c.event(func(at time.Time) CallEvent { return BridgeLeft{At: at, Bridge: bridge, Channel: ch} })
		}
	}
	require.Empty(t, c.d.channels["agent"].bridges)
	require.Empty(t, c.d.bridges)
}
