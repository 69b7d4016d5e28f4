package casebook

import (
	"time"

	"callbackd/asterisk-config/private"
)

// queueNames are the names of queues, those that don't exist as well.
var queueNames = func() []string {
	list := []string{"nosuch"}
	for _, q := range queues {
		list = append(list, q.Name)
	}
	return list
}()

// queues are an office's queues: one for each way in which a queue behaves.
var queues = []private.Queue{
	{Name: "support", Members: []string{"alice", "bob"}, Timeout: 30 * time.Second, Autofill: true},
	{Name: "sales", Members: []string{"carol"}, Timeout: 30 * time.Second},
	{Name: "rr", Strategy: "linear", Members: []string{"alice", "bob"}, Timeout: 2 * time.Second},
	{Name: "fullq", Members: []string{"alice"}, Timeout: 30 * time.Second, Options: []string{"maxlen = 1"}},
	{Name: "emptyq", Options: []string{"joinempty = strict"}},
	{Name: "leaveq", Options: []string{"joinempty = yes", "leavewhenempty = strict"}},
	{Name: "unavailq", Members: []string{absent}, Options: []string{"joinempty = unavailable,invalid"}},
	{Name: "leaveunavailq", Members: []string{absent}, Options: []string{"joinempty = yes", "leavewhenempty = unavailable,invalid"}},
	{Name: "holdq", Options: []string{"joinempty = yes"}},
	{Name: "exitq", Members: []string{"alice"}, Timeout: 30 * time.Second, Options: []string{"context = exit-menu"}},
	{Name: "annq", Members: []string{"alice"}, Timeout: 30 * time.Second, Options: []string{
		"announce = vm-intro", "periodic-announce = vm-options", "periodic-announce-frequency = 2",
		"announce-frequency = 2", "announce-position = yes", "announce-holdtime = no",
	}},
	{Name: "localq", Members: []string{"Local/alice@desk/n", "Local/bob@desk/n"}, Timeout: 30 * time.Second},
	{Name: "localoptq", Members: []string{"Local/alice@desk"}, Timeout: 30 * time.Second},
	{Name: "localstateq", Members: []string{"Local/alice@desk/n,0,Alice,PJSIP/alice"}, Timeout: 30 * time.Second},
	{Name: "agentq", Members: []string{"Local/clerk@pool-desk/n,0,Alice,Agent:clerk"}, Timeout: 30 * time.Second},
}

// contextNames are the contexts of the dialplan that are an office's own.
var contextNames = []string{
	"from-pstn", "main-menu", "short-menu", "noi-menu", "exit-menu", "confirm", "connected",
	"middle", "desk", "pool-desk", "dialler", "after", "late", "handler", "mailbox", "lot", "lot-return", "floor", "parked",
}

// roomNames are what else has a name: conference rooms, agents of the pool,
// FollowMe profiles.
var roomNames = []string{"room", "clerk", "nomad", "nomads"}

// trunkSections is a trunk in pjsip.conf: its far end is told by its address.
const trunkSections = `
[TRUNK]
type = endpoint
transport = udp
context = from-pstn
disallow = all
allow = ulaw
aors = TRUNK
direct_media = no
trust_id_inbound = yes

[TRUNK]
type = aor
contact = sip:ADDRESS
qualify_frequency = 0

[TRUNK]
type = identify
endpoint = TRUNK
match = IP
`

// further is configuration for all offices together: modules that the private
// Asterisk doesn't load, and times that don't keep people waiting.
var further = map[string]string{
	"modules.conf": `
load = app_followme.so
load = app_agent_pool.so
`,
	"confbridge.conf": `
; Whoever comes first is told of being the only one, and isn't in the room
; until that has been said; not these.
[quiet]
type = user
quiet = yes
`,
	"features.conf": `
[general](+)
atxfernoanswertimeout = 3
transferdigittimeout = 1
featuredigittimeout = 1500
`,
}

// sections is what each office has in files of its own.
var sections = map[string]string{
	"agents.conf": `
[clerk]
fullname = Clerk
`,
	"followme.conf": `
[nomad]
context = desk
number = alice,9
enable_callee_prompt = true
takecall = 1
declinecall = 2
[nomads]
context = desk
number = alice,2
number = bob,2
enable_callee_prompt = true
`,
	"res_parking.conf": `
[lot]
parkext = 700
parkext_exclusive = yes
parkpos = 701-720
context = parked
parkingtime = 2
comebacktoorigin = yes
comebackdialtime = 3
findslot = first
`,
}

// contexts is the dialplan around the cases' numbers.
//
// desk rings an agent, floor is what agents dial and transfer to, beside each
// other's names; middle lies between a number and a queue or a phone.
const contexts = `
[floor]
include => parked
exten => alice,1,Dial(PJSIP/alice,3)
 same => n,Hangup()
exten => bob,1,Dial(PJSIP/bob,3)
 same => n,Hangup()
exten => carol,1,Dial(PJSIP/carol,3)
 same => n,Hangup()
exten => sales,1,Queue(sales,,,,20)
 same => n,Hangup()
exten => 1002,1,Goto(bob,1)
exten => menu,1,Goto(main-menu,s,1)
exten => music,1,Answer()
 same => n,Queue(sales,,,,20)
exten => login,1,AgentLogin(clerk)
exten => 888,1,ConfBridge(room,,quiet)
exten => 9,1,Dial(Local/+46701234567@floor/n,15)
exten => *8,1,Pickup()
 same => n,Hangup()
exten => *9,1,PickupChan(PJSIP/alice,p)
 same => n,Hangup()
exten => _+X.,1,Dial(PJSIP/${EXTEN}@pstn,15)
 same => n,Hangup()
[main-menu]
exten => s,1,Answer()
 same => n,Background(vm-options)
 same => n,WaitExten(10)
 same => n,Hangup()
exten => 1,1,Queue(support,,,,60)
[short-menu]
exten => s,1,Answer()
 same => n,Background(beep)
 same => n,WaitExten(2)
 same => n,Hangup()
exten => 1,1,Queue(support,,,,60)
exten => i,1,Playback(beep)
 same => n,Hangup()
exten => t,1,Playback(beep)
 same => n,Hangup()
[noi-menu]
exten => s,1,Answer()
 same => n,Background(beep)
 same => n,WaitExten(4)
 same => n,Hangup()
exten => 1,1,NoOp()
[exit-menu]
exten => 1,1,Background(vm-options)
 same => n,Hangup()
exten => 2,1,Dial(PJSIP/bob,8)
 same => n,Hangup()
[confirm]
exten => s,1,Read(OK,beep,1,,1,3)
 same => n,GotoIf($["${OK}" = "1"]?accepted)
 same => n,Set(GOSUB_RESULT=CONTINUE)
 same => n,Return()
 same => n(accepted),Return()
[connected]
exten => s,1,Playback(vm-intro)
 same => n,Return()
[desk]
exten => alice,1,Dial(PJSIP/alice,8)
exten => bob,1,Dial(PJSIP/bob,8)
[middle]
exten => queue,1,Queue(support,,,,20)
exten => answered-queue,1,Answer()
 same => n,Queue(support,,,,20)
exten => phone,1,Dial(PJSIP/alice,6)
exten => deep,1,Dial(Local/phone@middle/n,10)
exten => said,1,Set(CALLBACKD_MISSED=group:sales)
 same => n,Dial(PJSIP/alice,2)
[pool-desk]
exten => clerk,1,AgentRequest(clerk)
[dialler]
exten => s,1,Set(LOCAL(WHOM)=${ARG1})
 same => n,Dial(${WHOM},2)
 same => n,Return()
[after]
exten => s,1,Queue(support,,,,20)
 same => n,Hangup()
exten => h,1,Dial(PJSIP/dave,2)
 same => n,NoOp(over)
[late]
exten => s,1,Queue(support,,,,20)
exten => h,1,Set(CALLBACKD_MISSED=agent:dave)
[handler]
exten => s,1,NoOp(over)
 same => n,Return()
[mailbox]
exten => box,1,VoiceMail(alice@default,us)
[lot-return]
exten => s,1,Playback(vm-intro)
 same => n,Hangup()
`
