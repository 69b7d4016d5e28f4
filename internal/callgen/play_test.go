package callgen

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// What a seed makes up it makes up again: a failure can be looked at.
func TestASeedIsAlwaysTheSame(t *testing.T) {
	one, two := Play(7, 50, 20), Play(7, 50, 20)
	require.Equal(t, one.Moments, two.Moments)
	require.Equal(t, one.Outbound, two.Outbound)
	require.NotEqual(t, one.Moments, Play(8, 50, 20).Moments)
}

// A channel is created, then used, then destroyed; time goes on; and in the end nobody is
// left.
func TestChannelsLiveAndDie(t *testing.T) {
	for seed := range uint64(10) {
		r := Play(seed, 100, 50)
		alive, gone := map[string]bool{}, map[string]bool{}
		var now time.Time
		for _, e := range r.Events() {
			require.False(t, e.When().Before(now))
			now = e.When()
			created, is := e.(callback.ChannelCreated)
			if is {
				require.False(t, alive[created.Channel.ID] || gone[created.Channel.ID])
				alive[created.Channel.ID] = true
			}
			for i, id := range ChannelsOf(e) {
				if i > 0 && !alive[id] && !gone[id] {
					continue // a bridge
				}
				if !alive[id] {
					t.Fatalf("seed %d: %T of a channel that isn't there\n%s", seed, e, r.Tell(id))
				}
			}
			if over, is := e.(callback.ChannelDestroyed); is {
				delete(alive, over.Channel.ID)
				gone[over.Channel.ID] = true
			}
		}
		require.Empty(t, alive)
		end := r.ListingAt(len(r.Moments))
		require.Empty(t, end.Channels)
		require.Empty(t, end.Bridges)
	}
}

// A listing has the channels of its moment, as they are then, and who is in which bridge.
func TestListing(t *testing.T) {
	w := newWorld(1)
	w.customer(story{trunk: "PJSIP/pstn", number: "+46701234567", dialled: "+4685550000", patience: time.Hour, steps: []Step{
		Queue{By: ExecIf, Name: "support", Timeout: time.Minute, Ring: time.Minute, Rounds: [][]Peer{{aliceTalks(5*time.Second, nil)}}},
	}})
	r := w.record()
	var talking Listing
	for n := range r.Moments {
		if l := r.ListingAt(n); len(l.Bridges) == 1 && len(l.Bridges[0].Channels) == 2 {
			talking = l
		}
	}
	require.Len(t, talking.Channels, 2)
	require.Equal(t, "Queue", talking.Channels[0].App, "no event has said so on its own")
	require.Equal(t, "Up", talking.Channels[0].State)
	require.Len(t, talking.Created, 2)
}
