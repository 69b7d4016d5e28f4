package casebook

import (
	"time"

	"callbackd/internal/softphone"
)

// agentCases are calls to one agent's phone.
var agentCases = []Case{
	{
		Name: "d-noanswer", Row: rowAgentLost,
		Dialplan: []string{"Dial(PJSIP/alice,2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-busy", Row: rowAgentLost, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     aliceRefuses(486),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-declined", Row: rowAgentLost,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     aliceRefuses(603),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-dnd-480", Row: rowAgentLost,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     aliceRefuses(480),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-503", Row: rowAgentLost,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     aliceRefuses(503),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-404", Row: rowAgentLost,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     aliceRefuses(404),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-early-media", Row: rowAgentLost,
		Dialplan: []string{"Dial(PJSIP/alice,10)", "Hangup()"},
		Play: func(s *Scene) {
			s.Always("alice", func(c *softphone.Call) { _ = c.Progress() }) // a caller who gave up first is as well
			c := s.Calls()
			c.HearsRinging()
			s.Waits(time.Second)
			c.HangsUp()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "d-cancel", Row: rowAgentLost, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,10)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-cancel-answered", Row: rowAgentLost,
		Dialplan: []string{"Answer()", "Dial(PJSIP/alice,10)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "d-unregistered", Row: rowNotThere, Live: true,
		Dialplan: []string{"Dial(PJSIP/ghost,8)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:ghost")},
	},
	{
		Name: "d-nosuchpeer", Row: rowNotThere, Live: true,
		Dialplan: []string{"Dial(PJSIP/nosuch,8)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:PJSIP/nosuch")},
	},
	{
		Name: "d-answered", Row: rowAgentAnswered, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "d-answered-caller-hangs", Row: rowAgentAnswered,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     thanks("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "d-answered-goes-on", Row: rowAgentAnswered,
		Dialplan: []string{"Dial(PJSIP/alice,8,g)", "Playback(beep)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "d-answered-half-second", Row: rowShortTalk,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
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
		Name: "d-dialplan-dnd", Row: rowSaid, Live: true,
		Dialplan: []string{"Set(CALLBACKD_MISSED=agent:alice)", "Answer()", "Playback(beep)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
		Logs:     []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "d-userevent", Row: rowSaid, Live: true,
		Dialplan: []string{"Answer()", "UserEvent(CallbackdMissed,Missed: agent:alice)", "Playback(beep)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
		Logs:     []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "said-then-answered", Row: rowSaid,
		Dialplan: []string{"Set(__CALLBACKD_MISSED=group:sales)", "Dial(PJSIP/alice,8)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "said-ignore", Row: rowSaid, Live: true,
		Dialplan: []string{"Set(CALLBACKD_MISSED=ignore)", "Queue(support,,,,20)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("ignore")},
		Logs:     []Truth{missed("queue:support")},
	},
	{
		Name: "said-behind-local", Row: rowSaid, Live: true,
		Dialplan: []string{"Dial(Local/said@middle/n,8)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("group:sales")},
		Logs:     []Truth{missed("agent:alice")},
	},
	{
		Name: "d-announce-A", Row: rowConfirmLost, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8,A(vm-intro))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Answers()
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "confirm-declined", Row: rowConfirmLost,
		Dialplan: []string{"Dial(PJSIP/alice,8,U(confirm))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(time.Second) // until the key is read
			a.Presses("2")
			c.Ends()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "confirm-timeout", Row: rowConfirmLost,
		Dialplan: []string{"Dial(PJSIP/alice,8,U(confirm))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice").Answers()
			c.Ends()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "confirm-caller-hangs", Row: rowConfirmLost,
		Dialplan: []string{"Dial(PJSIP/alice,8,U(confirm))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(700 * time.Millisecond)
			c.HangsUp()
			a.Ends()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "confirm-both-hang", Row: rowConfirmLost,
		Dialplan: []string{"Dial(PJSIP/alice,8,U(confirm))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(700 * time.Millisecond)
			c.HangsUp()
			a.HangsUp()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "confirm-accepted", Row: rowConfirmed, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8,U(confirm))", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			s.Waits(time.Second)
			a.Presses("1")
			c.IsAnswered()
			s.Talk()
			a.HangsUp()
			c.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "hold-caller-hangs", Row: rowHold, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			a := s.Rings("alice").Answers()
			c.IsAnswered()
			s.Talk()
			a.Holds()
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
			a.Ends()
		},
		Truth: []Truth{answered()},
	},
	{
		Name: "vm-message-left", Row: rowVoicemail, Live: true,
		Dialplan: []string{"Dial(PJSIP/alice,1)", "VoiceMail(alice@default,us)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			c.Says(Speech)
			s.Waits(4500 * time.Millisecond) // the greeting, the tone, the message
			c.Presses("#")
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("agent:alice")},
	},
	{
		Name: "vm-hungup-before", Row: rowVoicemail,
		Dialplan: []string{"Dial(PJSIP/alice,1)", "VoiceMail(alice@default,us)", "Hangup()"},
		Play:     givesUpAfter(200 * time.Millisecond),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "vm-local-answers", Row: rowLocalVoicemail, Live: true,
		Dialplan: []string{"Dial(Local/box@mailbox/n,10)", "Hangup()"},
		Play:     givesUpAfter(Talk),
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
}
