package callback

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A detector that never sees an end forgets the oldest first, and says so; the customers
// among them get what is known of their calls.
func TestMoreChannelsThanCanBeRemembered(t *testing.T) {
	c := tell()
	c.begins(caller)
	for i := range MaxChannels {
		require.Zero(t, c.end)
		c.begins(CallChannel{ID: fmt.Sprint(i), Name: fmt.Sprintf("PJSIP/alice-%08x", i)})
	}
	require.Equal(t, MaxChannels, c.d.Channels())
	require.Equal(t, 1, c.d.CrowdedOut())
	require.Equal(t, "caller", c.end.CallID)
	require.True(t, c.end.Partial)
	require.Empty(t, c.d.Live())
	c.begins(CallChannel{ID: "one more", Name: "Local/x@y-00000001;1"})
	require.Equal(t, MaxChannels, c.d.Channels())
}

// What destroyed channels leave behind is bounded too, at whatever rate they come.
func TestManyShortChannels(t *testing.T) {
	c := tell()
	for i := range 3 * MaxChannels {
		ch := CallChannel{ID: fmt.Sprint(i), Name: fmt.Sprintf("PJSIP/alice-%08x", i)}
		c.d.Observe(ChannelCreated{noon, ch})
		c.d.Observe(ChannelDestroyed{noon, ch})
	}
	require.Zero(t, c.d.Channels())
	require.LessOrEqual(t, len(c.d.ended.order), MaxChannels+1)
	require.LessOrEqual(t, len(c.d.ended.at), MaxChannels+1)
	require.Zero(t, c.d.order.Len())
	require.Empty(t, c.d.bridges)
	require.Empty(t, c.d.locals)
}

// Ten minutes in a ringall queue of 20 whose members don't answer cost no memory.
func TestALongWaitInAQueueOfMany(t *testing.T) {
	c := tell()
	queued := caller
	queued.App, queued.AppData = "Queue", "support"
	c.begins(caller)
	c.runs("Queue", "support")
	for ring := range 120 {
		for member := range 20 {
			id := fmt.Sprintf("%d-%d", ring, member)
			half := func(n string) CallChannel {
				return CallChannel{ID: id + n, Name: fmt.Sprintf("Local/%d@agents-%08x;%s", member, ring, n)}
			}
			c.begins(half("1"))
			c.begins(half("2"))
			c.dials(queued, half("1"), "x@agents")
			for _, n := range []string{"1", "2"} {
				c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, half(n)} })
			}
		}
	}
	require.Equal(t, 1, c.d.Channels())
	ch := c.d.channels["caller"]
	require.Len(t, ch.tries, 1)
	require.Empty(t, ch.tries[0].locals)
	require.Less(t, len(c.d.ended.order), 100)
}

// A Local channel that rings for long is one.
func TestADialToldAgainAndAgain(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.throughLocal()
	c.dials(caller, local("1"), "hunt@sales/n")
	require.Len(t, c.d.channels["caller"].tries[0].locals, 1)
}

// sweeps has the detector hear which channels Asterisk lists, a quarter of an hour after the
// time before by our clock, which is far from Asterisk's.
func (c *telling) sweeps(listed ...string) (found []Finding) {
	c.swept += 15 * time.Minute
	list := map[string]bool{}
	for _, id := range listed {
		list[id] = true
	}
	return c.d.Sweep(list, noon.AddDate(10, 0, 0).Add(c.swept))
}

// verdict is the one among findings.
func verdict(t *testing.T, found []Finding) Verdict {
	t.Helper()
	var verdicts []Verdict
	for _, f := range found {
		if v, is := f.(Verdict); is {
			verdicts = append(verdicts, v)
		}
	}
	require.Len(t, verdicts, 1)
	return verdicts[0]
}

// A channel that two listings in a row lack is gone, though nobody said so.
func TestSweep(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.runs("Queue", "support")
	c.begins(agent)
	c.begins(outside)
	c.dials(agent, outside, "+46709999999@pstn")

	require.Empty(t, c.sweeps(), "the list may be older than the channels")
	require.Empty(t, c.sweeps("caller", "agent", "outside"))
	require.Empty(t, c.sweeps("agent"), "it was listed in between")
	require.Len(t, c.d.Live(), 2)

	found := c.sweeps("agent")
	over := map[string]bool{}
	for _, f := range found {
		if f, is := f.(CallOver); is {
			over[f.ID] = true
		}
	}
	require.Equal(t, map[string]bool{"caller": true, "outside": true}, over)
	v := verdict(t, found)
	require.True(t, v.Partial)
	require.Equal(t, "support", v.Loss.Queue)
	require.Equal(t, c.at.Add(15*time.Minute), v.Ended, "by Asterisk's clock")
	require.Equal(t, 1, c.d.Channels())

	c.runs("Dial", "PJSIP/alice")
	require.Zero(t, c.ends(), "what comes late does nothing")
}

// Whoever was with a person until the end got lost has been helped, also where nothing else
// happens on the PBX.
func TestSweepOfAConversation(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.begins(agent)
	c.joins(agent)
	c.joins(caller)
	c.sweeps()
	require.Equal(t, 15*time.Minute, verdict(t, c.sweeps()).Talked)
}

// A call whose end was never seen isn't a brief one, on however quiet a PBX.
func TestASweptCallIsNotBrief(t *testing.T) {
	account := &Account{MinTalk: time.Second, Callable: Callable{MinWait: 5 * time.Second}}
	c := tell()
	c.begins(caller)
	c.runs("Queue", "support")
	c.sweeps()
	require.False(t, account.evidence(verdict(t, c.sweeps())).tooShort)

	c = tell()
	c.begins(caller)
	c.sweeps()
	for range 20 * 60 {
		c.begins(CallChannel{ID: "another", Name: "PJSIP/bob-00000009"})
	}
	require.Equal(t, c.at, verdict(t, c.sweeps()).Ended, "no sooner than the newest event")
}

// Whatever Asterisk's clock says, a talk isn't negative, a call took less than a week, and
// one who talked while the clock was set back has talked.
func TestClocksThatAreWrong(t *testing.T) {
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	for name, row := range map[string]struct {
		begin, talk, fall, end time.Time
		talked, took           time.Duration
	}{
		"set back in the talk":         {noon, noon, noon.Add(-time.Hour), noon.Add(-time.Hour), talkUnmeasured, 0},
		"a millisecond of disorder":    {noon, noon, noon.Add(-time.Millisecond), noon, 0, 0},
		"set forward in the talk":      {year(1970), year(1970), noon, noon, longestCall, longestCall},
		"the end of time":              {year(1970), noon, year(9999), year(9999), longestCall, longestCall},
		"back from the end of time":    {noon, noon.Add(time.Second), noon.Add(3 * time.Second), year(1970), 2 * time.Second, 0},
		"no time at all":               {noon, noon.Add(time.Second), time.Time{}, time.Time{}, 0, time.Second},
		"all in the year 9999":         {year(9999), year(9999), year(9999).Add(time.Minute), year(9999).Add(time.Hour), time.Minute, time.Hour},
		"longer than a Duration lasts": {time.Unix(math.MinInt32, 0), noon, year(9999), year(9999), longestCall, longestCall},
	} {
		c := tell()
		var v Verdict
		for _, e := range []CallEvent{
			ChannelCreated{row.begin, caller}, ChannelCreated{row.begin, agent},
			BridgeEntered{At: row.talk, Bridge: "b", Channel: agent}, BridgeEntered{At: row.talk, Bridge: "b", Channel: caller},
			BridgeLeft{At: row.fall, Bridge: "b", Channel: caller}, ChannelDestroyed{row.end, caller},
		} {
			for _, f := range c.d.Observe(e) {
				if over, is := f.(Verdict); is {
					v = over
				}
			}
		}
		require.Equal(t, "caller", v.CallID, name)
		require.Equal(t, row.talked, v.Talked, name)
		require.Equal(t, row.took, v.Ended.Sub(v.Arrived), name)
	}
}

// Names of channels start anew with Asterisk: an old Local channel whose end was never
// seen is not the other half of a new one.
func TestNamesThatComeBack(t *testing.T) {
	renamed := func(id, n string) CallChannel { return CallChannel{ID: id, Name: "Local/hunt@sales-00000001;" + n} }
	c := tell()
	c.begins(renamed("old1", "1"))
	c.begins(renamed("old2", "2"))
	c.begins(renamed("new1", "1"))
	c.begins(renamed("new2", "2"))
	require.Equal(t, c.d.channels["new2"], c.d.channels["new1"].half)
	require.Equal(t, c.d.channels["old1"], c.d.channels["old2"].half)
	for _, id := range []string{"old1", "old2"} {
		c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, c.known(id)} })
	}
	require.Len(t, c.d.locals, 2, "the new ones")
}

func (c *telling) known(id string) CallChannel {
	return CallChannel{ID: id, Name: c.d.channels[id].name}
}

func TestPersonalTechnology(t *testing.T) {
	for name, want := range map[string]bool{
		"PJSIP/alice-00000002": true, "DAHDI/i1/100-1": true, "PJSIP": true,
		"Local/1001@agents-00000003;1": false, "CBAnn/room1-00000001;1": false, "Snoop/x-0000": false, "": false,
	} {
		require.Equal(t, want, PersonalTechnology(name), name)
	}
}
