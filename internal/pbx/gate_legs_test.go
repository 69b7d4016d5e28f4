package pbx

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"callbackd/ari"
	"callbackd/callback"
)

// The race detector judges: a live caller joins, and a leg's phones are read in order to
// give way, while events say that they ring.
func TestALegIsReadWhileItsPhonesRing(t *testing.T) {
	const phones = 100
	g := &gate{exchange: &Exchange{o: Options{Rules: callback.NewRules(callback.NewRulebook())}, names: newNames("callbackd")}, legs: newLegs()}
	g.legs.admit(&call{names: callback.Names{AgentChannel: "callbackd-agent-x"}, target: callback.Target{Kind: callback.TargetGroup, Name: "sales"}}, nil)
	l, _ := g.legs.one("callbackd-agent-x")

	var events sync.WaitGroup
	events.Go(func() {
		for i := range phones {
			g.legs.observe(&ari.Dial{
				Caller: &ari.Channel{ID: "callbackd-agent-x;2"},
				Peer:   ari.Channel{ID: fmt.Sprint(i), Name: fmt.Sprintf("PJSIP/%d-00000001", i)},
			})
		}
	})
	assert.Empty(t, g.candidates(t.Context(), l), "as it was when it was let in")
	for range phones {
		l, _ := g.legs.one("callbackd-agent-x")
		g.candidates(t.Context(), l)
	}
	events.Wait()
	l, _ = g.legs.one("callbackd-agent-x")
	assert.Len(t, g.candidates(t.Context(), l), phones)
}
