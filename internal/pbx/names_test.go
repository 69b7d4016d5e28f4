package pbx

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"callbackd/ari"
	"callbackd/callback"
)

// Two callbackds on one PBX know their own, whatever their applications are called.
func TestEachKnowsItsOwn(t *testing.T) {
	applications := []string{"callbackd", "callbackd-2", "callbackd-agent", "my-bridge-pbx", "callbackd-in", "a.b+c"}
	for _, application := range applications {
		own := Own(application)
		for _, other := range applications {
			n := callback.NewNames(other)
			for _, id := range []string{n.AgentChannel, n.CustomerChannel, n.Bridge, snoop(ari.SnoopIn, n.Bridge), snoop(ari.SnoopOut, n.Bridge)} {
				assert.Equal(t, application == other, own(id), "%s about %s", application, id)
			}
		}
	}
}

func TestWhatIsBesideABridge(t *testing.T) {
	n := callback.NewNames("my-bridge-pbx")
	key := n.Bridge[len("my-bridge-pbx-bridge-"):]
	assert.Equal(t, "my-bridge-pbx-tone-"+key, playback("tone", n.Bridge))
	assert.Equal(t, "my-bridge-pbx-out-"+key, snoop(ari.SnoopOut, n.Bridge))
}
