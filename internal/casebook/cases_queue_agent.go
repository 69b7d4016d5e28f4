package casebook

import "time"

// queueAgentCases are calls that an agent of a queue answers, and calls to
// queues whose members are reached in a roundabout way.
var queueAgentCases = []Case{
	{
		Name: "q-answered-caller-hangs", Row: rowQueueAnswered, Live: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play:     thanks("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-answered-agent-hangs", Row: rowQueueAnswered,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play:     servedBy("bob"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-answered-after-answer", Row: rowQueueAnswered,
		Dialplan: []string{"Answer()", "Queue(support,,,,20)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-answered-continue", Row: rowQueueAnswered,
		Dialplan: []string{"Queue(support,c,,,20)", "Playback(beep)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-rna-second-answers", Row: rowQueueAnswered,
		Dialplan: []string{"Queue(rr,,,,60)", "Hangup()"},
		Play:     servedBy("bob"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-announce-answered", Row: rowQueueAnswered,
		Dialplan: []string{"Answer()", "Queue(annq,,,,60)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(7 * time.Second) // the announcement, and then some talk
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "q-autofill-two", Row: rowQueueAnswered, Live: true,
		Dialplan: []string{"Queue(support,,,,60)", "Hangup()"},
		Play: func(s *Scene) {
			first := s.Calls()
			a := s.Rings("alice").Answers()
			first.IsAnswered()
			other := s.CallsAs(second)
			b := s.RingsFor("bob", second.Number).Answers()
			other.IsAnswered()
			s.Talk()
			a.HangsUp()
			first.Ends()
			b.HangsUp()
			other.Ends()
		},
		Truth: []Truth{answered(), answered()},
	},
	{
		Name: "q-answered-half-second", Row: rowShortTalk, Live: true, LogsVary: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			c.IsAnswered()
			s.Waits(400 * time.Millisecond)
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "q-local-n-abandon", Row: rowLocalMembers,
		Dialplan: []string{"Queue(localq,,,,60)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:localq")},
	},
	{
		Name: "q-local-n-answered", Row: rowLocalMembers, Live: true,
		Dialplan: []string{"Queue(localq,,,,60)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-local-opt-abandon", Row: rowLocalMembers,
		Dialplan: []string{"Queue(localoptq,,,,60)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:localoptq")},
	},
	{
		Name: "q-local-opt-answered", Row: rowLocalMembers,
		Dialplan: []string{"Queue(localoptq,,,,60)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-local-state-answered", Row: rowLocalMembers,
		Dialplan: []string{"Queue(localstateq,,,,60)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-agent-pool-answered", Row: rowAgentPool, Live: true,
		Dialplan: []string{"Queue(agentq,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			a := s.Dials("alice", "login")
			a.IsAnswered()
			s.Waits(500 * time.Millisecond)
			c := s.Calls()
			c.IsAnswered()
			s.Talk()
			c.HangsUp()
			s.Waits(500 * time.Millisecond)
			a.HangsUp()
		},
		Truth: []Truth{answered()},
	},
}
