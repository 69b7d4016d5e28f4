package config

import (
	"time"

	"callbackd/callback"
)

// recording reads how conversations are recorded.
func (r soundReader) recording(n *node) *callback.RecordingSettings {
	// Nothing written isn't the default: who cleared the lines below may have
	// meant to record no more.
	if n.kind == scalar && !n.faulty {
		r.errorf(n, "no word on how to record").Hint = "write {keep: 90d}, or none"
		return nil
	}
	const day = 24 * time.Hour
	o := r.object(n)
	s := &callback.RecordingSettings{
		Keep:     r.duration(o.get("keep"), time.Hour, 36500*day, 90*day),
		Channels: r.integer(o.get("channels"), 1, 2, 1, "1: both sides together; 2: the customer left, the agent right"),
	}
	if notice := o.get("notice"); notice != nil {
		s.Notice = optional(notice, r.sound).value
	} else {
		r.warnf(n, "customers aren't told that they are recorded").Hint =
			"the law of many countries wants it: write notice: {play: call-recorded}, or notice: none if agents say it"
	}
	o.close()
	return s
}
