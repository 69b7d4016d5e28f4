package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// wentOut lists the calls over a trunk that were found to have gone out.
func wentOut(c *telling) (list []WentOut) {
	for _, f := range c.found {
		if out, is := f.(WentOut); is {
			list = append(list, out)
		}
	}
	return list
}

// A trunk's channel that somebody here dialled went out, whoever it was; that is told once,
// before anything else is known of it.
func TestCallsThatGoOut(t *testing.T) {
	told := []WentOut{{"pbx1", "outside"}}
	for name, row := range map[string]struct {
		channel CallChannel
		then    func(c *telling)
		want    []WentOut
	}{
		"nothing else is known": {outside, func(*telling) {}, told},
		"an agent dials": {outside, func(c *telling) {
			c.begins(agent)
			c.dials(agent, outside, "+46701234567@pstn")
		}, told},
		"a program dials": {outside, func(c *telling) {
			c.event(func(at time.Time) CallEvent { return DialSeen{At: at, Peer: outside, Dialled: "+46701234567@pstn"} })
		}, told},
		"a customer's call goes on outside": {outside, func(c *telling) {
			c.begins(caller)
			c.dials(caller, outside, "+46709999999@pstn")
		}, told},
		"told twice":                 {outside, func(c *telling) { c.begins(outside) }, told},
		"told again when it is over": {outside, func(c *telling) { c.over(outside); c.begins(outside) }, told},
		"it runs a dialplan": {outside, func(c *telling) {
			c.event(func(at time.Time) CallEvent { return DialplanReached{at, outside, "Queue", "support"} })
		}, told},
		"a customer calls":             {caller, func(*telling) {}, nil},
		"callbackd calls":              {ours, func(*telling) {}, nil},
		"a phone in the house rings":   {agent, func(*telling) {}, nil},
		"a phone in the house dials":   {CallChannel{ID: "alice", Name: "PJSIP/alice-00000008", State: "Ring"}, func(*telling) {}, nil},
		"one takes another's place":    {CallChannel{ID: "moved", Name: "PJSIP/pstn-00000009", State: "Up"}, func(*telling) {}, nil},
		"half of a Local channel":      {CallChannel{ID: "half", Name: "Local/pstn@out-00000001;1", State: "Down"}, func(*telling) {}, nil},
		"on a trunk that isn't listed": {CallChannel{ID: "fax", Name: "PJSIP/fax-00000009", State: "Down"}, func(*telling) {}, nil},
	} {
		c := tell()
		c.begins(row.channel)
		require.Equal(t, row.want, wentOut(c), name)
		row.then(c)
		require.Equal(t, row.want, wentOut(c), name)
	}
}

// What goes out is no call with a customer until somebody is found to have dialled it, and
// no verdict ever.
func TestWhatGoesOutIsNoCall(t *testing.T) {
	c := tell()
	c.begins(outside)
	require.Len(t, c.found, 1)
	require.Empty(t, c.d.Live())
	require.Zero(t, c.d.Calls())
	c.over(outside)
	require.Len(t, c.found, 1)
}

func (c *telling) over(ch CallChannel) {
	c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, ch} })
}

// Whoever hears of a call knows whether its beginning was seen: what its number is by then,
// a dialplan may have made.
func TestACallWhoseBeginningWasNotSeenIsPartial(t *testing.T) {
	second := CallChannel{ID: "second", Name: "PJSIP/pstn-00000011", State: "Ring"}
	ringing := runningDial(agent, "PJSIP/+46701234567@pstn,30")
	for name, row := range map[string]struct {
		tells func(c *telling) []Finding
		want  bool
	}{
		"seen": {func(c *telling) []Finding { c.begins(caller); return c.found }, false},
		"an agent's call, seen": {func(c *telling) []Finding {
			c.begins(agent)
			c.begins(outside)
			c.dials(agent, outside, "+46701234567@pstn")
			return c.found[1:]
		}, false},
		"told of by another event": {func(c *telling) []Finding { c.runs("Queue", "support"); return c.found }, true},
		"listed":                   {func(c *telling) []Finding { return c.d.Resume([]CallChannel{second}, nil, nil) }, true},
		"an agent's call, listed":  {func(c *telling) []Finding { return c.d.Resume([]CallChannel{ringing, outside}, nil, nil) }, true},
	} {
		c := tell()
		found := row.tells(c)
		require.Len(t, found, 1, name)
		require.Equal(t, row.want, found[0].(CallBegan).Partial, name)
		id := found[0].(CallBegan).ID
		for _, live := range c.d.Live() {
			require.Equal(t, row.want, live.Partial, name)
		}
		for _, f := range c.d.Resume(nil, nil, nil) {
			require.Equal(t, id, f.(CallOver).ID, name)
			require.Equal(t, row.want, f.(CallOver).Partial, name)
		}
	}
}

// A gap in the midst of a call takes nothing away from what its beginning told.
func TestACallThatWasSeenToBeginIsNotPartialAfterAGap(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.d.Resume([]CallChannel{caller}, nil, nil)
	require.Len(t, c.d.Live(), 1)
	require.False(t, c.d.Live()[0].Partial)
}

// A customer's channel that a Dial names, as some transfers do, came in all the same.
func TestACustomerWhoIsNamedByADial(t *testing.T) {
	c := tell()
	c.begins(caller)
	began := len(c.found)
	c.dials(agent, caller, "+46701234567@pstn")
	require.Len(t, c.found, began)
	require.False(t, c.d.Live()[0].Outbound)
}
