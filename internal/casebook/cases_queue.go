package casebook

import (
	"time"

	"callbackd/internal/softphone"
)

// second is a customer beside the first.
var second = softphone.Caller{Number: "+46701234568"}

// queueCases are calls that a queue loses.
var queueCases = []Case{
	{
		Name: "q-abandon", Row: rowQueueHungUp, Live: true,
		Dialplan: []string{"Queue(support,,,,60)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "q-abandon-answered", Row: rowQueueHungUp,
		Dialplan: []string{"Answer()", "Queue(support,,,,60)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "q-abandon-ringing", Row: rowQueueHungUp,
		Dialplan: []string{"Queue(support,r,,,60)", "Hangup()"},
		Play:     givesUpRinging("bob"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "q-timeout-hangup", Row: rowQueueTimeout, Live: true,
		Dialplan: []string{"Queue(support,,,,2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "q-timeout-prompt", Row: rowQueueTimeout,
		Dialplan: []string{"Queue(support,,,,2)", "Playback(vm-intro)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "q-timeout-voicemail", Row: rowQueueTimeout,
		Dialplan: []string{"Queue(support,,,,2)", "VoiceMail(alice@default,us)", "Hangup()"},
		Play:     givesUpAfter(2500 * time.Millisecond),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "q-timeout-q2-abandon", Row: rowTwoQueues, Live: true,
		Dialplan: []string{"Queue(support,,,,2)", "Queue(sales,,,,20)", "Hangup()"},
		Play:     givesUpRinging("carol"),
		Truth:    []Truth{missed("queue:sales")},
	},
	{
		Name: "q-timeout-q2-answered", Row: rowTwoQueues,
		Dialplan: []string{"Queue(support,,,,2)", "Queue(sales,,,,20)", "Hangup()"},
		Play:     servedBy("carol"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-timeout-dial-answered", Row: rowQueueThenDial,
		Dialplan: []string{"Queue(support,,,,2)", "Dial(PJSIP/dave,8)", "Hangup()"},
		Play:     servedBy("dave"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "q-timeout-dial-noanswer", Row: rowQueueThenDial,
		Dialplan: []string{"Queue(support,,,,2)", "Dial(PJSIP/dave,2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:dave")},
	},
	{
		Name: "q-full", Row: rowQueueRefuses, Live: true,
		Dialplan: []string{"Queue(fullq,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			first := s.Calls()
			s.Rings("alice")
			s.CallsAs(second).Ends()
			first.HangsUp()
		},
		Truth: []Truth{missed("queue:fullq"), missed("queue:fullq")},
		Logs:  []Truth{missed("scenario:from-pstn"), missed("queue:fullq")},
	},
	{
		Name: "q-joinempty", Row: rowQueueRefuses, Live: true,
		Dialplan: []string{"Queue(emptyq,,,,20)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("queue:emptyq")},
		Logs:     []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "queuelog-joinempty", Row: rowQueueRefuses,
		Dialplan: []string{
			"Queue(emptyq,,,,20)", "QueueLog(emptyq,${CHANNEL(linkedid)},NONE,${QUEUESTATUS},${CALLERID(num)})", "Hangup()",
		},
		Play:  staysOn,
		Truth: []Truth{missed("queue:emptyq")},
	},
	{
		Name: "q-joinunavail", Row: rowQueueRefuses,
		Dialplan: []string{"Queue(unavailq,,,,20)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("queue:unavailq")},
		Logs:     []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "q-nosuch", Row: rowQueueRefuses,
		Dialplan: []string{"Queue(nosuch,,,,20)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("queue:nosuch")},
		Logs:     []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "q-leaveempty", Row: rowQueueEmpties, Live: true,
		Dialplan: []string{"Queue(leaveq,,,,20)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("queue:leaveq")},
	},
	{
		Name: "q-leaveunavail", Row: rowQueueEmpties,
		Dialplan: []string{"Queue(leaveunavailq,,,,20)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("queue:leaveunavailq")},
	},
	{
		Name: "q-withdraw", Row: rowWithdrawn, Live: true,
		Dialplan: []string{"Answer()", "Queue(holdq,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			s.Waits(500 * time.Millisecond)
			s.Withdraws("holdq")
			c.Ends()
		},
		Truth: []Truth{missed("queue:holdq")},
	},
	{
		Name: "q-redirect-answered", Row: rowQueueThenDial, Live: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			s.Redirects("floor", "carol")
			a := s.Rings("carol").Answers()
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "q-redirect-noanswer", Row: rowQueueThenDial,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			s.Redirects("floor", "carol")
			s.Rings("carol")
			c.Ends()
		},
		Truth: []Truth{missed("agent:carol")},
	},
	{
		Name: "q-exitkey-menu", Row: rowExitKey, Live: true,
		Dialplan: []string{"Answer()", "Queue(exitq,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			c.Presses("1")
			s.Waits(time.Second)
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:exitq")},
	},
	{
		Name: "q-exitkey-answered", Row: rowQueueThenDial, Live: true,
		Dialplan: []string{"Answer()", "Queue(exitq,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			c.Presses("2")
			b := s.Rings("bob").Answers()
			s.Talk()
			b.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "q-rna-abandon", Row: rowMembersDecline,
		Dialplan: []string{"Queue(rr,,,,60)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			s.Rings("bob")
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:rr")},
	},
	{
		Name: "q-members-busy-abandon", Row: rowMembersDecline, Live: true,
		Dialplan: []string{"Queue(support,,,,60)", "Hangup()"},
		Play: func(s *Scene) {
			s.Always("alice", Refuses(486))
			s.Always("bob", Refuses(486))
			c := s.Calls()
			s.Waits(1500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:support")},
	},
	{
		Name: "q-announce-abandon", Row: rowMembersDecline,
		Dialplan: []string{"Answer()", "Queue(annq,,,,60)", "Hangup()"},
		Play:     givesUpAfter(3 * time.Second),
		Truth:    []Truth{missed("queue:annq")},
	},
	{
		Name: "q-announce-caller-hangs", Row: rowAnnouncement, Live: true,
		Dialplan: []string{"Answer()", "Queue(annq,,,,60)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Answers()
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:annq")},
	},
	{
		Name: "q-gosub-caller-hangs", Row: rowCallerInGosub, Live: true,
		Dialplan: []string{"Queue(support,,,,60,,connected)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Answers()
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:support")},
	},
	{
		Name: "q-gosub-agent-hangs", Row: rowAgentInGosub, Live: true, Crossing: true,
		Dialplan: []string{"Queue(support,,,,5,,connected)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(500 * time.Millisecond)
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{missed("queue:support")},
	},
	{
		Name: "hangup-by-ari", Row: rowHungUpFromAfar, Live: true,
		Dialplan: []string{"Queue(support,,,,20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			s.HangsUpFromAfar()
			c.Ends()
		},
		Truth: []Truth{missed("queue:support")},
	},
}
