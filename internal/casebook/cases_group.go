package casebook

import "time"

// groupCases are calls to several phones: at once, one after the other, passed
// from one to the other.
var groupCases = []Case{
	{
		Name: "g-noanswer", Row: rowGroup,
		Dialplan: []string{"Dial(PJSIP/alice&PJSIP/bob,2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("group:sales")},
	},
	{
		Name: "g-cancel", Row: rowGroup,
		Dialplan: []string{"Dial(PJSIP/alice&PJSIP/bob,10)", "Hangup()"},
		Play:     givesUpRinging("bob"),
		Truth:    []Truth{missed("group:sales")},
	},
	{
		Name: "g-all-busy", Row: rowGroup,
		Dialplan: []string{"Dial(PJSIP/alice&PJSIP/bob,8)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Refuses(486)
			s.Rings("bob").Refuses(486)
			c.Ends()
		},
		Truth: []Truth{missed("group:sales")},
	},
	{
		Name: "g-one-busy-noanswer", Row: rowGroup, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice&PJSIP/bob&PJSIP/ghost,2)", "Hangup()"},
		Play:     aliceRefuses(486),
		Truth:    []Truth{missed("group:support")},
	},
	{
		Name: "g-answered", Row: rowGroup, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice&PJSIP/bob,8)", "Hangup()"},
		Play:     servedBy("bob"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "hunt-noanswer", Row: rowHunting, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,1)", "Dial(PJSIP/bob,1)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("group:sales")},
	},
	{
		Name: "hunt-cancel-second", Row: rowHunting,
		Dialplan: []string{"Dial(PJSIP/alice,1)", "Dial(PJSIP/bob,8)", "Hangup()"},
		Play:     givesUpRinging("bob"),
		Truth:    []Truth{missed("group:sales")},
	},
	{
		Name: "hunt-second-answers", Row: rowHunting,
		Dialplan: []string{"Dial(PJSIP/alice,1)", "Dial(PJSIP/bob,8)", "Hangup()"},
		Play:     servedBy("bob"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "followme-accepted", Row: rowFollowMe,
		Dialplan: []string{"Answer()", "FollowMe(nomad,)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(6500 * time.Millisecond) // keys count when the prompt is over
			a.Presses("1")
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "followme-noanswer", Row: rowFollowMe,
		Dialplan: []string{"Answer()", "FollowMe(nomads,)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("bob")
			c.Ends()
		},
		Truth: []Truth{missed("group:sales")},
	},
	{
		Name: "followme-not-accepted", Row: rowFollowMe, Live: true,
		Dialplan: []string{"Answer()", "FollowMe(nomad,)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Answers()
			s.Waits(700 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("agent:alice")},
		Logs:  []Truth{answered()},
	},
	{
		Name: "fwd302-answered", Row: rowForwarded,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Forwards("bob")
			b := s.Rings("bob").Answers()
			c.IsAnswered()
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "fwd302-noanswer", Row: rowForwarded,
		Dialplan: []string{"Dial(PJSIP/alice,3)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Forwards("bob")
			s.Rings("bob")
			c.Ends()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "fwd302-cancel", Row: rowForwarded, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Forwards("bob")
			s.Rings("bob")
			c.HangsUp()
		},
		Truth: []Truth{missed("agent:alice")},
	},
}
