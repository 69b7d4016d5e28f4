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
	written bool
	value   T
}

// or is s, or what defaults say where s isn't written.
func (s setting[T]) or(defaults setting[T]) setting[T] {
	if s.written {
		return s
	}
	return defaults
}

// settings are what a rule and `defaults` may both say.
type settings struct {
	region          setting[string]
	callerID        setting[string]
	waitForCustomer setting[time.Duration]
	agentPrompt     setting[string]
	recording       setting[*callback.RecordingSettings]
	schedule        setting[*hours.Schedule]
	location        setting[*time.Location]
	treatments      setting[callback.Treatments]
	giveUpAfter     setting[int] // days
	afterTransfer   setting[bool]
}

// none switches a default off.
const none = "none"

// or is s, with what isn't written taken from defaults.
func (s settings) or(defaults settings) settings {
	return settings{
		region:          s.region.or(defaults.region),
		callerID:        s.callerID.or(defaults.callerID),
		waitForCustomer: s.waitForCustomer.or(defaults.waitForCustomer),
		agentPrompt:     s.agentPrompt.or(defaults.agentPrompt),
		recording:       s.recording.or(defaults.recording),
		schedule:        s.schedule.or(defaults.schedule),
		location:        s.location.or(defaults.location),
		treatments:      s.treatments.or(defaults.treatments),
		giveUpAfter:     s.giveUpAfter.or(defaults.giveUpAfter),
		afterTransfer:   s.afterTransfer.or(defaults.afterTransfer),
	}
}

// readDefaults reads `defaults`, with the product's own where it says nothing.
func (f *accountFile) readDefaults(n *node) settings {
	o := f.object(n)
	s := f.settings(o)
	o.close()
	if !s.waitForCustomer.written {
		s.waitForCustomer.value = 30 * time.Second
	}
	if !s.giveUpAfter.written {
		s.giveUpAfter.value = 3
	}
	return s
}

// settings reads the keys that a rule and `defaults` share.
func (f *accountFile) settings(o *object) settings {
	s := settings{
		region:      optional(o.get("region"), f.region),
		callerID:    optional(o.get("caller_id"), f.callerID),
		agentPrompt: optional(o.get("agent_prompt"), f.sound),
		recording:   optional(o.get("recording"), f.recording),
		location:    optional(o.get("timezone"), f.timezone),
		treatments:  optional(o.get("treatments"), f.treatments),
	}
	if n := o.get("wait_for_customer"); n != nil {
		s.waitForCustomer = setting[time.Duration]{true, f.duration(n, time.Second, 5*time.Minute, 30*time.Second)}
	}
	if n := o.get("schedule"); n != nil {
		s.schedule = setting[*hours.Schedule]{true, f.schedule(n)}
	}
	if n := o.get("give_up_after"); n != nil {
		s.giveUpAfter = setting[int]{true, f.giveUpAfter(n)}
	}
	if n := o.get("after_transfer"); n != nil {
		s.afterTransfer = setting[bool]{true, f.boolean(n, false)}
	}
	return s
}

// optional reads a setting that may be `none`.
func optional[T any](n *node, read func(*node) T) setting[T] {
	if n == nil {
		return setting[T]{}
	}
	if n.kind == scalar && n.text == none {
		return setting[T]{written: true}
	}
	return setting[T]{true, read(n)}
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

// sound reads the name of a sound of the library.
func (f *accountFile) sound(n *node) string {
	name := f.text(n)
	if name == "" || f.options.checkSound == nil {
		return name
	}
	if err := f.options.checkSound(name); err != nil {
		f.errorf(n, "%s", err)
		return ""
	}
	return name
}

// recording reads how conversations are recorded.
func (f *accountFile) recording(n *node) *callback.RecordingSettings {
	// Nothing written isn't the default: who cleared the lines below may have
	// meant to record no more.
	if n.kind == scalar && !n.faulty {
		f.errorf(n, "no word on how to record").Hint = "write {keep: 90d}, or none"
		return nil
	}
	const day = 24 * time.Hour
	o := f.object(n)
	keep := f.duration(o.get("keep"), time.Hour, 36500*day, 90*day)
	if !f.warned {
		f.warned = true
		f.warnf(n, "customers aren't told that they are recorded, nor are recordings deleted yet, whatever keep says").Hint =
			"the law of many countries wants both: have agents say it, or the greeting of the queue that customers called"
	}
	refuseUnbuilt(o, "notice")
	o.close()
	return &callback.RecordingSettings{Keep: keep}
}

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
