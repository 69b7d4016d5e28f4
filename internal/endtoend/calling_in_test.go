package endtoend

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// callers is a world in which customers call in while they are being called back.
// Each of its agents has a queue, which is lost by nobody else, and a second trunk
// brings calls as well.
type callers struct {
	*world
	second *softphone.Phone // the far end of the trunk pstn2
}

const callersRules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn, PJSIP/pstn2], dial: "PJSIP/{number}@pstn", tone_zone: se}
queues: {alices: {}, bobs: {}, carols: {}, daves: {}, erins: {}, franks: {}, graces: {}}
defaults: {agent_prompt: callback, schedule: always}
rules:
  - name: later
    missed_in: contact_center
    from: [queue:alices, queue:franks]
    dialing_intervals: [3s]
  - name: with a long prompt
    missed_in: contact_center
    from: [queue:carols, queue:erins]
    agent_prompt: long
    dialing_intervals: [immediately]
  - name: at once
    missed_in: contact_center
    dialing_intervals: [immediately]
`

// queueOf is the number that leads to an agent's own queue.
var queueOf = map[string]string{
	"alice": "+4685550011", "bob": "+4685550012", "carol": "+4685550013", "dave": "+4685550014",
	"erin": "+4685550015", "frank": "+4685550016", "grace": "+4685550017",
}

func newCallers(t *testing.T) *callers {
	t.Helper()
	second, err := softphone.Start(t.Context(), softphone.Options{Listen: "127.0.0.2:0", User: "pstn2", Says: softphone.Tone(lab.CustomersVoice)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, second.Close()) })
	c := lab.Config{
		Agents:  []string{"alice", "bob", "carol", "dave", "erin", "frank", "grace"},
		Numbers: []private.Number{{Number: menuNumber, Dialplan: []string{"Answer()", fmt.Sprintf("Playtones(%d)", menuHz), "Wait(60)"}}},
		Further: map[string]string{"pjsip.conf": trunkTo("pstn2", second)},
		Rules:   callersRules,
		Sounds:  map[string][]byte{"callback": prompt(shortPrompt), "long": prompt(longPrompt)},
	}
	for _, agent := range c.Agents {
		c.Queues = append(c.Queues, private.Queue{Name: agent + "s", Members: []string{agent}, Timeout: time.Minute})
		c.Numbers = append(c.Numbers, private.Number{Number: queueOf[agent], Queue: agent + "s"})
	}
	return &callers{world: newWorldOf(t, c).start(), second: second}
}

// trunkTo is a further trunk in pjsip.conf. Asterisk knows its calls by their address.
func trunkTo(name string, far *softphone.Phone) string {
	address := netip.MustParseAddrPort(far.Addr())
	return fmt.Sprintf(`
[%[1]s]
type = endpoint
transport = udp
context = from-pstn
disallow = all
allow = ulaw
aors = %[1]s
direct_media = no
trust_id_inbound = yes

[%[1]s]
type = aor
contact = sip:%[2]s

[%[1]s]
type = identify
endpoint = %[1]s
match = %[3]s
`, name, address, address.Addr())
}

// Nobody calls a customer who is on the phone with us, whichever way the call came in
// and however the number is written.
func TestCustomersWhoCallInMeanwhile(t *testing.T) {
	c := newCallers(t)
	story := func(name string, tell func(*callers)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tell(&callers{c.in(t), c.second})
		})
	}

	story("while the task waits", func(c *callers) {
		const customer = "+46701234511"
		c.losesAt(queueOf["alice"], customer, "alice")
		in := c.callsIn(c.second, "0701234511")
		waiting := c.waits(customer, "the customer has called and is on the phone since ")
		require.True(c.t, waiting.Due.Before(time.Now()))
		require.Len(c.t, c.Agents["alice"].Calls(), 1, "nor does an agent's phone ring")
		c.gone(in, customer)
		c.calledBack("alice", c.rings("alice"), customer)
		require.Equal(c.t, []string{"connected"}, results(c.story(customer)))
	})
	story("while the agent's phone rings", func(c *callers) {
		const customer = "+46701234512"
		c.losesAt(queueOf["bob"], customer, "bob")
		ringing := c.rings("bob")
		in := c.callsIn(c.Network, "0046701234512")
		require.Equal(c.t, softphone.Cancelled, ringing.MustEnd(c.t).How)
		c.gaveWay(customer)
		c.gone(in, customer)
		c.calledBack("bob", c.rings("bob"), customer)
		require.Equal(c.t, []string{"superseded (doesn't count)", "connected"}, results(c.story(customer)))
	})
	story("while the prompt plays", func(c *callers) {
		const customer = "+46701234513"
		c.losesAt(queueOf["carol"], customer, "carol")
		carol := c.answers("carol")
		in := c.callsIn(c.Network, customer)
		require.Equal(c.t, softphone.Far, carol.MustEnd(c.t).By)
		c.gaveWay(customer)
		c.gone(in, customer)
		c.calledBack("carol", c.rings("carol"), customer)
		require.Equal(c.t, []string{"superseded (doesn't count)", "connected"}, results(c.story(customer)))
	})
	story("while the customer's phone rings", func(c *callers) {
		const customer = "+46701234514"
		c.losesAt(queueOf["dave"], customer, "dave")
		dave := c.answers("dave")
		phone := c.customerRings(customer)
		in := c.callsIn(c.second, customer)
		dave.MustHear(c.t, ringHz)
		phone.MustAnswer(c.t)
		c.speak("dave", dave, phone)
		in.MustHangup(c.t)
		phone.MustHangup(c.t)
		dave.MustEnd(c.t)
		require.Equal(c.t, []string{"connected"}, results(c.taskOf(customer, callback.TaskCompleted)))
	})
	story("and is helped", func(c *callers) {
		const customer = "+46701234515"
		c.losesAt(queueOf["erin"], customer, "erin")
		prompted := c.answers("erin")
		in := c.second.MustDial(c.t, c.URI(queueOf["erin"]), softphone.Caller{Number: "0701234515"})
		require.Equal(c.t, softphone.Far, prompted.MustEnd(c.t).By)
		c.helps(c.rings("erin"), in)
		story := c.taskOf(customer, callback.TaskCancelled)
		require.Equal(c.t, callback.CancelCustomerCalled, story.Reason)
		require.Len(c.t, story.Attempts, 2)
		require.Zero(c.t, story.Attempts[1].Claimed, "the one that gave way isn't followed by another")
		require.Empty(c.t, c.CallsTo(customer))
		c.missed(customer, 1)
	})
	story("and is lost again", func(c *callers) {
		const customer = "+46701234516"
		c.losesAt(queueOf["frank"], customer, "frank")
		in := c.second.MustDial(c.t, c.URI(queueOf["grace"]), softphone.Caller{Number: "0701234516"})
		ringing := c.rings("grace")
		in.MustHangup(c.t)
		ringing.MustEnd(c.t)
		c.calledBack("grace", c.rings("grace"), customer)
		require.Equal(c.t, []string{"connected"}, results(c.story(customer)))
		missed := c.missed(customer, 2)
		require.Equal(c.t, callback.DecisionMerged, missed[0].Decision)
		require.Equal(c.t, "PJSIP/pstn2", missed[0].Trunk)
		require.Len(c.t, c.Agents["frank"].Calls(), 1, "the newest loss decides who calls back")
	})
}

// callsIn has a customer call a menu and listen to it.
func (c *callers) callsIn(network *softphone.Phone, number string) *softphone.Call {
	c.t.Helper()
	in := network.MustDial(c.t, c.URI(menuNumber), softphone.Caller{Number: number})
	in.MustHear(c.t, menuHz)
	return in
}

// gaveWay waits until the attempt has given way to the customer's call, which
// lives: nobody's phone rings.
func (c *callers) gaveWay(customer string) {
	c.t.Helper()
	story := c.waits(customer, "the customer has called and is on the phone since ")
	require.Equal(c.t, []string{"superseded (doesn't count)"}, results(story))
}

// gone has the customer leave the menu. Nobody has called meanwhile.
func (c *callers) gone(in *softphone.Call, customer string) {
	c.t.Helper()
	require.Empty(c.t, c.CallsTo(customer))
	in.MustHangup(c.t)
}
