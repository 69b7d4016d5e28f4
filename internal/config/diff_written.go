package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// write writes an account as its file could. What has to be compared is written
// here: a field of callback.Account that isn't, fails the test of Diff.
func write(a *callback.Account) written {
	nothing := a == nil
	if nothing {
		a = new(callback.Account)
	}
	w := written{settings: []setTo{
		{"account", a.Name},
		{"mode", string(a.Mode)},
		{"country", a.Country},
		{"timezone", zone(a.Location)},
		{"numbers", flowList(a.Numbers)},
		{"lines", count(a.Lines)},
		{"min_talk", length(a.MinTalk)},
		{"message_left", string(a.MessageLeft)},
		{"log_only_numbers", string(a.LogOnlyNumbers)},
		{"agent_called", string(a.AgentCalled)},
		{"callable.countries", flowList(a.Callable.Countries)},
		{"callable.refuse", flowList(a.Callable.Refuse)},
		{"callable.per_number.day", count(a.Callable.PerNumber.Day)},
		{"callable.per_number.month", count(a.Callable.PerNumber.Month)},
		{"callable.per_day", count(a.Callable.PerDay)},
		{"callable.min_wait", lengthOrNone(a.Callable.MinWait)},
		{"callable.burst", burst(a.Callable.Burst)},
	}}
	if nothing {
		w.settings = nil // not even zeros
	}
	w.sections = []section{
		byName("regions", a.Regions, func(r callback.Region) []setTo {
			return []setTo{
				{"pbx", r.PBX}, {"trunks", flowList(r.Trunks)}, {"dial", flow(r.Dial)}, {"number_format", string(r.NumberFormat)},
				{"max_calls", count(r.MaxCalls)}, {"formats", flow(r.Formats)}, {"tone_zone", r.ToneZone},
			}
		}),
		byName("agents", a.Agents, func(g callback.Agent) []setTo { return []setTo{{"endpoint", flow(g.Endpoint)}} }),
		byName("groups", a.Groups, func(g callback.Group) []setTo { return []setTo{{"members", flowList(g.Members)}} }),
		byName("areas", a.Areas, func(r callback.Area) []setTo { return []setTo{{"max_tasks", count(r.MaxTasks)}} }),
		byName("queues", a.Queues, func(q callback.Queue) []setTo {
			return []setTo{{"area", flow(q.Area)}, {"max_tasks", count(q.MaxTasks)}, {"ringing", string(q.Ringing)}}
		}),
		byName("scenarios", a.Scenarios, func(s callback.Scenario) []setTo { return []setTo{{"contexts", flowList(s.Contexts)}} }),
		byName("schedules", schedulesOf(a), writeSchedule),
		writeRules(a.Rules),
		writeRequests(a.Requests),
		byName("appointments", a.Appointments, writeAppointments),
	}
	return w
}

// schedulesOf are the schedules that rules use, by name.
func schedulesOf(a *callback.Account) map[string]*hours.Schedule {
	used := map[string]*hours.Schedule{}
	for _, r := range a.Calling() {
		if r.Schedule != nil {
			used[r.Schedule.Name] = r.Schedule
		}
	}
	if a.Requests != nil && a.Requests.Offer.Schedule != nil {
		used[a.Requests.Offer.Schedule.Name] = a.Requests.Offer.Schedule
	}
	for _, b := range a.Appointments {
		if b.Office.Schedule != nil {
			used[b.Office.Schedule.Name] = b.Office.Schedule
		}
	}
	delete(used, "always")
	return used
}

// weekdays is how files call them, by time.Weekday.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// afterMonday is the place of a day in the week as people write it; -1 for what
// isn't the name of a day.
func afterMonday(name string) int {
	day := slices.Index(weekdays[:], name)
	if day < 0 {
		return -1
	}
	return (day + 6) % 7
}

func writeSchedule(s *hours.Schedule) []setTo {
	var list []setTo
	for i := range weekdays {
		day := (i + 1) % len(weekdays) // Monday comes first
		list = append(list, setTo{weekdays[day], windows(s.Weekly[day])})
	}
	dates := slices.SortedFunc(maps.Keys(s.Except), func(a, b hours.Date) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
	})
	for _, d := range dates {
		open := windows(s.Except[d])
		if open == "" {
			open = "closed"
		}
		list = append(list, setTo{fmt.Sprintf("except.%04d-%02d-%02d", d.Year, d.Month, d.Day), open})
	}
	return list
}

func writeRules(rules []callback.Rule) section {
	s := section{key: "rules", ordered: true}
	for _, r := range rules {
		from := make([]string, len(r.From))
		for i, t := range r.From {
			from[i] = t.String()
		}
		list := []setTo{
			{"missed_in", string(r.MissedIn)},
			{"from", flowList(from)},
			{"scenarios", flowList(r.Scenarios)},
			{"enabled", strconv.FormatBool(r.Enabled)},
			{"dialing_intervals", intervals(r.DialingIntervals)},
			forward(r),
		}
		list = append(list, writeSettings(r)...)
		list = append(list, setTo{"after_transfer", strconv.FormatBool(r.AfterTransfer)})
		s.items = append(s.items, item{r.Name, list})
	}
	return s
}

// writeRequests writes the section that has no items, but is one.
func writeRequests(r *callback.Requests) section {
	s := section{key: "requests"}
	if r != nil {
		list := []setTo{
			{"dialing_intervals", intervals(r.DialingIntervals)},
			{"queue", flow(strings.TrimPrefix(r.Forward.String(), "queue:"))},
			{"owner", owner(r.Owner)},
			{"duplicates", string(r.Duplicates)},
			{"ahead", length(r.Ahead)},
		}
		list = append(list, writeOffer(r.Offer)...)
		list = append(list, writeForm(r.Form)...)
		s.items = []item{{"", append(list, writeSettings(r.Rule)...)}}
	}
	return s
}

// writeOffer writes when a callback is offered by phone.
func writeOffer(o callback.Offer) []setTo {
	schedule := ""
	if o.Schedule != nil {
		schedule = flow(o.Schedule.Name)
	}
	return []setTo{
		{"offer.when.longest_wait", lengthOrNone(o.LongestWait)},
		{"offer.when.callers", count(o.Callers)},
		{"offer.when.nobody_free", strconv.FormatBool(o.NobodyFree)},
		{"offer.when.schedule", schedule},
		{"offer.keep_place", strconv.FormatBool(o.KeepPlace)},
	}
}

// writeSettings writes what rules, requests and defaults have in common.
func writeSettings(r callback.Rule) []setTo {
	schedule := ""
	if r.Schedule != nil {
		schedule = flow(r.Schedule.Name)
	}
	list := []setTo{
		{"region", orNone(r.Region)},
		{"caller_id", orNone(r.CallerID)},
		{"wait_for_customer", length(r.WaitForCustomer)},
		{"language", orNone(r.Language)},
		{"agent_prompt", orNone(r.AgentPrompt)},
		{"agent_announcement", announcement(r.AgentAnnouncement)},
		{"agent_accept", stringOrNone(r.AgentAccept)},
		{"customer_accept", stringOrNone(r.CustomerAccept)},
		{"voicemail", r.Voicemail.String()},
		{"stop_key", orNone(callback.FormatKey(r.StopKey))},
		{"max_call", length(r.MaxCall)},
		{"recording", stringOrNone(r.Recording)},
		{"timezone", zone(r.Location)},
		{"schedule", schedule},
	}
	list = append(list, treatments(r.Treatments)...)
	return append(list, setTo{"give_up_after", strconv.Itoa(r.GiveUpAfter) + "d"})
}

// owner writes whose a callback is at first; "" if it is nobody's.
func owner(o *callback.Owner) string {
	if o == nil {
		return ""
	}
	return fmt.Sprintf("{agent: %s, hours: %g, then: %s}", flow(o.Agent), o.For.Hours(), flow(o.Then.String()))
}

// forward is who gets the agent leg, under the key of the rule's kind.
func forward(r callback.Rule) setTo {
	key := "forward_to_queue"
	if r.MissedIn == callback.MissedInScenario {
		key = "queue"
	}
	if r.Forward.Kind == callback.TargetQueue {
		return setTo{key, flow(r.Forward.Name)}
	}
	return setTo{key, r.Forward.String()}
}

// treatments writes what follows each result; one that isn't in t takes the
// next interval.
func treatments(t callback.Treatments) []setTo {
	var list []setTo
	results := slices.Clone(callback.Results)
	for _, r := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(results, r) {
			results = append(results, r)
		}
	}
	for _, r := range results {
		how := t[r]
		value := ""
		switch {
		case how.Close && how.In == 0 && how.AtMost == 0:
			value = "close"
		case how != (callback.Treatment{}):
			parts := []string{"in: " + length(how.In)}
			if how.AtMost != 0 {
				parts = append(parts, "at_most: "+strconv.Itoa(how.AtMost))
			}
			if how.Close {
				parts = append(parts, "close: true")
			}
			value = "{" + strings.Join(parts, ", ") + "}"
		}
		list = append(list, setTo{"treatments." + string(r), value})
	}
	return list
}

func intervals(all []time.Duration) string {
	list := make([]string, len(all))
	for i, d := range all {
		list[i] = length(d)
		if d == 0 {
			list[i] = "immediately"
		}
	}
	return flowList(list)
}

func announcement(s *callback.Speech) string {
	if s == nil {
		return none
	}
	return callback.Sound{Say: s}.String()
}

// stringOrNone writes what v points to.
func stringOrNone[T fmt.Stringer](v *T) string {
	if v == nil {
		return none
	}
	return (*v).String()
}

func burst(b callback.Burst) string {
	if b == (callback.Burst{}) {
		return none
	}
	return "{calls: " + strconv.Itoa(b.Calls) + ", within: " + length(b.Within) + "}"
}

// windows writes a day's hours: 09:00-18:00, or a list; "" if there are none.
func windows(all []hours.Window) string {
	list := make([]string, len(all))
	for i, w := range all {
		list[i] = timeOfDay(w.From) + "-" + timeOfDay(w.To)
	}
	if len(list) == 1 {
		return list[0]
	}
	return flowList(list)
}

// timeOfDay writes minutes after midnight; those of the next day as such.
func timeOfDay(minutes int) string {
	if minutes > 24*60 {
		minutes -= 24 * 60
	}
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

func zone(l *time.Location) string {
	if l == nil {
		return ""
	}
	return l.String()
}

func length(d time.Duration) string { return formatDuration(d) }

func lengthOrNone(d time.Duration) string {
	if d == 0 {
		return none
	}
	return length(d)
}

// count writes a number; 0 means that nothing is written.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func orNone(text string) string {
	if text == "" {
		return none
	}
	return flow(text)
}

// flowList writes a list on one line; "" if it is empty.
func flowList(list []string) string {
	if len(list) == 0 {
		return ""
	}
	quoted := make([]string, len(list))
	for i, text := range list {
		quoted[i] = flow(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// flow writes a text, in quotes where YAML would take it for something else.
func flow(text string) string {
	if strings.ContainsAny(text, `,[]{}#"'`) || strings.Contains(text, ": ") || strings.TrimSpace(text) != text {
		return strconv.Quote(text)
	}
	return text
}
