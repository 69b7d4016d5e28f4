package config

import (
	"slices"
	"time"

	"callbackd/callback"
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
	schedule        setting[string]
}

// or is s, with what isn't written taken from defaults.
func (s settings) or(defaults settings) settings {
	return settings{
		region:          s.region.or(defaults.region),
		callerID:        s.callerID.or(defaults.callerID),
		waitForCustomer: s.waitForCustomer.or(defaults.waitForCustomer),
		agentPrompt:     s.agentPrompt.or(defaults.agentPrompt),
		recording:       s.recording.or(defaults.recording),
		schedule:        s.schedule.or(defaults.schedule),
	}
}

// readDefaults reads `defaults`, with the product's own where it says nothing.
func (f *accountFile) readDefaults(n *node) settings {
	o := f.object(n)
	s := f.settings(o)
	o.close()
	if !s.waitForCustomer.written {
		s.waitForCustomer = setting[time.Duration]{true, 30 * time.Second}
	}
	return s
}

// settings reads the keys that a rule and `defaults` share.
func (f *accountFile) settings(o *object) settings {
	s := settings{
		region:      optional(o.get("region"), f.region),
		callerID:    optional(o.get("caller_id"), f.number),
		agentPrompt: optional(o.get("agent_prompt"), f.sound),
		recording:   optional(o.get("recording"), f.recording),
	}
	if n := o.get("wait_for_customer"); n != nil {
		s.waitForCustomer = setting[time.Duration]{true, f.duration(n, time.Second, 5*time.Minute, 30*time.Second)}
	}
	if n := o.get("schedule"); n != nil {
		s.schedule = setting[string]{true, f.schedule(n)}
	}
	// The one schedule there is holds in every zone, so the zone is only checked.
	optional(o.get("timezone"), f.timezone)
	return s
}

// optional reads a setting that may be `none`.
func optional[T any](n *node, read func(*node) T) setting[T] {
	if n == nil {
		return setting[T]{}
	}
	if n.kind == scalar && n.text == "none" {
		return setting[T]{written: true}
	}
	return setting[T]{true, read(n)}
}

func (f *accountFile) region(n *node) string {
	return f.reference(n, "region", names(f.account.Regions))
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
	if !f.saidKeep {
		f.saidKeep = true
		f.warnf(n, "recordings aren't deleted yet, whatever keep says")
	}
	o.close()
	return &callback.RecordingSettings{Keep: keep}
}

// schedule reads the hours in which customers may be called.
func (f *accountFile) schedule(n *node) string {
	const always = "always"
	switch text := f.text(n); text {
	case always, "":
		return text
	case "none":
		f.errorf(n, "a rule can't be without a schedule").Hint = "always says any hour"
	default:
		f.errorf(n, "there is no schedule %q", text).Hint = "the only one is always: any hour"
	}
	return ""
}

// intervals reads `dialing_intervals`.
func (f *accountFile) intervals(n *node) []time.Duration {
	const hint = "write dialing_intervals: [immediately, 5m, 30m]"
	least := time.Minute
	if f.options.shortIntervals {
		least = time.Second
	}
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
