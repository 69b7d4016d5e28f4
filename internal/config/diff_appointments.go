package config

import (
	"strings"

	"callbackd/callback"
)

// writeAppointments writes what may be booked. Its schedule is the office's; that of the
// settings says when customers may be called.
func writeAppointments(b *callback.AppointmentBook) []setTo {
	office := ""
	if b.Office.Schedule != nil {
		office = flow(b.Office.Schedule.Name)
	}
	list := []setTo{
		{"queue", flow(strings.TrimPrefix(b.Forward.String(), "queue:"))},
		{"owner", owner(b.Owner)},
		{"slot", length(b.Slot)},
		{"per_slot", count(b.PerSlot)},
		{"schedule", office},
		{"ahead", length(b.Ahead)},
		{"at_least", length(b.AtLeast)},
		{"identification", stringOrNone(b.Identification)},
		{"dialing_intervals", intervals(b.DialingIntervals)},
	}
	for _, setting := range writeSettings(b.Rule) {
		if setting.key == "schedule" {
			setting.key = "customer_schedule"
		}
		list = append(list, setting)
	}
	return list
}
