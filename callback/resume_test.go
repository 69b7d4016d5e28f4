package callback

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whoever has talked before the connection was lost has talked, though the end
// wasn't seen.
func TestATalkThatEndsInAGap(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.begins(agent)
	c.joins(agent)
	c.joins(caller)
	for range 10 {
		c.begins(CallChannel{ID: "another", Name: "PJSIP/bob-00000009"})
	}
	c.d.Resume([]CallChannel{caller}, nil, nil)
	v := c.ends()
	require.Equal(t, 10*time.Second, v.Talked)
	require.True(t, v.Partial)
}

// A talk that goes on is as long as it is, gap or not.
func TestATalkThatGoesOnOverAGap(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.begins(agent)
	c.joins(agent)
	c.joins(caller)
	c.d.Resume([]CallChannel{caller, agent}, nil, []LiveBridge{{ID: "b", Channels: []string{"caller", "agent"}}})
	c.leaves(caller)
	require.Equal(t, time.Second, c.ends().Talked)
}

// Whoever left a bridge in a gap doesn't hear who comes to it; of the talk before, what was
// seen counts, whatever else began in the gap.
func TestABridgeThatIsLeftInAGap(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.begins(agent)
	c.joins(agent)
	c.joins(caller)
	c.begins(CallChannel{ID: "another", Name: "PJSIP/bob-00000009"})
	c.at = c.at.Add(time.Hour)
	c.d.Resume([]CallChannel{caller, agent, colleague}, map[string]time.Time{"colleague": c.at}, []LiveBridge{{ID: "b", Channels: []string{"agent"}}})
	c.joins(colleague)
	c.leaves(colleague)
	c.leaves(agent)
	require.Equal(t, time.Second, c.ends().Talked)
}

// One that began in the gap began with the call: who was helped must not be called.
func TestATalkThatBeginsInAGap(t *testing.T) {
	c := tell()
	c.begins(caller)
	arrived := c.at
	c.begins(agent)
	c.d.Resume([]CallChannel{caller, agent}, nil, []LiveBridge{{ID: "b", Channels: []string{"caller", "agent"}}})
	c.leaves(caller)
	require.Equal(t, c.at.Sub(arrived), c.ends().Talked)
}

// Nobody knows since when the bridges of a listing are there; whoever leaves one without
// having been in it entered it since.
func TestABridgeThatALeaverEntersUnseenAfterAStart(t *testing.T) {
	queued := caller
	queued.State, queued.App, queued.AppData = "Up", "Queue", "support"
	c := tell()
	c.d.Resume([]CallChannel{queued, agent}, map[string]time.Time{"caller": noon.Add(-time.Hour), "agent": noon},
		[]LiveBridge{{ID: "b", Channels: []string{"agent"}}})
	c.leaves(caller)
	require.Equal(t, time.Second, c.ends().Talked)
}

// A call that is crowded out at a start ends when the newest of them began.
func TestMoreChannelsInAListingThanCanBeRemembered(t *testing.T) {
	listed, created := []CallChannel{caller}, map[string]time.Time{"caller": noon}
	for i := range MaxChannels {
		id := fmt.Sprint(i)
		listed = append(listed, CallChannel{ID: id, Name: "PJSIP/alice-" + id})
		created[id] = noon.Add(time.Minute)
	}
	v := verdict(t, tell().d.Resume(listed, created, nil))
	require.Equal(t, noon, v.Arrived)
	require.Equal(t, noon.Add(time.Minute), v.Ended)
}

// An agent's call that ended in a gap is over, like a customer's.
func TestACallByHandThatEndsInAGap(t *testing.T) {
	c := tell()
	c.begins(agent)
	c.begins(outside)
	c.dials(agent, outside, "+46701234567@pstn")
	found := c.d.Resume([]CallChannel{agent}, nil, nil)
	require.Len(t, found, 1)
	require.Equal(t, "outside", found[0].(CallOver).ID)
	require.Empty(t, c.d.Live())
}

// The Dial that a listing has already may be told once more.
func TestACallByHandThatIsListedAndThenTold(t *testing.T) {
	c := tell()
	dialling := runningDial(agent, "PJSIP/+46701234567@pstn,30")
	require.Len(t, c.d.Resume([]CallChannel{dialling, outside}, nil, nil), 1)
	c.dials(dialling, outside, "+46701234567@pstn")
	require.Empty(t, c.found)
}

// After a gap every call that is there is partial, whether it was known or not; what it
// tried before is kept, and what it runs now is known. Those that are over are over.
func TestCallsOverAGap(t *testing.T) {
	second := CallChannel{ID: "second", Name: "PJSIP/pstn-00000011", State: "Ring", Caller: "+46709999999", App: "Queue", AppData: "support"}
	gone := CallChannel{ID: "gone", Name: "PJSIP/pstn-00000012", State: "Ring"}
	c := tell()
	c.begins(caller)
	c.begins(gone)
	c.runs("Dial", "PJSIP/alice,20")
	now := caller
	now.App, now.AppData = "Dial", "PJSIP/bob,20"

	found := c.d.Resume([]CallChannel{now, second}, map[string]time.Time{"second": noon}, nil)
	require.Len(t, found, 2, "no verdict")
	require.Equal(t, "gone", found[0].(CallOver).ID)
	require.Equal(t, "second", found[1].(CallBegan).ID)
	require.Len(t, c.d.Live(), 2)

	v := c.ends()
	require.True(t, v.Partial)
	require.Equal(t, []string{"PJSIP/bob"}, v.Loss.Endpoints)
	require.Equal(t, [][]string{{"PJSIP/alice"}}, v.Loss.Before)
	c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, second} })
	require.True(t, c.end.Partial)
	require.Equal(t, "support", c.end.Loss.Queue)

	c.begins(CallChannel{ID: "new", Name: "PJSIP/pstn-00000013", State: "Ring"})
	c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, CallChannel{ID: "new"}} })
	require.False(t, c.end.Partial, "all of it was seen")
}

// A call that an agent began to dial by hand in the gap is told by whoever runs the Dial.
func TestCallsByHandInAListing(t *testing.T) {
	leg := CallChannel{ID: "leg", Name: "PJSIP/pstn-00000020", State: "Ringing", Caller: "90701234567", App: "AppDial", AppData: "(Outgoing Line)"}
	up := leg
	up.State = "Up"
	alice := runningDial(CallChannel{ID: "alice", Name: "PJSIP/alice-00000021", State: "Ring"}, "PJSIP/0701234567@pstn,30")
	bob := runningDial(CallChannel{ID: "bob", Name: "PJSIP/bob-00000022", State: "Ring"}, "PJSIP/pstn/sip:+46709999999@192.0.2.1")
	toLocal := runningDial(CallChannel{ID: "alice", Name: "PJSIP/alice-00000021", State: "Ring"}, "Local/out@agents/n")
	throughLocal := runningDial(CallChannel{ID: "l2", Name: "Local/out@agents-00000001;2", State: "Ring"}, "PJSIP/0701234567@pstn")
	for name, row := range map[string]struct {
		listed      []CallChannel
		agent       string
		andAnswered bool
	}{
		"ringing":                     {[]CallChannel{leg, alice}, "PJSIP/alice", false},
		"answered":                    {[]CallChannel{up, alice}, "PJSIP/alice", true},
		"one of two":                  {[]CallChannel{bob, leg, alice}, "PJSIP/alice", false},
		"through a Local channel":     {[]CallChannel{leg, throughLocal, toLocal}, "PJSIP/alice", false},
		"nobody knows from where":     {[]CallChannel{leg, throughLocal}, "", false},
		"Locals that go round":        {[]CallChannel{leg, runningDial(throughLocal, "PJSIP/0701234567@pstn&Local/out@agents")}, "", false},
		"for a customer":              {[]CallChannel{leg, runningDial(caller, "PJSIP/0701234567@pstn")}, "", false},
		"by two at once":              {[]CallChannel{leg, alice, runningDial(bob, "PJSIP/0701234567@pstn")}, "", false},
		"for callbackd":               {[]CallChannel{leg, runningDial(CallChannel{ID: "ours", Name: "PJSIP/alice-1"}, "PJSIP/0701234567@pstn")}, "", false},
		"by nobody":                   {[]CallChannel{leg}, "", false},
		"by one of two, nobody knows": {[]CallChannel{bob, leg, runningDial(alice, "PJSIP/0708888888@pstn")}, "", false},
	} {
		c := tell()
		found := c.d.Resume(row.listed, map[string]time.Time{"leg": noon}, nil)
		began, answered := []LiveCall{}, 0
		for _, f := range found {
			switch f := f.(type) {
			case CallBegan:
				if f.Outbound {
					began = append(began, f.LiveCall)
				}
			case CallAnswered:
				answered++
			}
		}
		if row.agent == "" {
			require.Empty(t, began, name)
			continue
		}
		require.Equal(t, []LiveCall{{
			PBX: "pbx1", ID: "leg", Trunk: "PJSIP/pstn", Number: "0701234567", Outbound: true, Agent: row.agent, Since: noon, Partial: true,
		}}, began, name)
		require.Equal(t, row.andAnswered, answered == 1, name)
	}
}
