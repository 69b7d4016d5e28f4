package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// notWritten are the parts of a rule that requests, and those that rules, don't have.
var notWritten = map[string]bool{
	".Requests.Name": true, ".Requests.MissedIn": true, ".Requests.Enabled": true, ".Requests.AfterTransfer": true,
	".Rules[0].Owner":            true,
	".Appointments[advice].Name": true, ".Appointments[advice].MissedIn": true, ".Appointments[advice].Enabled": true,
	".Appointments[advice].AfterTransfer": true, ".Appointments[advice].ID": true, ".Appointments[advice].Office.Zone": true,
}

// edits lists every way to change one thing in a value of this type, each as a
// name and a function that gives the changed value. A kind of field that nobody
// has thought of fails.
func edits(t *testing.T, path string, v reflect.Value) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	add := func(name string, changed reflect.Value) { all[path+name] = changed }
	like := func() reflect.Value { return reflect.New(v.Type()).Elem() }
	switch v.Type() {
	case reflect.TypeFor[*time.Location]():
		add(" elsewhere", reflect.ValueOf(time.UTC))
		add(" nowhere", like())
		return all
	case reflect.TypeFor[time.Duration]():
		add(" longer", reflect.ValueOf(time.Duration(v.Int())+time.Second))
		return all
	case reflect.TypeFor[callback.Sound](): // one or the other
		for name, sound := range map[string]callback.Sound{
			" none": {}, " played": {Play: "another"}, " spoken": {Say: &callback.Speech{Text: "another"}},
			" in a language": {Say: &callback.Speech{Language: "de", Text: "another"}}, " in a voice": {Say: &callback.Speech{Voice: "x", Text: "another"}},
		} {
			add(name, reflect.ValueOf(sound))
		}
		return all
	case reflect.TypeFor[hours.Date]():
		return all // a key: another date is another key
	}
	switch v.Kind() {
	case reflect.String:
		changed := like()
		changed.SetString(v.String() + "x")
		add("", changed)
	case reflect.Bool:
		add("", reflect.ValueOf(!v.Bool()))
	case reflect.Int:
		changed := like()
		changed.SetInt(v.Int() + 1)
		add("", changed)
	case reflect.Pointer:
		add(" none", like())
		for name, elem := range edits(t, path, v.Elem()) {
			changed := reflect.New(v.Type().Elem())
			changed.Elem().Set(elem)
			all[name] = changed
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			at := path + "." + field.Name
			if field.Anonymous {
				at = path
			}
			if !field.IsExported() || notWritten[at] {
				continue // made of the others, or nobody's but its owner's
			}
			for name, changed := range edits(t, at, v.Field(i)) {
				whole := like()
				whole.Set(v)
				whole.Field(i).Set(changed)
				all[name] = whole
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			for name, changed := range edits(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i)) {
				whole := like()
				if v.Kind() == reflect.Slice {
					whole.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v))
				} else {
					whole.Set(v)
				}
				whole.Index(i).Set(changed)
				all[name] = whole
			}
		}
		if v.Kind() == reflect.Slice && v.Len() > 0 {
			add(" fewer", v.Slice(0, v.Len()-1))
			add(" more", reflect.AppendSlice(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, 0), v), another(v)))
		}
	case reflect.Map:
		require.NotZero(t, v.Len(), "%s: the account of this test has nothing there", path)
		add(" emptied", reflect.MakeMap(v.Type()))
		for _, key := range v.MapKeys() {
			for name, changed := range edits(t, fmt.Sprintf("%s[%v]", path, key), v.MapIndex(key)) {
				if strings.HasSuffix(name, fmt.Sprintf("[%v].Name", key)) || strings.HasSuffix(name, fmt.Sprintf("[%v] none", key)) {
					continue // the key once more, or an entry that would be none
				}
				whole := reflect.MakeMap(v.Type())
				for _, k := range v.MapKeys() {
					whole.SetMapIndex(k, v.MapIndex(k))
				}
				whole.SetMapIndex(key, changed)
				all[name] = whole
			}
		}
	default:
		t.Fatalf("%s is a %s, of which this test knows nothing", path, v.Type())
	}
	return all
}

// another is a list of one element of a kind that v has, with another name if it
// has one.
func another(v reflect.Value) reflect.Value {
	list := reflect.MakeSlice(v.Type(), 1, 1)
	list.Index(0).Set(v.Index(0))
	if e := list.Index(0); e.Kind() == reflect.Struct && e.FieldByName("Name").IsValid() {
		e.FieldByName("Name").SetString("another")
	}
	return list
}

// Whatever is edited is told: each field of an account, and of all that hangs
// on it.
func TestDiffKnowsEveryField(t *testing.T) {
	old := whole(t)
	require.Empty(t, Diff(old, whole(t)))
	all := edits(t, "", reflect.ValueOf(*old))
	require.Greater(t, len(all), 80)
	for name, changed := range all {
		edited := changed.Interface().(callback.Account)
		found := Diff(old, &edited)
		require.NotEmpty(t, found, "%s was changed", name)
		for _, d := range found {
			require.NotEqual(t, d.Old, d.New, "%s: %s", name, d.Key)
		}
	}
}

func TestDiffSpeaksTheFilesWords(t *testing.T) {
	rename := func(a *callback.Account, name string) { a.Rules[0].Name = name }
	for name, row := range map[string]struct {
		edit func(a *callback.Account)
		want []string
	}{
		"a duration": {
			func(a *callback.Account) { a.Rules[0].WaitForCustomer = 90 * time.Second },
			[]string{`rules["lost in the menu"].wait_for_customer: 30s → 1m30s`},
		},
		"intervals": {
			func(a *callback.Account) { a.Rules[0].DialingIntervals = []time.Duration{time.Minute} },
			[]string{`rules["lost in the menu"].dialing_intervals: [immediately, 5m] → [1m]`},
		},
		"none": {
			func(a *callback.Account) { a.Rules[0].CallerID, a.Rules[0].Recording = "", nil },
			[]string{
				`rules["lost in the menu"].caller_id: +4685550000 → none`,
				`rules["lost in the menu"].recording: {keep: 90d, channels: 2, notice: {play: call-recorded}} → none`,
			},
		},
		"what the agent hears and presses": {
			func(a *callback.Account) {
				a.Rules[0].AgentAnnouncement = &callback.Speech{Language: "en", Text: "Queue {queue}"}
				a.Rules[0].AgentAccept.Key, a.Rules[0].AgentAccept.Ask = "#", callback.Sound{}
			},
			[]string{
				`rules["lost in the menu"].agent_announcement: {say: {language: en, voice: en-gb, text: "Call to {number}"}} → {say: {language: en, text: "Queue {queue}"}}`,
				`rules["lost in the menu"].agent_accept: {key: 1, within: 10s, ask: {play: agent-accept}} → {key: hash, within: 10s}`,
			},
		},
		"what the customer hears and presses": {
			func(a *callback.Account) {
				r := &a.Rules[0]
				r.CustomerAccept, r.StopKey, r.Voicemail, r.Language, r.MaxCall = nil, "*", callback.Voicemail{}, "", 4*time.Hour
				r.Recording.Channels, r.Recording.Notice = 1, callback.Sound{}
			},
			[]string{
				`rules["lost in the menu"].language: sv → none`,
				`rules["lost in the menu"].customer_accept: {key: star, within: 5s, ask: {say: {language: sv, text: "Tryck"}}} → none`,
				`rules["lost in the menu"].voicemail: {leave: {play: sorry}} → connect`,
				`rules["lost in the menu"].stop_key: 9 → star`,
				`rules["lost in the menu"].max_call: 1h → 4h`,
				`rules["lost in the menu"].recording: {keep: 90d, channels: 2, notice: {play: call-recorded}} → {keep: 90d}`,
			},
		},
		"requests": {
			func(a *callback.Account) {
				a.Requests = &callback.Requests{Rule: a.Requests.Rule, Duplicates: callback.DuplicatesRefuse, Ahead: 24 * time.Hour, Offer: a.Requests.Offer, Form: a.Requests.Form}
				a.Requests.Forward, a.Requests.WaitForCustomer = callback.Target{}, time.Minute
				a.Requests.Owner = nil
			},
			[]string{
				"requests.queue: removed: support", "requests.owner: removed: {agent: alice, hours: 4, then: queue:support}",
				"requests.duplicates: merge → refuse", "requests.ahead: 60d → 1d",
				"requests.wait_for_customer: 30s → 1m",
			},
		},
		"the form": {
			func(a *callback.Account) {
				form := *a.Requests.Form
				form.Title, form.Appointments, form.Origins = "Write to us", "", nil
				form.Topics = append(form.Topics, callback.Topic{Name: "My order", Queue: form.Topics[0].Queue})
				a.Requests.Form = &form
			},
			[]string{
				"requests.form.title: Call me → Write to us",
				`requests.form.topics: [{name: Offer, queue: support}] → [{name: Offer, queue: support}, {name: My order, queue: support}]`,
				"requests.form.appointments: removed: advice", `requests.form.origins: removed: [https://www.example.com]`,
			},
		},
		"how a queue rings": {
			func(a *callback.Account) {
				a.Queues = map[string]callback.Queue{"support": {Name: "support", Area: "nordic", MaxTasks: 100, Ringing: callback.RingingOne}}
			},
			[]string{"queues.support.ringing: each → one"},
		},
		"a treatment": {
			func(a *callback.Account) {
				a.Rules[0].Treatments = callback.Treatments{callback.ResultVoicemail: {Close: true}}
			},
			[]string{
				`rules["lost in the menu"].treatments.customer_busy: removed: {in: 5m, at_most: 3}`,
				`rules["lost in the menu"].treatments.voicemail: added: close`,
			},
		},
		"what isn't called back": {
			func(a *callback.Account) { a.Callable.MinWait, a.Callable.Burst = 0, callback.Burst{} },
			[]string{
				"callable.min_wait: 3s → none",
				"callable.burst: {calls: 10, within: 10m} → none",
			},
		},
		"a schedule": {
			func(a *callback.Account) {
				s := *a.Rules[0].Schedule
				s.Weekly = [7][]hours.Window{time.Monday: {{From: 540, To: 1440}}, time.Friday: {{From: 1320, To: 1560}}, time.Saturday: s.Weekly[time.Saturday]}
				s.Except = map[hours.Date][]hours.Window{{Year: 2026, Month: 12, Day: 31}: {{From: 540, To: 720}}}
				a.Rules[0].Schedule = &s
			},
			[]string{
				"schedules.office.mon: 09:00-18:00 → 09:00-24:00",
				"schedules.office.fri: added: 22:00-02:00",
				"schedules.office.except.2026-12-31: added: 09:00-12:00",
				"schedules.office.except.2026-12-24: removed: closed",
			},
		},
		"days on end": {
			func(a *callback.Account) {
				s := *a.Rules[0].Schedule
				for day := range s.Weekly {
					if day != int(time.Thursday) && day != int(time.Sunday) {
						s.Weekly[day] = []hours.Window{{From: 480, To: 1200}}
					}
				}
				a.Rules[0].Schedule = &s
			},
			[]string{
				"schedules.office.mon: 09:00-18:00 → 08:00-20:00",
				"schedules.office.tue-wed: added: 08:00-20:00",
				"schedules.office.fri: added: 08:00-20:00",
				"schedules.office.sat: [10:00-12:00, 13:00-15:00] → 08:00-20:00",
			},
		},
		"a queue comes, another goes": {
			func(a *callback.Account) {
				a.Queues = map[string]callback.Queue{"sales desk": {Name: "sales desk"}, "billing": {Name: "billing", MaxTasks: 5}}
			},
			[]string{
				"queues.billing: added: {max_tasks: 5}",
				`queues["sales desk"]: added: {}`,
				"queues.support: removed: {area: nordic, max_tasks: 100, ringing: each}",
			},
		},
		"lists": {
			func(a *callback.Account) { a.Numbers, a.Callable.Refuse = []string{"+4685550000"}, nil },
			[]string{
				"numbers: [+4685550000, +46855501*] → [+4685550000]",
				"callable.refuse: removed: [+46900]",
			},
		},
		"what YAML would misread": {
			func(a *callback.Account) {
				a.Regions = map[string]callback.Region{"sweden": a.Regions["sweden"], "norway": {PBX: "pbx1", Dial: "PJSIP/{number}@47"}}
			},
			[]string{`regions.norway: added: {pbx: pbx1, dial: "PJSIP/{number}@47"}`},
		},
		"a rule under another name": {
			func(a *callback.Account) {
				rename(a, "menu")
				a.Rules[0].Scenarios, a.Rules[0].From, a.Rules[0].Treatments = nil, nil, nil
			},
			[]string{
				`rules["menu"]: added: {missed_in: scenario, enabled: true, dialing_intervals: [immediately, 5m], queue: support, region: sweden, caller_id: +4685550000, ` +
					`wait_for_customer: 30s, language: sv, agent_prompt: callback, agent_announcement: {say: {language: en, voice: en-gb, text: "Call to {number}"}}, ` +
					`agent_accept: {key: 1, within: 10s, ask: {play: agent-accept}}, customer_accept: {key: star, within: 5s, ask: {say: {language: sv, text: "Tryck"}}}, ` +
					`voicemail: {leave: {play: sorry}}, stop_key: 9, max_call: 1h, recording: {keep: 90d, channels: 2, notice: {play: call-recorded}}, timezone: Europe/Stockholm, schedule: office, give_up_after: 3d, after_transfer: false}`,
				`rules["lost in the menu"]: removed: {missed_in: scenario, from: [queue:support], scenarios: [main-menu], enabled: true, dialing_intervals: [immediately, 5m], queue: support, ` +
					`region: sweden, caller_id: +4685550000, wait_for_customer: 30s, language: sv, agent_prompt: callback, agent_announcement: {say: {language: en, voice: en-gb, text: "Call to {number}"}}, ` +
					`agent_accept: {key: 1, within: 10s, ask: {play: agent-accept}}, customer_accept: {key: star, within: 5s, ask: {say: {language: sv, text: "Tryck"}}}, ` +
					`voicemail: {leave: {play: sorry}}, stop_key: 9, max_call: 1h, recording: {keep: 90d, channels: 2, notice: {play: call-recorded}}, timezone: Europe/Stockholm, schedule: office, ` +
					`treatments.customer_busy: {in: 5m, at_most: 3}, give_up_after: 3d, after_transfer: false}`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			old, edited := whole(t), whole(t)
			row.edit(edited)
			var lines []string
			for _, d := range Diff(old, edited) {
				lines = append(lines, d.String())
			}
			require.Equal(t, row.want, lines)
		})
	}
}

// The first rule that matches decides, so their order is told: not that there
// is one less, or one more after all others.
func TestDiffOfTheOrderOfRules(t *testing.T) {
	rules := func(names ...string) *callback.Account {
		a := new(callback.Account)
		for _, name := range names {
			a.Rules = append(a.Rules, callback.Rule{Name: name})
		}
		return a
	}
	order := func(old, edited *callback.Account) string {
		for _, d := range Diff(old, edited) {
			if d.Key == "rules" {
				return d.Old + " " + d.New
			}
		}
		return ""
	}
	require.Equal(t, "[a, b] [b, a]", order(rules("a", "b"), rules("b", "a")))
	require.Equal(t, "[a, b] [a, new, b]", order(rules("a", "b"), rules("a", "new", "b")))
	require.Empty(t, order(rules("a", "b"), rules("a", "b", "new")))
	require.Empty(t, order(rules("a", "b", "c"), rules("a", "c")))
	require.Empty(t, order(rules(), rules("a")))
}

func TestDiffOfANewAccount(t *testing.T) {
	for _, d := range Diff(nil, whole(t)) {
		require.Empty(t, d.Old, d.Key)
	}
	for _, d := range Diff(whole(t), nil) {
		require.Empty(t, d.New, d.Key)
	}
	require.Equal(t, Difference{Key: "account", New: "acme"}, Diff(nil, whole(t))[0])
	require.Empty(t, Diff(nil, nil))
}
