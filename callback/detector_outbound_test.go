package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// outside is the trunk's leg to a customer whom somebody dials.
var outside = CallChannel{ID: "outside", Name: "PJSIP/pstn-00000007", State: "Down"}

func byHand(c *telling) (began, answered, over []LiveCall) {
	for _, f := range c.found {
		switch f := f.(type) {
		case CallBegan:
			if f.Outbound {
				began = append(began, f.LiveCall)
			}
		case CallAnswered:
			answered = append(answered, f.LiveCall)
		case CallOver:
			if f.Outbound {
				over = append(over, f.LiveCall)
			}
		}
	}
	return began, answered, over
}

// An agent dials a customer: begun when it is dialled, answered once, over when the
// customer's leg is gone.
func TestAnAgentDialsACustomer(t *testing.T) {
	c := tell()
	c.begins(agent)
	c.begins(outside)
	c.dials(agent, outside, "+46701234567@pstn")
	want := LiveCall{
		PBX: "pbx1", ID: "outside", Trunk: "PJSIP/pstn", Number: "+46701234567",
		Outbound: true, Agent: "PJSIP/alice", Since: c.at,
	}
	began, answered, over := byHand(c)
	require.Equal(t, []LiveCall{want}, began)
	require.Empty(t, answered)
	require.Empty(t, over)
	require.Equal(t, []LiveCall{want}, c.d.Live())

	c.event(func(at time.Time) CallEvent { return DialSeen{At: at, Caller: &agent, Peer: outside, Status: "ANSWER"} })
	c.joins(outside)
	c.joins(agent)
	_, answered, _ = byHand(c)
	require.Equal(t, []LiveCall{want}, answered, "once")

	c.event(func(at time.Time) CallEvent { return ChannelDestroyed{at, outside} })
	_, _, over = byHand(c)
	require.Equal(t, []LiveCall{want}, over)
	require.Empty(t, c.d.Live())
	require.Zero(t, c.end, "no verdict")
}

// Where Dial's own word is lost, a bridge tells that the customer answered.
func TestACustomerWhoAnswersIsInABridge(t *testing.T) {
	c := tell()
	c.begins(agent)
	c.begins(outside)
	c.dials(agent, outside, "+46701234567@pstn")
	c.joins(outside)
	_, answered, _ := byHand(c)
	require.Empty(t, answered, "alone")
	c.joins(agent)
	_, answered, _ = byHand(c)
	require.Len(t, answered, 1)
}

// A leg over a trunk is nobody's call by hand where it is made on behalf of a customer who
// has called, for callbackd, or by a queue.
func TestLegsThatNobodyDialsByHand(t *testing.T) {
	queue := agent
	queue.App = "Queue"
	for name, tells := range map[string]func(c *telling){
		"an agent's mobile for a customer": func(c *telling) { c.dials(caller, outside, "+46709999999@pstn") },
		"behind a Local channel": func(c *telling) {
			c.throughLocal()
			c.dials(local("2"), outside, "+46709999999@pstn")
		},
		"behind a Local channel whose Dial is told later": func(c *telling) {
			c.begins(local("1"))
			c.begins(local("2"))
			c.dials(local("2"), outside, "+46709999999@pstn")
			c.dials(caller, local("1"), "hunt@sales/n")
		},
		"a queue's member for a colleague": func(c *telling) { c.dials(queue, outside, "pstn/sip:+46709999999@192.0.2.1") },
		"for callbackd": func(c *telling) {
			first := CallChannel{ID: "first", Name: "Local/support@queues-00000001;1"}
			queued := CallChannel{ID: "ours", Name: "Local/support@queues-00000001;2"}
			c.begins(first)
			c.begins(queued)
			c.event(func(at time.Time) CallEvent { return DialSeen{At: at, Peer: first, Dialled: "support@queues"} })
			c.dials(queued, outside, "+46709999999@pstn")
		},
		"callbackd's own leg":  func(c *telling) { c.begins(ours); c.dials(agent, ours, "+46701234567@pstn") },
		"a phone in the house": func(c *telling) { c.dials(caller, agent, "alice") },
		"without a number":     func(c *telling) { c.dials(agent, outside, "pstn/sip:reception@192.0.2.1") },
	} {
		c := tell()
		for _, ch := range []CallChannel{caller, agent, outside} {
			c.begins(ch)
		}
		tells(c)
		began, _, _ := byHand(c)
		require.Empty(t, began, name)
	}
}

// The Dial behind a Local channel may be told before the one that leads there, and the
// customer may have answered by then.
func TestAnAgentDialsThroughALocalChannel(t *testing.T) {
	c := tell()
	for _, ch := range []CallChannel{agent, outside, local("2"), local("1")} {
		c.begins(ch)
	}
	c.dials(local("2"), outside, "+46701234567@pstn")
	by := local("2")
	c.event(func(at time.Time) CallEvent { return DialSeen{At: at, Caller: &by, Peer: outside, Status: "ANSWER"} })
	began, _, _ := byHand(c)
	require.Empty(t, began, "on whose behalf?")
	c.dials(agent, local("1"), "+46701234567@agents")
	began, answered, _ := byHand(c)
	require.Len(t, began, 1)
	require.Equal(t, "PJSIP/alice", began[0].Agent)
	require.Len(t, answered, 1)
}

// A program may have Asterisk call a customer; then no agent is known.
func TestAProgramDialsACustomer(t *testing.T) {
	c := tell()
	c.begins(outside)
	c.event(func(at time.Time) CallEvent { return DialSeen{At: at, Peer: outside, Dialled: "+46701234567@pstn"} })
	began, _, _ := byHand(c)
	require.Len(t, began, 1)
	require.Empty(t, began[0].Agent)
}

func TestDialledNumber(t *testing.T) {
	for _, c := range []struct{ dialled, endpoint, want string }{
		{"+46701234567@pstn", "PJSIP/pstn", "+46701234567"},
		{"PJSIP/+46701234567@pstn", "PJSIP/pstn", "+46701234567"},
		{"PJSIP/0046701234567@pstn", "PJSIP/pstn", "0046701234567"},
		{"PJSIP/70 123 45 67@pstn", "PJSIP/pstn", "70 123 45 67"},
		{"pstn/sip:0701234567@192.0.2.1:5060", "PJSIP/pstn", "0701234567"},
		{"PJSIP/pstn/sip:+46701234567@192.0.2.1:5060", "PJSIP/pstn", "+46701234567"},
		{"PJSIP/pstn/sip:070-1234567@192.0.2.1", "PJSIP/pstn", "070-1234567"},
		{"PJSIP/pstn/sip:+46701234567;phone-context=x@192.0.2.1;transport=tcp", "PJSIP/pstn", "+46701234567"},
		{"PJSIP/pstn/sip:0701234567:1234@192.0.2.1", "PJSIP/pstn", "0701234567"},
		{"PJSIP/46855500001/sip:+46701234567@46855500001@192.0.2.1", "PJSIP/46855500001", "+46701234567"},
		{"SIP/pstn/0701234567", "SIP/pstn", "0701234567"},
		{"IAX2/pstn/0701234567@outside/a", "IAX2/pstn", "0701234567"},
		{"DAHDI/g1/0701234567", "DAHDI/1", "0701234567"},
		{"g1/0701234567", "DAHDI/1", "0701234567"},
		{"DAHDI/1/0701234567", "DAHDI/1", "0701234567"},
		{"DAHDI/i1/0701234567/K", "DAHDI/i1/0701234567", "0701234567"},

		{"PJSIP/0701234567@46855500001", "PJSIP/46855500001", "0701234567"},
		{"0701234567@46855500001", "PJSIP/46855500001", "0701234567"},
		{"SIP/4685550000/0701234567", "SIP/4685550000", "0701234567"},
		{"4685550000/0701234567", "SIP/4685550000", "0701234567"},
		{"PJSIP/46855500001/sip:112@46855500001", "PJSIP/46855500001", "112"},
		{"PJSIP/46855500001/sip:reception@192.0.2.1", "PJSIP/46855500001", ""},
		{"PJSIP/reception@46855500001", "PJSIP/46855500001", ""},
		{"PJSIP/46855500001", "PJSIP/46855500001", ""},
		{"46855500001", "PJSIP/46855500001", ""},

		{"alice", "PJSIP/alice", ""},
		{"pstn/sip:alice@192.0.2.1", "PJSIP/pstn", ""},
		{"pstn/sip:192.0.2.1", "PJSIP/pstn", ""},
		{"PJSIP/*31*0701234567@pstn", "PJSIP/pstn", ""},
		{"PJSIP/+1800FLOWERS@pstn", "PJSIP/pstn", ""},
		{"+@pstn", "PJSIP/pstn", ""},
		{"", "PJSIP/pstn", ""},
		{"+", "PJSIP/pstn", ""},
	} {
		require.Equal(t, c.want, DialledNumber(c.dialled, c.endpoint), "%s through %s", c.dialled, c.endpoint)
	}
}

// A trunk whose name is a number is nobody who is called.
func TestATrunkMayHaveANumberForItsName(t *testing.T) {
	d := NewDetector("pbx1", func(endpoint string) bool { return endpoint == "PJSIP/46855500001" }, func(string) bool { return false })
	leg := CallChannel{ID: "leg", Name: "PJSIP/46855500001-00000009", State: "Down"}
	d.Observe(ChannelCreated{noon, agent})
	d.Observe(ChannelCreated{noon, leg})
	require.Empty(t, d.Observe(DialSeen{At: noon, Caller: &agent, Peer: leg, Dialled: "46855500001"}))

	leg = CallChannel{ID: "next", Name: "PJSIP/46855500001-0000000a", State: "Down"}
	d.Observe(ChannelCreated{noon, leg})
	found := d.Observe(DialSeen{At: noon, Caller: &agent, Peer: leg, Dialled: "0701234567@46855500001"})
	require.Len(t, found, 1)
	require.Equal(t, "0701234567", found[0].(CallBegan).Number)
}

// Locals that dial each other lead nowhere, and nobody goes round with them for ever.
func TestLocalsThatDialEachOther(t *testing.T) {
	d := NewDetector("pbx1", func(endpoint string) bool { return endpoint == "PJSIP/pstn" }, func(string) bool { return false })
	half := func(name, n string) CallChannel {
		return CallChannel{ID: name + n, Name: "Local/" + name + "@x-00000001;" + n}
	}
	dials := func(by, peer CallChannel, number string) []Finding {
		return d.Observe(DialSeen{At: noon, Caller: &by, Peer: peer, Dialled: number})
	}
	for _, name := range []string{"a", "b"} {
		d.Observe(ChannelCreated{noon, half(name, "1")})
		d.Observe(ChannelCreated{noon, half(name, "2")})
	}
	dials(half("a", "2"), half("b", "1"), "b@x")
	dials(half("b", "2"), half("a", "1"), "a@x")
	leg := CallChannel{ID: "leg", Name: "PJSIP/pstn-00000009", State: "Down"}
	d.Observe(ChannelCreated{noon, leg})
	require.Empty(t, dials(half("b", "2"), leg, "+46701234567@pstn"))
}
