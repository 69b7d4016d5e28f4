package page

import (
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// rulesView is every rules file with the rules in force, and what they would make of a call.
type rulesView struct {
	Explain explainView
	Files   []fileView
	Acts    []act  // in the dialogs of all files
	Refused string // why an act was refused that isn't there any more
}

// fileView is one rules file.
type fileView struct {
	ID, Account, File string
	State, Label      string // how it is coloured, and called
	Standing          string // what keeps it from being in force as it is; "" of one that is
	Since             moment
	Advice            string
	Shadow            bool
	Frozen            *switched
	Unfreeze          string // where the account is unfrozen
	Problems          []problemView
	Rules             []ruleRow
}

// switched is since when, and by whom, something is off.
type switched struct {
	Since moment
	By    string
}

// problemView is one thing wrong in a file. Before and At are the line in question, cut at
// the place.
type problemView struct {
	Severity, Place, Path, Message, Hint string
	Before, At                           string
}

// ruleRow is a rule, or by what callbacks are taken that somebody asks for.
type ruleRow struct {
	Name       string
	State      string // on, off, waits
	Why        string // it is off
	About      string
	Calls      string // who calls back
	Intervals  string
	Hours      string
	Open       int
	Tasks      string // their address
	Verb, Show string // of its act; "" if there is none
	Dialog     string
}

func showRules(v *visit) error {
	return v.rulesPage(http.StatusOK, refusedOn{verb: v.r.URL.Query().Get("do")})
}

// refusedOn is an act whose form is open, and why it was refused.
type refusedOn struct{ verb, why string }

// rulesPage shows the rules; an act that was refused is shown again.
func (v *visit) rulesPage(status int, refused refusedOn) error {
	list, err := v.client.Rules(v.ctx(), "")
	if err != nil {
		return err
	}
	view := rulesView{}
	for _, f := range list.Files {
		if v.account == "" || f.Account == v.account {
			file, acts := v.fileView(f, refused)
			view.Files, view.Acts = append(view.Files, file), append(view.Acts, acts...)
		}
	}
	view.Refused = notShown(view.Acts, refused)
	if view.Explain, err = v.explain(list); err != nil {
		return err
	}
	if view.Explain.Refused != "" && status == http.StatusOK {
		status = http.StatusUnprocessableEntity
	}
	return v.render(status, "rules", "Rules", view)
}

func (v *visit) fileView(f httpapi.RulesFileStory, refused refusedOn) (view fileView, acts []act) {
	view = fileView{
		ID: "file-" + mark(f.Account, f.File), Account: f.Account, File: f.File, Since: v.at(f.Account, f.Since), Shadow: f.Mode == callback.ModeShadow,
	}
	switch f.State {
	case httpapi.RulesInForce:
		view.State, view.Label = "good", "in force"
	case httpapi.RulesLastGood:
		view.State, view.Label, view.Standing = "wait", "an earlier version is in force", "The file "+wording.WrongWithFile(f.RulesFile)+": its last good rules stay in force, as they are below."
	case httpapi.RulesNotInForce:
		view.State, view.Label, view.Standing = "bad", "not in force", "The file "+wording.WrongWithFile(f.RulesFile)+": nothing of it is in force."
	}
	view.Advice = map[httpapi.RulesAbsence]string{
		httpapi.AbsentGone:     "Bring the file back. If there is no such account any more, an admin can have it forgotten, on the page Accounts.",
		httpapi.AbsentOther:    "Write account: " + f.Account + " there again, if that was a slip.",
		httpapi.AbsentUnlisted: "Mount the folder, or mend its permissions.",
	}[f.Absence]
	if f.Frozen != nil {
		view.Frozen, view.Unfreeze = v.switched(f.Account, *f.Frozen), v.of(f.Account, "/accounts", nil)
	}
	for _, p := range f.Problems {
		view.Problems = append(view.Problems, shownProblem(p))
	}
	for _, r := range f.Rules {
		row := v.ruleRow(f, r)
		if a, offered := v.ruleAct(f, r, refused); offered {
			row.Verb, row.Show, row.Dialog = a.Label, a.Show, a.ID
			acts = append(acts, a)
		}
		view.Rules = append(view.Rules, row)
	}
	for _, s := range f.Sections {
		view.Rules = append(view.Rules, v.sectionRow(f.Account, s))
	}
	return view, acts
}

func (v *visit) switched(account string, s httpapi.Switch) *switched {
	return &switched{v.at(account, s.Since), s.By}
}

// shownProblem is a problem with the line that it is about.
func shownProblem(p httpapi.FileProblem) problemView {
	view := problemView{Severity: p.Severity, Path: p.Path, Message: p.Message, Hint: p.Hint, At: p.Source}
	if p.Line > 0 {
		view.Place = "line " + strconv.Itoa(p.Line)
		if p.Column > 0 {
			view.Place += ", column " + strconv.Itoa(p.Column)
		}
	}
	if runes := []rune(p.Source); p.Pointer > 1 && p.Pointer <= len(runes) {
		view.Before, view.At = string(runes[:p.Pointer-1]), string(runes[p.Pointer-1:])
	}
	return view
}

func (v *visit) ruleRow(f httpapi.RulesFileStory, r httpapi.Rule) ruleRow {
	row := ruleRow{
		Name: r.Name, State: "on", Why: wording.WhyOff(r, func(t time.Time) string { return v.at(f.Account, t).Short() }),
		About: aboutRule(r), Calls: "whoever lost the call", Intervals: strings.Join(r.DialingIntervals, ", "), Hours: hoursOf(r.Schedule, r.GiveUpAfter),
		Open: r.OpenTasks, Tasks: v.of(f.Account, "/tasks", url.Values{"rule": {r.Name}, "state": {stateOpen}}),
	}
	if !r.Target.IsZero() {
		row.Calls = r.Target.String()
	}
	if !r.On {
		row.State = "off"
	}
	return row
}

// aboutRule says whose losses a rule is about.
func aboutRule(r httpapi.Rule) string {
	var from []string
	for _, t := range r.From {
		from = append(from, t.String())
	}
	for _, name := range r.Scenarios {
		from = append(from, callback.Target{Kind: callback.TargetScenario, Name: name}.String())
	}
	text := strings.Join(from, ", ")
	switch {
	case text != "":
	case r.MissedIn == callback.MissedInScenario:
		text = "every menu that belongs to no other rule"
	default:
		text = "every queue, agent and group"
	}
	if r.AfterTransfer {
		text += ", also after a transfer"
	}
	return text
}

func hoursOf(schedule string, days int) string {
	if days == 0 {
		return schedule
	}
	return schedule + "; gives up after " + wording.Counted(days, "day") + " with an opening"
}

func (v *visit) sectionRow(account string, s httpapi.Section) ruleRow {
	kind, about := callback.KindRequest, "callbacks that customers ask for"
	name := strings.TrimPrefix(s.Name, "appointments:")
	if name != s.Name {
		kind, about = callback.KindAppointment, "booked callbacks"
	}
	row := ruleRow{
		Name: s.Name, State: "on", About: about, Calls: wording.WhoCallsBack(s), Intervals: strings.Join(s.DialingIntervals, ", "),
		Hours: hoursOf(s.Schedule, s.GiveUpAfter), Open: s.OpenTasks,
		Tasks: v.of(account, "/tasks", url.Values{"kind": {string(kind)}, "state": {stateOpen}}),
	}
	if !s.On {
		row.State, row.Why = "waits", "the account is frozen; what was asked for is kept"
	}
	return row
}

// mark is a short name, fit for an id, of what has a longer one.
func mark(names ...string) string {
	h := fnv.New64a()
	for _, name := range names {
		_, _ = h.Write([]byte(name + "\x00")) // a hash takes everything
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// targetsOf are who can lose a call by the rules of the files.
func targetsOf(files []httpapi.RulesFileStory) (targets []string) {
	for _, file := range files {
		for _, rule := range file.Rules {
			for _, t := range append(slices.Clone(rule.From), rule.Target) {
				if !t.IsZero() {
					targets = append(targets, t.String())
				}
			}
			for _, name := range rule.Scenarios {
				targets = append(targets, callback.Target{Kind: callback.TargetScenario, Name: name}.String())
			}
		}
	}
	slices.Sort(targets)
	return slices.Compact(targets)
}
