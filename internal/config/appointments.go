package config

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// appointments reads what customers may book.
func (f *accountFile) appointments(n *node, defaults settings) map[string]*callback.AppointmentBook {
	if n == nil {
		return nil
	}
	if f.account.Location == nil {
		f.errorf(n, "nobody knows by which clock appointments are kept").Hint = "write timezone: Europe/Stockholm at the top of the file"
	}
	books := map[string]*callback.AppointmentBook{}
	for _, e := range f.entries(n, "appointments") {
		if o := f.object(e.value); o.node.kind == mapping {
			books[e.key.text] = f.appointmentBook(e.key.text, o, defaults)
		}
	}
	return books
}

// appointmentBook reads one kind of appointment. `schedule` is the office's own, by its
// own clock: unlike that of a rule it says when appointments are kept, and
// `customer_schedule` when customers may be called.
func (f *accountFile) appointmentBook(name string, o *object, defaults settings) *callback.AppointmentBook {
	b := &callback.AppointmentBook{
		Rule: callback.Rule{Name: callback.AppointmentsRule(name), Enabled: true},
		ID:   name,
	}
	b.Forward = f.queue(o.require("queue", "write queue: NAME, which calls at the booked time"))
	b.Owner = f.owner(o.get("owner"), b.Forward)
	if intervals := o.get("dialing_intervals"); intervals != nil {
		b.DialingIntervals = f.intervals(intervals)
	} else {
		b.DialingIntervals = []time.Duration{0, 10 * time.Minute, time.Hour}
	}
	slot := o.require("slot", "write slot: 15m, how long an appointment lasts")
	b.Slot = f.slot(slot)
	b.PerSlot = f.integer(o.require("per_slot", "write per_slot: 4, how many customers may book the same time"), 1, 1000, 1, "how many customers may book the same time")
	b.Ahead = f.duration(o.get("ahead"), time.Hour, 365*24*time.Hour, 14*24*time.Hour)
	b.AtLeast = f.duration(o.get("at_least"), 0, 30*24*time.Hour, time.Hour)
	if at := o.get("at_least"); b.AtLeast >= b.Ahead {
		if at == nil {
			at = o.get("ahead")
		}
		f.errorf(at, "nothing can be booked: at_least (%s) isn't less than ahead (%s)", formatDuration(b.AtLeast), formatDuration(b.Ahead))
	}
	s := f.settings(o, defaults)
	b.Identification = optional(o.get("identification"), soundReader{f, s.language.value}.identification).value
	b.Office = callback.Office{Schedule: s.schedule.value, Zone: f.account.Location}
	if s.schedule.at == nil {
		f.errorf(o.node, "no schedule: neither the appointments nor defaults say in which hours they lie").Hint = "write schedule: NAME, of the section schedules"
	}
	s.schedule = required(o.get("customer_schedule"), f.schedule).or(defaults.schedule).or(s.schedule)
	f.whole = append(f.whole, s)
	s.set(&b.Rule)
	if b.Region == "" {
		b.Region = f.onlyRegion(o.node)
	}
	o.close()
	if !f.faulty() {
		f.warnOfNoSlots(slot, b)
	}
	return b
}

// slot reads how long an appointment lasts.
func (f *accountFile) slot(n *node) time.Duration {
	slot := f.duration(n, 5*time.Minute, 8*time.Hour, 15*time.Minute)
	if slot%time.Minute != 0 {
		f.errorf(n, "%s isn't a number of whole minutes", n.text)
		return 15 * time.Minute
	}
	return slot
}

// digitsForm is 8, or 6-10.
var digitsForm = regexp.MustCompile(`^([0-9]{1,3})(?:-([0-9]{1,3}))?$`)

// safeDigits make an identification that nobody guesses in the few tries that callers have.
const safeDigits = 6

// identification reads {digits: 6-10, prompt: NAME}.
func (r soundReader) identification(n *node) *callback.Identification {
	o := r.object(n)
	if o.node.kind != mapping {
		return nil
	}
	i := &callback.Identification{}
	digits := o.require("digits", "write digits: 6-10, or digits: 8")
	if prompt := o.get("prompt"); prompt != nil {
		i.Prompt = r.play(prompt)
	}
	o.close()
	text := r.text(digits)
	if text == "" {
		return i
	}
	parts := digitsForm.FindStringSubmatch(text)
	if parts == nil {
		r.errorf(digits, "%q isn't a number of digits", text).Hint = "write digits: 6-10, or digits: 8"
		return i
	}
	i.Least, _ = strconv.Atoi(parts[1])
	if i.Most = i.Least; parts[2] != "" {
		i.Most, _ = strconv.Atoi(parts[2])
	}
	if i.Least < 1 || i.Most < i.Least || i.Most > callback.IdentificationLimit {
		r.errorf(digits, "%s isn't from 1 to %d digits", text, callback.IdentificationLimit).Hint = "write the smaller number first: digits: 6-10"
		return i
	}
	if i.Least < safeDigits {
		r.warnf(digits, "%d digits are soon guessed by whoever tries: who has them cancels the appointment", i.Least).Hint =
			fmt.Sprintf("take numbers of %d digits or more", safeDigits)
	}
	return i
}

// warnOfNoSlots warns of appointments that nobody will ever be able to book: every slot
// is too long for its hours, or lies where customers may not be called.
func (f *accountFile) warnOfNoSlots(at *node, b *callback.AppointmentBook) {
	const enough = 53 // weeks: every season, and the dates of a year
	slots, now := false, time.Now()
	for start := range b.Office.Slots(now, b.Slot) {
		if start.After(now.Add(enough * 7 * 24 * time.Hour)) {
			break
		}
		if slots = true; b.Schedule.Open(start, hours.Zones{b.Office.Zone}) {
			return
		}
	}
	if slots {
		f.warnf(at, "nobody can book: customers may not be called at any of these times").Hint =
			"schedule " + b.Office.Schedule.Name + " is open only while " + b.Schedule.Name + " is closed: write customer_schedule"
		return
	}
	f.warnf(at, "nobody can book: no hours of schedule %s have room for %s", b.Office.Schedule.Name, formatDuration(b.Slot)).Hint = "write a shorter slot"
}
