package casebook

import (
	"time"

	"callbackd/internal/softphone"
)

// mobile is an agent's phone that is reached over the trunk.
const mobile = "+46709999999"

// outsideCases are calls in which the trunk is used otherwise than by one
// customer who calls, and those in which none does.
var outsideCases = []Case{
	{
		Name: "mobile-answered", Row: rowMobile,
		Dialplan: []string{"Dial(PJSIP/" + mobile + "@pstn,8)", "Hangup()"},
		Play:     servedBy("pstn"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "mobile-noanswer", Row: rowMobile,
		Dialplan: []string{"Dial(PJSIP/" + mobile + "@pstn,2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:PJSIP/" + mobile + "@pstn")},
	},
	{
		Name: "g-mixed-mobile-answered", Row: rowMobile,
		Dialplan: []string{"Dial(PJSIP/alice&PJSIP/" + mobile + "@pstn,8)", "Hangup()"},
		Play:     servedBy("pstn"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "trunk-to-trunk", Row: rowMobile, Live: true,
		Dialplan: []string{"Dial(PJSIP/" + mobile + "@pstn2,8)", "Hangup()"},
		Play:     servedBy("pstn2"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "two-trunks", Row: rowTwoTrunks, Live: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			first := s.Calls()
			s.Rings("alice")
			other := s.CallsOver("pstn2", softphone.Caller{Number: Customer})
			s.Waits(500 * time.Millisecond)
			first.HangsUp()
			s.Rings("alice")
			other.HangsUp()
		},
		Truth: []Truth{missed("queue:support"), missed("queue:support")},
	},
	{
		Name: "out-answered", Row: rowNoCustomer, Live: true, Kind: Outbound,
		ByHand: []ByHand{{Agent: "alice", Number: Customer, Answered: true}},
		Play: func(s *Scene) {
			a := s.Dials("alice", Customer)
			c := s.Rings("pstn").Answers()
			a.IsAnswered()
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
	},
	{
		Name: "out-noanswer", Row: rowNoCustomer, Kind: Outbound,
		ByHand: []ByHand{{Agent: "alice", Number: Customer}},
		Play: func(s *Scene) {
			a := s.Dials("alice", Customer)
			s.Rings("pstn")
			a.HangsUp()
		},
	},
	{
		Name: "out-busy", Row: rowNoCustomer, Kind: Outbound,
		ByHand: []ByHand{{Agent: "alice", Number: Customer}},
		Play: func(s *Scene) {
			a := s.Dials("alice", Customer)
			s.Rings("pstn").Refuses(486)
			a.Ends()
		},
	},
	{
		Name: "out-via-local", Row: rowNoCustomer, Kind: Outbound,
		ByHand: []ByHand{{Agent: "alice", Number: Customer, Answered: true}},
		Play: func(s *Scene) {
			a := s.Dials("alice", "9")
			c := s.Rings("pstn").Answers()
			a.IsAnswered()
			s.Talk()
			c.HangsUp()
			a.Ends()
		},
	},
	{
		Name: "out-by-click", Row: rowNoCustomer, Live: true, Kind: Outbound,
		ByHand: []ByHand{{Agent: "alice", Number: Customer, Answered: true}},
		Play: func(s *Scene) {
			s.Clicks("alice", Customer)
			a := s.Rings("alice").Answers()
			c := s.Rings("pstn").Answers()
			s.Talk()
			c.HangsUp()
			a.Ends()
		},
	},
	{
		Name: "out-then-attended", Row: rowOutboundMoved, Kind: Outbound,
		ByHand: []ByHand{{Agent: "alice", Number: Customer, Answered: true}},
		Play: func(s *Scene) {
			a := s.Dials("alice", Customer)
			c := s.Rings("pstn").Answers()
			a.IsAnswered()
			s.Talk()
			a.Holds()
			asks := s.Dials("alice", "bob")
			b := s.Rings("bob").Answers()
			asks.IsAnswered()
			a.TransfersTo(asks)
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
	},
	{
		Name: "int-answered", Row: rowNoCustomer, Kind: Internal,
		Play: func(s *Scene) {
			a := s.Dials("alice", "bob")
			b := s.Rings("bob").Answers()
			a.IsAnswered()
			s.Talk()
			a.HangsUp()
			b.Ends()
		},
	},
	{
		Name: "int-queue-abandon", Row: rowNoCustomer, Live: true, Kind: Internal,
		Play: func(s *Scene) {
			a := s.Dials("alice", "sales")
			s.Rings("carol")
			a.HangsUp()
		},
	},
	{
		Name: "x-out-then-blind", Row: rowOutboundMoved, Live: true, Kind: Outbound,
		ByHand: []ByHand{{Agent: "alice", Number: Customer, Answered: true}},
		Play: func(s *Scene) {
			a := s.Dials("alice", Customer)
			c := s.Rings("pstn").Answers()
			a.IsAnswered()
			s.Talk()
			a.Transfers("bob")
			s.Rings("bob")
			c.Ends()
		},
	},
	{
		Name: "conf-two-customers", Row: rowConference,
		Dialplan: []string{"ConfBridge(room)", "Hangup()"},
		Play: func(s *Scene) {
			first := s.Calls()
			first.IsAnswered()
			other := s.CallsAs(second)
			other.IsAnswered()
			s.Talk()
			first.HangsUp()
			other.HangsUp()
		},
		Truth: []Truth{missed("scenario:from-pstn"), missed("scenario:from-pstn")},
	},
	{
		Name: "conf-with-agent", Row: rowConference, Live: true,
		Dialplan: []string{"ConfBridge(room,,quiet)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			a := s.Dials("alice", "888")
			a.IsAnswered()
			s.Talk()
			c.HangsUp()
			a.HangsUp()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "conf-agent-first", Row: rowConference,
		Dialplan: []string{"ConfBridge(room,,quiet)", "Hangup()"},
		Play: func(s *Scene) {
			a := s.Dials("alice", "888")
			a.IsAnswered()
			s.Waits(500 * time.Millisecond)
			c := s.Calls()
			c.IsAnswered()
			s.Talk()
			c.HangsUp()
			a.HangsUp()
		},
		Truth: []Truth{answered()},
		Logs:  []Truth{missed("scenario:from-pstn")}, // the row with both names is alice's
	},
	{
		Name: "conf-agent-too-late", Row: rowConference, Crossing: true,
		Dialplan: []string{"ConfBridge(room)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			s.Waits(500 * time.Millisecond)
			a := s.Dials("alice", "888")
			a.IsAnswered()
			s.Talk() // each to nobody: the customer is still told of being the only one
			c.HangsUp()
			a.HangsUp()
		},
		Truth: []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "stasis-other-app-bridged", Row: rowForeignBridge, Live: true,
		Dialplan: []string{"Answer()", "Stasis(elsewhere,bridge,PJSIP/alice)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(2 * time.Second)
			a.HangsUp()
			c.HangsUp()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "answer-cancel-cross", Row: rowCrossing, Live: true, Crossing: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice")
			s.AtOnce(func() { _ = a.call.Answer() }, c.HangsUp)
		},
		Truth: []Truth{missed("queue:support")},
	},
}

// numberCases are calls whose caller's number is peculiar.
var numberCases = []Case{
	{
		Name: "cid-anonymous", Row: rowNumber,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play:     givesUpAs(softphone.Caller{Number: "anonymous", Name: "Anonymous"}),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "cid-anonymous-pai", Row: rowNumber, Live: true, Withheld: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play:     givesUpAs(softphone.Caller{Number: "anonymous", Asserted: Customer, Privacy: "id"}),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "cid-pai", Row: rowNumber,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play:     givesUpAs(softphone.Caller{Number: Customer, Asserted: "+46855511111"}),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "cid-changed-by-dialplan", Row: rowNumber, Live: true,
		Dialplan: []string{"Set(CALLERID(num)=0${CALLERID(num):3})", "Set(CALLERID(name)=VIP)", "Queue(support,,,,20)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "cid-forms", Row: rowNumber,
		Dialplan: []string{"Wait(20)"},
		Play: func(s *Scene) {
			for _, number := range []string{"0701234567", "0046701234567", "46701234567", "+46701234567", "701234567", "tel:+46701234567"} {
				c := s.CallsAs(softphone.Caller{Number: number, Name: `Åsa "x|y" <b>`})
				s.Waits(300 * time.Millisecond)
				c.HangsUp()
			}
		},
		Truth: []Truth{
			missed("scenario:from-pstn"), missed("scenario:from-pstn"), missed("scenario:from-pstn"),
			missed("scenario:from-pstn"), missed("scenario:from-pstn"), missed("scenario:from-pstn"),
		},
	},
}

// givesUpAs is givesUpRinging by a caller who shows as something peculiar.
func givesUpAs(caller softphone.Caller) func(*Scene) {
	return func(s *Scene) {
		c := s.CallsAs(caller)
		s.Rings("alice")
		c.HangsUp()
	}
}
