package config

import (
	"strings"

	"callbackd/callback"
)

// writeForm writes the page on which customers ask.
func writeForm(form *callback.Form) []setTo {
	if form == nil {
		return nil
	}
	topics := ""
	if len(form.Topics) > 0 {
		each := make([]string, len(form.Topics))
		for i, t := range form.Topics {
			each[i] = "{name: " + flow(t.Name) + ", queue: " + flow(strings.TrimPrefix(t.Queue.String(), "queue:")) + "}"
		}
		topics = "[" + strings.Join(each, ", ") + "]"
	}
	return []setTo{
		{"form.title", flow(form.Title)},
		{"form.topics", topics},
		{"form.appointments", flow(form.Appointments)},
		{"form.language", form.Language},
		{"form.origins", flowList(form.Origins)},
	}
}
