package casebook

// chainCases are calls that reach queue or phone by way of something else:
// Local channels, ExecIf, Gosub, AGI, handlers.
var chainCases = []Case{
	{
		Name: "dl-local-n-answered", Row: rowDialLocal,
		Dialplan: []string{"Dial(Local/alice@desk/n,8)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "dl-local-n-noanswer", Row: rowDialLocal, Live: true,
		Dialplan: []string{"Dial(Local/alice@desk/n,2)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "dl-local-opt-answered", Row: rowDialLocal,
		Dialplan: []string{"Dial(Local/alice@desk,8)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "dl-local-group-cancel", Row: rowDialLocal, Live: true,
		Dialplan: []string{"Dial(Local/alice@desk/n&Local/bob@desk/n,8)", "Hangup()"},
		Play: func(s *Scene) {
			c := s.Calls()
			s.Rings("alice")
			s.Rings("bob")
			c.HangsUp()
		},
		Truth: []Truth{missed("group:sales")},
	},
	{
		Name: "lc-deep-cancel", Row: rowDialLocal,
		Dialplan: []string{"Dial(Local/deep@middle/n,20)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "lc-deep-answered", Row: rowDialLocal,
		Dialplan: []string{"Dial(Local/deep@middle/n,20)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "lc-mid-n-abandon", Row: rowLocalToQueue, Live: true,
		Dialplan: []string{"Dial(Local/queue@middle/n,20)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "lc-mid-n-answered", Row: rowLocalToQueue,
		Dialplan: []string{"Dial(Local/queue@middle/n,20)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "lc-mid-opt-abandon", Row: rowLocalToQueue,
		Dialplan: []string{"Dial(Local/answered-queue@middle,20)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "lc-mid-opt-answered", Row: rowLocalToQueue,
		Dialplan: []string{"Dial(Local/answered-queue@middle,20)", "Hangup()"},
		Play:     servedBy("alice"),
		Truth:    []Truth{answered()},
	},
	{
		Name: "execif-queue-abandon", Row: rowExecIf, Live: true,
		Dialplan: []string{"ExecIf(1?Queue(support,,,,20))", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "execif-dial-noanswer", Row: rowExecIf,
		Dialplan: []string{"ExecIf(1?Dial(PJSIP/alice,2))", "ExecIf(1?Playback(beep))", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "execif-dial-busy", Row: rowExecIf,
		Dialplan: []string{"ExecIf(1?Dial(PJSIP/alice,2))", "ExecIf(1?Set(CALLBACKD_MISSED=group:sales))", "Hangup()"},
		Play:     aliceRefuses(486),
		Truth:    []Truth{missed("group:sales")},
		Logs:     []Truth{missed("agent:alice")},
	},
	{
		Name: "gosub-dial-noanswer", Row: rowExecIf,
		Dialplan: []string{"Gosub(dialler,s,1(PJSIP/alice))", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("agent:alice")},
	},
	{
		Name: "agi-queue-abandon", Row: rowAGI, Live: true,
		Dialplan: []string{"Answer()", "AGI(${SCRIPTS}/exec,Queue,support)", "Hangup()"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "agi-dial-chanunavail", Row: rowAGI,
		Dialplan: []string{"Answer()", "AGI(${SCRIPTS}/exec,Dial,PJSIP/ghost)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
		Logs:     []Truth{missed("agent:ghost")},
	},
	{
		Name: "agi-set-missed", Row: rowAGI,
		Dialplan: []string{"Answer()", "AGI(${SCRIPTS}/exec,Set,CALLBACKD_MISSED=group:sales)", "Hangup()"},
		Play:     staysOn,
		Truth:    []Truth{missed("scenario:from-pstn")},
	},
	{
		Name: "h-extension-dials", Row: rowAfterwards, Live: true,
		Dialplan: []string{"Goto(after,s,1)"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
	{
		Name: "hangup-handler-abandon", Row: rowAfterwards,
		Dialplan: []string{"Set(CHANNEL(hangup_handler_push)=handler,s,1)", "Queue(support,,,,20)"},
		Play:     givesUpRinging("alice"),
		Truth:    []Truth{missed("queue:support")},
	},
}
