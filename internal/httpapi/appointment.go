package httpapi

import (
	"time"

	"callbackd/callback"
)

// AppointmentBooks are the schedules of appointments that an account takes, by name.
type AppointmentBooks struct {
	Schedules []AppointmentBook `json:"schedules" nullable:"false"`
}

// AppointmentBook is a schedule of appointments.
type AppointmentBook struct {
	Name           string          `json:"name" example:"advice"`
	Queue          callback.Target `json:"queue" example:"queue:support" doc:"Who calls."`
	Slot           int             `json:"slot_minutes" minimum:"1" example:"15" doc:"How long a slot is."`
	PerSlot        int             `json:"per_slot" minimum:"1" example:"4" doc:"How many customers may book the same slot."`
	Hours          string          `json:"hours" example:"office" doc:"The schedule of the file whose openings are cut into slots."`
	Timezone       string          `json:"timezone" example:"Europe/Stockholm" doc:"Of the clock by which these hours are meant."`
	Ahead          string          `json:"ahead" example:"14d" doc:"How far ahead one may book."`
	AtLeast        string          `json:"at_least" example:"1h" doc:"How long before it begins one may book a slot."`
	Identification *Digits         `json:"identification,omitempty" doc:"What customers have to be known by. Absent: nothing."`
}

// Digits is a number of a length between two bounds.
type Digits struct {
	Least int `json:"least" minimum:"1" example:"6" doc:"How many digits it has at least."`
	Most  int `json:"most" minimum:"1" example:"10" doc:"And at most."`
}

func booksOf(a *callback.Account) AppointmentBooks {
	list := AppointmentBooks{Schedules: []AppointmentBook{}}
	for _, name := range keys(a.Appointments) {
		b := a.Appointments[name]
		document := AppointmentBook{
			Name: b.ID, Queue: b.Forward, Slot: int(b.Slot / time.Minute), PerSlot: b.PerSlot, Hours: b.Office.Schedule.Name, Timezone: b.Office.Zone.String(),
			Ahead: callback.FormatDuration(b.Ahead), AtLeast: callback.FormatDuration(b.AtLeast),
		}
		if b.Identification != nil {
			document.Identification = &Digits{Least: b.Identification.Least, Most: b.Identification.Most}
		}
		list.Schedules = append(list.Schedules, document)
	}
	return list
}

// SlotList is the slots that may be booked, by their start.
type SlotList struct {
	Timezone string `json:"timezone,omitempty" example:"Europe/Stockholm" doc:"Of the office. Absent where there are no slots, but any time within the hours."`
	Slots    []Slot `json:"slots" nullable:"false"`
	More     bool   `json:"more,omitempty" doc:"There are more than were asked for: ask on from the last one's start."`
}

// Slot is a time that may be booked.
type Slot struct {
	Start time.Time `json:"start" example:"2026-11-27T10:00:00+01:00" doc:"As the office's clock shows it."`
	Free  int       `json:"free" minimum:"0" example:"3" doc:"How many more may book it; 0: it is full."`
	// Not is there only where all slots were asked for.
	Not callback.AskReason `json:"not,omitempty" enum:"time_past,too_soon,time_too_far,closed" example:"too_soon" doc:"Why it may not be booked now, whatever is free. Absent: it may."`
}

// slotsOf lists up to limit of the slots found.
func slotsOf(found []callback.Slot, limit int, zone *time.Location) SlotList {
	list := SlotList{Timezone: zone.String(), Slots: []Slot{}, More: len(found) > limit}
	for _, slot := range found[:min(len(found), limit)] {
		list.Slots = append(list.Slots, Slot{Start: slot.Start.In(zone), Free: slot.Free, Not: slot.Not})
	}
	return list
}

// zoneOf is the clock of a schedule of an account; UTC where there is no such schedule any
// more.
func zoneOf(a *callback.Account, schedule string) *time.Location {
	if book, ok := a.Appointments[schedule]; ok {
		return book.Office.Zone
	}
	return time.UTC
}
