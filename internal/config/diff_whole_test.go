package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// whole is an account with something in every field.
func whole(t *testing.T) *callback.Account {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	account := &callback.Account{
		Name: "acme", Mode: callback.ModeLive, Country: "SE", Location: stockholm, Numbers: []string{"+4685550000", "+46855501*"}, Lines: 15, MinTalk: time.Second,
		MessageLeft: callback.MessageMissed, LogOnlyNumbers: callback.LogOnlyUse, AgentCalled: callback.WhenDialled,
		Callable: callback.Callable{Countries: []string{"SE"}, Refuse: []string{"+46900"}, PerNumber: callback.Caps{Day: 6, Month: 20}, PerDay: 500, MinWait: 3 * time.Second, Burst: callback.Burst{Calls: 10, Within: 10 * time.Minute}},
		Regions: map[string]callback.Region{"sweden": {
			Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn", NumberFormat: callback.FormatPlusE164,
			MaxCalls: 30, Formats: "ulaw", ToneZone: "se",
		}},
		Agents:    map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}},
		Groups:    map[string]callback.Group{"sales": {Name: "sales", Members: []string{"alice"}}},
		Areas:     map[string]callback.Area{"nordic": {Name: "nordic", MaxTasks: 500}},
		Queues:    map[string]callback.Queue{"support": {Name: "support", Area: "nordic", MaxTasks: 100, Ringing: callback.RingingEach}},
		Scenarios: map[string]callback.Scenario{"main-menu": {Name: "main-menu", Contexts: []string{"main-menu", "ivr-*"}}},
		Rules: []callback.Rule{{
			Name: "lost in the menu", MissedIn: callback.MissedInScenario, From: []callback.Target{{Kind: callback.TargetQueue, Name: "support"}},
			Scenarios: []string{"main-menu"}, Enabled: true, DialingIntervals: []time.Duration{0, 5 * time.Minute},
			Forward: callback.Target{Kind: callback.TargetQueue, Name: "support"}, Region: "sweden", CallerID: "+4685550000",
			WaitForCustomer: 30 * time.Second, Language: "sv", AgentPrompt: "callback",
			AgentAnnouncement: &callback.Speech{Language: "en", Voice: "en-gb", Text: "Call to {number}"},
			AgentAccept:       &callback.Accept{Key: "1", Within: 10 * time.Second, Ask: callback.Sound{Play: "agent-accept"}},
			CustomerAccept:    &callback.Accept{Key: "*", Within: 5 * time.Second, Ask: callback.Sound{Say: &callback.Speech{Language: "sv", Text: "Tryck"}}},
			Voicemail:         callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "sorry"}},
			StopKey:           "9", MaxCall: time.Hour,
			Recording: &callback.RecordingSettings{Keep: 90 * 24 * time.Hour, Channels: 2, Notice: callback.Sound{Play: "call-recorded"}},
			Location:  stockholm,
			Schedule: &hours.Schedule{
				Name:   "office",
				Weekly: [7][]hours.Window{time.Monday: {{From: 540, To: 1080}}, time.Saturday: {{From: 600, To: 720}, {From: 780, To: 900}}},
				Except: map[hours.Date][]hours.Window{{Year: 2026, Month: 12, Day: 24}: nil},
			},
			Treatments:  callback.Treatments{callback.ResultCustomerBusy: {In: 5 * time.Minute, AtMost: 3}},
			GiveUpAfter: 3,
		}},
	}
	account.Requests = &callback.Requests{
		Duplicates: callback.DuplicatesMerge, Ahead: callback.RequestsAhead,
		Offer: callback.Offer{LongestWait: 2 * time.Minute, Callers: 3, NobodyFree: true, KeepPlace: true, Schedule: &hours.Schedule{
			Name: "switchboard", Weekly: [7][]hours.Window{time.Tuesday: {{From: 480, To: 1200}}},
			Except: map[hours.Date][]hours.Window{{Year: 2026, Month: 12, Day: 31}: nil},
		}},
		Form: &callback.Form{
			Title: "Call me", Topics: []callback.Topic{{Name: "Offer", Queue: callback.Target{Kind: callback.TargetQueue, Name: "support"}}},
			Appointments: "advice", Language: "sv", Origins: []string{"https://www.example.com"},
		},
		Rule: callback.Rule{
			Name: callback.RequestsRule, Enabled: true, DialingIntervals: []time.Duration{0, 10 * time.Minute},
			Forward: callback.Target{Kind: callback.TargetQueue, Name: "support"}, Region: "sweden", CallerID: "+4685550000",
			Owner:           &callback.Owner{Agent: "alice", For: 4 * time.Hour, Then: callback.Target{Kind: callback.TargetQueue, Name: "support"}},
			WaitForCustomer: 30 * time.Second, Language: "sv", AgentPrompt: "callback", AgentAnnouncement: &callback.Speech{Text: "{number}"},
			AgentAccept:    &callback.Accept{Key: "1", Within: 10 * time.Second, Ask: callback.Sound{Play: "agent-accept"}},
			CustomerAccept: &callback.Accept{Key: "2", Within: 10 * time.Second, Ask: callback.Sound{Play: "customer-accept"}},
			Voicemail:      callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "sorry"}}, StopKey: "9", MaxCall: time.Hour,
			Recording: &callback.RecordingSettings{Keep: time.Hour, Channels: 2, Notice: callback.Sound{Play: "call-recorded"}}, Location: stockholm,
			Schedule: &hours.Schedule{
				Name: "evenings", Weekly: [7][]hours.Window{time.Monday: {{From: 1080, To: 1200}}},
				Except: map[hours.Date][]hours.Window{{Year: 2026, Month: 12, Day: 24}: nil},
			},
			Treatments: callback.Treatments{callback.ResultCustomerBusy: {In: 5 * time.Minute, AtMost: 3}}, GiveUpAfter: 2,
		},
	}
	account.Appointments = map[string]*callback.AppointmentBook{"advice": wholeBook(account)}
	return account
}

// wholeBook has another schedule than rules and requests have, and another for customers.
func wholeBook(account *callback.Account) *callback.AppointmentBook {
	book := &callback.AppointmentBook{
		Rule: account.Requests.Rule, ID: "advice", Slot: 15 * time.Minute, PerSlot: 4,
		Office: callback.Office{Zone: account.Location, Schedule: &hours.Schedule{
			Name: "advice", Weekly: [7][]hours.Window{time.Tuesday: {{From: 540, To: 720}}},
			Except: map[hours.Date][]hours.Window{{Year: 2026, Month: 12, Day: 31}: nil},
		}},
		Ahead: 14 * 24 * time.Hour, AtLeast: time.Hour,
		Identification: &callback.Identification{Least: 6, Most: 10, Prompt: "customer-number"},
	}
	book.Name = callback.AppointmentsRule(book.ID)
	book.Schedule = &hours.Schedule{
		Name: "daytime", Weekly: [7][]hours.Window{time.Tuesday: {{From: 480, To: 1200}}},
		Except: map[hours.Date][]hours.Window{{Year: 2026, Month: 12, Day: 31}: nil},
	}
	return book
}
