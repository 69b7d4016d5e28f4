package casebook

import "time"

// menuCases are calls that never get further than the dialplan.
var menuCases = []Case{
	{
		Name: "ivr-noanswer-cancel", Row: rowBeforeAnswer,
		Dialplan: []string{"Ringing()", "Wait(20)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.HearsRinging()
			c.HangsUp()
		},
		Truth: []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-early-playback", Row: rowBeforeAnswer,
		Dialplan: []string{"Progress()", "Playback(vm-options,noanswer)", "Wait(20)"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.HearsRinging()
			s.Waits(500 * time.Millisecond)
			c.HangsUp()
		},
		Truth: []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-hangup-cause", Row: rowBeforeAnswer, Live: true,
		Dialplan: []string{"Hangup(21)"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-busy", Row: rowBusyTone, Live: true,
		Dialplan: []string{"Busy(2)"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-congestion", Row: rowBusyTone,
		Dialplan: []string{"Congestion(2)"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-background", Row: rowMenu, Live: true,
		Dialplan: []string{"Goto(main-menu,s,1)"},
		Play:     givesUpAfter(300 * time.Millisecond),
		Truth:    []Truth{missed("scenario:main-menu")},
	},
	{
		Name: "ivr-waitexten", Row: rowMenu,
		Dialplan: []string{"Answer()", "Background(beep)", "WaitExten(10)", "Hangup()"},
		Play:     givesUpAfter(time.Second),
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-dialplan-hangup", Row: rowMenu,
		Dialplan: []string{"Answer()", "Playback(beep)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-fall-off", Row: rowMenu,
		Dialplan: []string{"Answer()", "Playback(beep)"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "ivr-goto-fails", Row: rowMenu, Live: true,
		Dialplan: []string{"Answer()", "Goto(nowhere,s,1)"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
		Logs:     []Truth{missed("scenario:nowhere")},
	},
	{
		Name: "ivr-invalid-i", Row: rowMenu,
		Dialplan: []string{"Goto(short-menu,s,1)"},
		Play:     pressesInMenu("7"),
		Truth:    []Truth{missed("scenario:short-menu")},
	},
	{
		Name: "ivr-invalid-no-i", Row: rowMenu,
		Dialplan: []string{"Goto(noi-menu,s,1)"},
		Play:     pressesInMenu("7"),
		Truth:    []Truth{missed("scenario:noi-menu")},
	},
	{
		Name: "ivr-timeout-t", Row: rowMenu,
		Dialplan: []string{"Goto(short-menu,s,1)"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:short-menu")},
	},
	{
		Name: "ivr-queue", Row: rowMenu, Live: true,
		Dialplan: []string{"Goto(main-menu,s,1)"},
		Play: func(s *Scene) {
			c := s.Calls()
			c.IsAnswered()
			c.Presses("1")
			s.Rings("alice")
			c.HangsUp()
		},
		Truth: []Truth{missed("queue:support")},
	},
	{
		Name: "ivr-no-such-did", Row: rowNoNumber, Live: true,
		Play: staysOn,
		Kind: Unseen,
	},
	{
		Name: "stasis-missing-app", Row: rowForeignStasis,
		Dialplan: []string{"Answer()", "Stasis(nosuchapp,x)", "Playback(beep)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "stasis-other-app-hangup", Row: rowForeignStasis, Live: true,
		Dialplan: []string{"Answer()", "Stasis(elsewhere,keep)", "Hangup()"},
		Play:     givesUpAfter(time.Second),
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "conf-alone", Row: rowConference, Live: true,
		Dialplan: []string{"ConfBridge(room)", "Hangup()"},
		Play:     givesUpAfter(time.Second),
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
}

// pressesInMenu is a customer who presses a key in a menu and waits.
func pressesInMenu(key string) func(*Scene) {
	return func(s *Scene) {
		c := s.Calls()
		c.IsAnswered()
		c.Presses(key)
		c.Ends()
	}
}
