package pbx

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

// Names as Asterisk 22.10.1 gives them where a queue's member is Local/101@from-queue/n,
// as FreePBX writes them: the channels say neither /n nor which phone is meant.
func TestOnePhoneOfSeveralNames(t *testing.T) {
	account := &callback.Account{Name: "acme", Regions: map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}}}}
	rules := callback.NewRules(callback.NewRulebook(account))
	g := &gate{exchange: &Exchange{o: Options{Name: "pbx1", Rules: rules}, names: newNames("callbackd")}, legs: newLegs(), behind: map[string]string{}}
	sales := callback.Target{Kind: callback.TargetQueue, Name: "sales"}
	g.legs.admit(&call{names: callback.Names{AgentChannel: "callbackd-agent-x"}, target: sales}, nil)
	g.legs.observe(&ari.Dial{Caller: &ari.Channel{ID: "callbackd-agent-x;2"}, Peer: ari.Channel{ID: "1", Name: "Local/101@from-queue-00000001;1"}})
	member := []string{"Local/101@from-queue/n"}
	l, ok := g.legs.one("callbackd-agent-x")
	require.True(t, ok)
	assert.True(t, overlap(g.phones(l.rung()), g.phones(member)), "a live caller in another queue of that member waits for our leg")
	assert.False(t, overlap(g.phones([]string{"PJSIP/101"}), g.phones(member)), "nobody has seen what is behind it")

	g.learn(&ari.Dial{Caller: &ari.Channel{ID: "2", Name: "Local/101@from-queue-00000001;2"}, Peer: ari.Channel{ID: "3", Name: "PJSIP/101-00000007"}})
	assert.True(t, overlap(g.phones([]string{"PJSIP/101"}), g.phones(member)), "the agent of the file is that member")
	assert.True(t, g.legs.engaged(g.phone).taken["PJSIP/101"], "and her phone is rung")

	g.learn(&ari.Dial{Caller: &ari.Channel{ID: "4", Name: "Local/101@from-queue-00000002;2"}, Peer: ari.Channel{ID: "5", Name: "PJSIP/201-00000008"}})
	assert.Equal(t, "PJSIP/201", g.phone("Local/101@from-queue/n"), "she has another phone now")
	g.learn(&ari.Dial{Caller: &ari.Channel{ID: "6", Name: "PJSIP/202-00000009"}, Peer: ari.Channel{ID: "7", Name: "PJSIP/203-0000000a"}})
	assert.Equal(t, "PJSIP/202", g.phone("PJSIP/202"), "a call of one's own means nothing")
	g.learn(&ari.Dial{Caller: &ari.Channel{ID: "8", Name: "Local/0701234567@out-00000003;2"}, Peer: ari.Channel{ID: "9", Name: "PJSIP/pstn-0000000b"}})
	assert.Equal(t, "Local/0701234567@out", g.phone("Local/0701234567@out/n"), "a mobile isn't the trunk")
}
