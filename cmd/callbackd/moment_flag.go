package main

import (
	"errors"
	"time"
)

// momentFlag is a moment: with its offset, or on the clock of whoever types.
type momentFlag struct {
	time.Time
	zone *time.Location // of whoever types; nil: that of the terminal
}

const momentLayout = "2006-01-02 15:04"

// String implements pflag.Value.
func (f *momentFlag) String() string {
	if f.IsZero() {
		return ""
	}
	return f.Format(time.RFC3339)
}

// Type implements pflag.Value.
func (f *momentFlag) Type() string { return "time" }

// Set implements pflag.Value. Of a time that comes twice when the clocks go back the first
// is meant; one that doesn't come at all is refused.
func (f *momentFlag) Set(text string) error {
	if moment, err := time.Parse(time.RFC3339, text); err == nil {
		f.Time = moment
		return nil
	}
	zone := f.zone
	if zone == nil {
		zone = time.Local
	}
	moment, err := time.ParseInLocation(momentLayout, text, zone)
	if err != nil {
		return errors.New(`write "2026-11-27 10:00", a time on your own clock, or 2026-11-27T10:00:00+01:00`)
	}
	if moment.Format(momentLayout) != text {
		return errors.New("the clocks go forward then, and leave that time out")
	}
	for _, earlier := range []time.Duration{30 * time.Minute, time.Hour} { // Lord Howe's clocks go by half an hour
		if first := moment.Add(-earlier); first.Format(momentLayout) == text {
			moment = first
			break
		}
	}
	f.Time = moment
	return nil
}
