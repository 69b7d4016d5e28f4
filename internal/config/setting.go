package config

import (
	"slices"
	"time"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// setting is what a rule or `defaults` says about one thing. Written but zero
// is `none`: it switches a default off.
type setting[T any] struct {
	at    *node // where it is written; nil if it isn't
	value T
}

// or is s, or what defaults say where s isn't written.
func (s setting[T]) or(defaults setting[T]) setting[T] {
	if s.at != nil {
		return s
	}
	return defaults
}

// settings are what rules, `requests` and `defaults` may all say.
type settings struct {
	region            setting[string]
	callerID          setting[string]
	waitForCustomer   setting[time.Duration]
	language          setting[string]
	agentPrompt       setting[string]
	agentAnnouncement setting[*callback.Speech]
	agentAccept       setting[*callback.Accept]
	customerAccept    setting[*callback.Accept]
	voicemail         setting[callback.Voicemail]
	stopKey           setting[string]
	maxCall           setting[time.Duration]
	recording         setting[*callback.RecordingSettings]
	schedule          setting[*hours.Schedule]
	location          setting[*time.Location]
	treatments        setting[callback.Treatments]
	giveUpAfter       setting[int] // days
	afterTransfer     setting[bool]
}

// none switches a default off.
const none = "none"

// or is s, with what isn't written taken from defaults.
func (s settings) or(defaults settings) settings {
	return settings{
		region:            s.region.or(defaults.region),
		callerID:          s.callerID.or(defaults.callerID),
		waitForCustomer:   s.waitForCustomer.or(defaults.waitForCustomer),
		language:          s.language.or(defaults.language),
		agentPrompt:       s.agentPrompt.or(defaults.agentPrompt),
		agentAnnouncement: s.agentAnnouncement.or(defaults.agentAnnouncement),
		agentAccept:       s.agentAccept.or(defaults.agentAccept),
		customerAccept:    s.customerAccept.or(defaults.customerAccept),
		voicemail:         s.voicemail.or(defaults.voicemail),
		stopKey:           s.stopKey.or(defaults.stopKey),
		maxCall:           s.maxCall.or(defaults.maxCall),
		recording:         s.recording.or(defaults.recording),
		schedule:          s.schedule.or(defaults.schedule),
		location:          s.location.or(defaults.location),
		treatments:        s.treatments.or(defaults.treatments),
		giveUpAfter:       s.giveUpAfter.or(defaults.giveUpAfter),
		afterTransfer:     s.afterTransfer.or(defaults.afterTransfer),
	}
}

// played are the sounds of the library that are named; "" is none.
func (s settings) played() []string {
	list := []string{s.agentPrompt.value, s.voicemail.value.Message.Play}
	for _, accept := range []*callback.Accept{s.agentAccept.value, s.customerAccept.value} {
		if accept != nil {
			list = append(list, accept.Ask.Play)
		}
	}
	if r := s.recording.value; r != nil {
		list = append(list, r.Notice.Play)
	}
	return list
}

// readDefaults reads `defaults`, with the product's own where it says nothing.
func (f *accountFile) readDefaults(n *node) settings {
	o := f.object(n)
	own := settings{
		waitForCustomer: setting[time.Duration]{value: 30 * time.Second},
		voicemail:       setting[callback.Voicemail]{value: callback.Voicemail{Action: callback.VoicemailConnect}},
		maxCall:         setting[time.Duration]{value: callback.MaxCall},
		giveUpAfter:     setting[int]{value: 3},
	}
	s := f.settings(o, own)
	s.afterTransfer = required(o.get("after_transfer"), f.afterTransfer)
	o.close()
	return s
}

// settings reads the keys that rules, `requests` and `defaults` share. What isn't written
// is that of defaults.
func (f *accountFile) settings(o *object, defaults settings) settings {
	language := optional(o.get("language"), f.spokenLanguage)
	heard := soundReader{f, language.or(defaults.language).value}
	own := settings{
		language:          language,
		region:            optional(o.get("region"), f.region),
		callerID:          optional(o.get("caller_id"), f.callerID),
		waitForCustomer:   required(o.get("wait_for_customer"), f.waitForCustomer),
		agentPrompt:       optional(o.get("agent_prompt"), heard.play),
		agentAnnouncement: optional(o.get("agent_announcement"), heard.announcement),
		agentAccept:       optional(o.get("agent_accept"), heard.agentAccept),
		customerAccept:    optional(o.get("customer_accept"), heard.customerAccept),
		voicemail:         optional(o.get("voicemail"), heard.voicemail),
		stopKey:           optional(o.get("stop_key"), f.telephoneKey),
		maxCall:           required(o.get("max_call"), f.maxCall),
		recording:         optional(o.get("recording"), heard.recording),
		location:          optional(o.get("timezone"), f.timezone),
		schedule:          required(o.get("schedule"), f.schedule),
		treatments:        optional(o.get("treatments"), f.treatments),
		giveUpAfter:       required(o.get("give_up_after"), f.giveUpAfter),
	}
	s := own.or(defaults)
	f.keepKeysApart(own, s)
	if language.at != nil && heard.language != defaults.language.value {
		for _, name := range s.played() { // those of defaults were there in another language
			heard.known(language.at, name)
		}
	}
	return s
}

// required reads a setting that can't be `none`.
func required[T any](n *node, read func(*node) T) setting[T] {
	if n == nil {
		return setting[T]{}
	}
	return setting[T]{n, read(n)}
}

// optional reads a setting that may be `none`.
func optional[T any](n *node, read func(*node) T) setting[T] {
	if n == nil {
		return setting[T]{}
	}
	if n.kind == scalar && n.text == none {
		return setting[T]{at: n}
	}
	return setting[T]{n, read(n)}
}

func (f *accountFile) region(n *node) string {
	return reference(f.decoder, n, "region", f.account.Regions)
}

// callerID reads the number that customers see.
func (f *accountFile) callerID(n *node) string {
	number := f.number(n)
	if number != "" && len(f.account.Numbers) > 0 && !f.account.Owns(number) {
		f.warnf(n, "%s isn't one of the account's numbers", number).Hint = "list it in numbers, so that customers who call it back are known to be the account's"
	}
	return number
}

func (f *accountFile) waitForCustomer(n *node) time.Duration {
	return f.duration(n, time.Second, 5*time.Minute, 30*time.Second)
}

func (f *accountFile) maxCall(n *node) time.Duration {
	return f.duration(n, time.Minute, 24*time.Hour, callback.MaxCall)
}

func (f *accountFile) afterTransfer(n *node) bool { return f.boolean(n, false) }

// schedule reads the name of the hours in which customers may be called.
func (f *accountFile) schedule(n *node) *hours.Schedule {
	if n.kind == scalar && n.text == none {
		f.errorf(n, "a rule can't be without a schedule").Hint = "always says any hour"
		return nil
	}
	return f.schedules[reference(f.decoder, n, "schedule", f.schedules)]
}

// shortest is the shortest time from one attempt to the next.
func (f *accountFile) shortest() time.Duration {
	if f.options.shortIntervals {
		return time.Second
	}
	return time.Minute
}

// intervals reads `dialing_intervals`.
func (f *accountFile) intervals(n *node) []time.Duration {
	const hint = "write dialing_intervals: [immediately, 5m, 30m]"
	least := f.shortest()
	var list []time.Duration
	for i, item := range f.list(n, hint) {
		if item.kind == scalar && item.text == "immediately" {
			if i > 0 {
				f.errorf(item, "only the first interval can be immediately").Hint = "each later one runs from the last hang-up"
			}
			list = append(list, 0)
			continue
		}
		list = append(list, f.duration(item, least, time.Hour, least))
	}
	return slices.Clip(list)
}
