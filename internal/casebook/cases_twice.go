package casebook

import "time"

// twiceCases are calls in which several people are tried, or several things
// said, one after the other: the last one counts.
var twiceCases = []Case{
	{
		Name: "q-loop-abandon", Row: rowTwoQueues,
		Dialplan: []string{"Answer()", "Queue(support,,,,1)", "Playback(beep)", "Queue(support,,,,1)", "Playback(beep)", "Queue(support,,,,20)"},
		Play: func(s *Scene) {
			c := s.Calls()
			for range 3 {
				s.Rings("alice")
			}
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:support")},
	},
	{
		Name: "q-dial-queue-abandon", Row: rowTwoQueues, Live: true,
		Dialplan: []string{"Queue(support,,,,1)", "Dial(PJSIP/dave,1)", "Queue(sales,,,,20)", "Hangup()"},
		Play:     givesUpRinging("carol"),
		Truth:    []Truth{missed("queue:sales")},
	},
	{
		Name: "q-redirect-menu", Row: rowExitKey,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			s.Redirects("main-menu", "s")
			c.IsAnswered()
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:support")},
	},
	{
		Name: "q-timeout-local-voicemail", Row: rowLocalVoicemail,
		Dialplan: []string{"Queue(support,,,,1)", "Dial(Local/box@mailbox/n,10)", "Hangup()"},
		Play:     givesUpAfter(Talk),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "q-answered-then-queue", Row: rowBlindTransfer, Live: true,
		Dialplan: []string{"Queue(support,c,,,20)", "Queue(sales,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.HangsUp()
			s.Rings("carol")
			c.HangsUp()
		},
		Truth: []Truth{answeredThenLost("queue:sales")},
	},
	{
		Name: "q-one-of-two-answered", Row: rowQueueAnswered, Live: true,
		Dialplan: []string{"Queue(support,,,,60)", "Hangup()"},
		Play: func(s *Scene) {
			first, a := aliceAnswers(s)
			other := s.CallsAs(second)
			s.RingsFor("bob", second.Number)
			other.HangsUp()
			s.Talk()
			a.HangsUp()
			first.Ends()
		},
		Truth: []Truth{missed("queue:support"), answered()},
	},
	{
		Name: "ivr-prompt-before-queue", Row: rowMenu,
		Dialplan: []string{"Answer()", "Playback(vm-options)", "Queue(support,,,,20)"},
		Play:     givesUpAfter(500 * time.Millisecond),
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "d-goes-on-to-second", Row: rowBlindTransfer,
		Dialplan: []string{"Dial(PJSIP/alice,8,g)", "Dial(PJSIP/bob,2)", "Hangup()"},
		Play: func(s *Scene) {
			c, a := aliceAnswers(s)
			a.HangsUp()
			s.Rings("bob")
			c.Ends()
		},
		Truth: []Truth{answeredThenLost("agent:bob")},
	},
	{
		Name: "retrydial-busy", Row: rowAgentLost,
		Dialplan: []string{"RetryDial(beep,1,1,PJSIP/alice,5)", "Hangup()"},
		Play: func(s *Scene) {
			s.Always("alice", Refuses(486))
			staysOn(s)
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "d-music", Row: rowAgentLost,
		Dialplan: []string{"Dial(PJSIP/alice,2,m)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-contacts", Row: rowAgentLost, Live: true,
		Dialplan: []string{"Dial(${PJSIP_DIAL_CONTACTS(alice)},2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-answered-time-limit", Row: rowAgentAnswered,
		Dialplan: []string{"Dial(PJSIP/alice,8,L(2000))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			c.Ends()
			a.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "g-phone-and-local", Row: rowGroup,
		Dialplan: []string{"Dial(PJSIP/alice&Local/bob@desk/n,2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("group:sales")},
	},
	{
		Name: "hunt-three", Row: rowHunting,
		Dialplan: []string{"Dial(PJSIP/alice,1)", "Dial(PJSIP/ghost,1)", "Dial(PJSIP/bob,1)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("group:support")},
		Logs:     []Truth{missed("group:sales")}, // ghost had no channel
	},
	{
		Name: "said-taken-back", Row: rowSaid,
		Dialplan: []string{"Set(CALLBACKD_MISSED=agent:alice)", "Set(CALLBACKD_MISSED=)", "Queue(support,,,,20)"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "said-nonsense", Row: rowSaid,
		Dialplan: []string{"Set(CALLBACKD_MISSED=who knows)", "Queue(support,,,,20)"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "said-mset", Row: rowSaid,
		Dialplan: []string{"MSet(GREETED=yes,CALLBACKD_MISSED=group:sales)", "Dial(PJSIP/alice,1)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("group:sales")},
		Logs:     []Truth{missed("agent:alice")},
	},
	{
		Name: "said-in-h", Row: rowSaid,
		Dialplan: []string{"Goto(late,s,1)"}, // whose h extension says it
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("agent:dave")},
		Logs:     []Truth{missed("queue:support")},
	},
	{
		Name: "conf-agent-leaves", Row: rowConference,
		Dialplan: []string{"ConfBridge(room,,quiet)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			a := s.Dials("alice", "888")
			a.IsAnswered()
			s.Talk()
			a.HangsUp()
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{answered()},
	},
}
