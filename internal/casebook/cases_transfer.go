package casebook

import "time"

// aliceAnswers has a customer call and talk with alice, who then does something
// with the call.
func aliceAnswers(s *Scene) (customer, alice *Line) {
	customer = s.Calls()
	alice = s.Rings("alice").Answers()
	customer.IsAnswered()
	s.Talk()
	return customer, alice
}

// parks has an agent park the customer, hear the place in the lot, and hang up.
func parks(s *Scene, a *Line) {
	a.Transfers("700")
	s.Waits(500 * time.Millisecond)
	a.HangsUp()
}

// transferCases are calls that somebody answers and passes on.
var transferCases = []Case{
	{
		Name: "x-blind-answered", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Transfers("bob")
			b := s.Rings("bob").Answers()
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "x-blind-noanswer", Row: rowBlindTransfer, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Transfers("bob")
			s.Rings("bob")
			c.Ends()
		},
		Truth: []Truth{answeredThenLost("agent:bob")},
	},
	{
		Name: "x-blind-cancel", Row: rowBlindTransfer,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Transfers("carol")
			s.Rings("carol")
			c.HangsUp()
		},
		Truth: []Truth{answeredThenLost("agent:carol")},
	},
	{
		Name: "x-blind-queue-abandon", Row: rowBlindTransfer, Live: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Transfers("sales")
			s.Rings("carol")
			c.HangsUp()
		},
		Truth: []Truth{answeredThenLost("queue:sales")},
	},
	{
		Name: "x-att-early-noanswer", Row: rowBlindTransfer, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Holds()
			asks := s.Dials("alice", "bob")
			s.Rings("bob")
			asks.HearsRinging()
			a.TransfersTo(asks)
			c.Ends()
		},
		Truth: []Truth{answeredThenLost("agent:bob")},
	},
	{
		Name: "x-att-early-answered", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Holds()
			asks := s.Dials("alice", "bob")
			ringing := s.Rings("bob")
			asks.HearsRinging()
			a.TransfersTo(asks)
			s.Waits(300 * time.Millisecond)
			b := ringing.Answers()
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "x-blind-queue-answered", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Transfers("sales")
			d := s.Rings("carol").Answers()
			s.Talk()
			d.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "x-blind-menu", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Transfers("menu")
			s.Waits(time.Second)
			c.HangsUp()
		},
		Truth: []Truth{answered()}, // a menu isn't somebody
	},
	{
		Name: "x-blind-twice", Row: rowBlindTransfer, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Transfers("bob")
			b := s.Rings("bob").Answers()
			s.Talk()
			b.Transfers("carol")
			s.Rings("carol")
			c.Ends()
		},
		Truth: []Truth{answeredThenLost("agent:carol")},
	},
	{
		Name: "x-att-early-queue", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Holds()
			asks := s.Dials("alice", "music")
			asks.IsAnswered()
			s.Rings("carol")
			a.TransfersTo(asks)
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{answeredThenLost("queue:sales")},
	},
	{
		Name: "x-feat-blind-noanswer", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8,t)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Presses("#1")
			s.Waits(1500 * time.Millisecond) // the exchange asks whom to
			a.Presses("1002")
			s.Rings("bob")
			c.Ends()
		},
		Truth: []Truth{answeredThenLost("agent:bob")},
	},
	{
		Name: "x-feat-att-noanswer", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8,tF)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Presses("*2")
			s.Waits(1500 * time.Millisecond)
			a.Presses("1002")
			s.Rings("bob")
			s.Waits(6 * time.Second) // bob doesn't answer, and alice has the customer again
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "x-att-answered", Row: rowAttended, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Holds()
			asks := s.Dials("alice", "bob")
			b := s.Rings("bob").Answers()
			asks.IsAnswered()
			a.TransfersTo(asks)
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "x-att-returns", Row: rowAttended,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Holds()
			asks := s.Dials("alice", "bob")
			s.Rings("bob").Refuses(486)
			asks.Ends()
			a.Unholds()
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "x-att-local-chain", Row: rowAttended,
		Dialplan: []string{"Dial(Local/alice@desk/n,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.Holds()
			asks := s.Dials("alice", "bob")
			b := s.Rings("bob").Answers()
			asks.IsAnswered()
			a.TransfersTo(asks)
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "park-timeout-noanswer", Row: rowParkedByAgent, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			parks(s, a)
			s.Rings("alice")
			c.Ends()
		},
		Truth: []Truth{answeredThenLost("agent:alice")},
	},
	{
		Name: "park-timeout-answered", Row: rowParkedByAgent,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			parks(s, a)
			a = s.Rings("alice").Answers()
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "park-agent-retrieved", Row: rowParkedByAgent,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			parks(s, a)
			b := s.Dials("bob", "701")
			b.IsAnswered()
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "park-hungup", Row: rowParkedByAgent,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			parks(s, a)
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{answered()}, // nobody was tried after alice
	},
	{
		Name: "park-dialplan-timeout", Row: rowParkedByPlan,
		Dialplan: []string{"Answer()", "Park(lot,rc(lot-return,s,1))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			c.Ends()
		},
		Truth: []Truth{missed("scenario:lot-return")},
	},
	{
		Name: "park-retrieved", Row: rowParkedByPlan,
		Dialplan: []string{"Answer()", "Park(lot,c(lot-return,s,1))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			s.Waits(700 * time.Millisecond)
			a := s.Dials("alice", "701")
			a.IsAnswered()
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "park-agent-in-lot", Row: rowParkedByPlan, Live: true,
		Dialplan: []string{"Answer()", "Park(lot,rc(lot-return,s,1))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			s.Waits(500 * time.Millisecond)
			a := s.Dials("alice", "700")
			a.IsAnswered()
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{missed("scenario:lot-return")},
	},
	{
		Name: "pickup", Row: rowPickup,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     picksUp("alice", "bob", "*8"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "pickup-chan", Row: rowPickup,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     picksUp("alice", "bob", "*9"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "pickup-queue", Row: rowPickup, Live: true,
		Dialplan: []string{"Queue(sales,,,,20)", "Hangup()"},
		Play:     picksUp("carol", "bob", "*8"),
		Truth:    []Truth{answered()},
	},
}

// picksUp is a call that rings on one phone and is taken on another.
func picksUp(ringing, taker, code string) func(*Scene) {
	return func(s *Scene) {
		c := s.Calls()
		s.Rings(ringing)
		b := s.Dials(taker, code)
		b.IsAnswered()
		c.IsAnswered()
		s.Talk()
		b.HangsUp()
		c.Ends()
	}
}
