package page

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

const (
	workPath = "/work"
	// fromWork says in a form that it is sent from there, and that its answer is to be seen there.
	fromWork = "work"
)

// workView is what there is to do for somebody who talks with customers.
type workView struct {
	Agent, Phone string   // of the person, "" if no phone is theirs
	Trouble      string   // why no phone of theirs can be rung
	Choose       []choice // accounts, where one has to be chosen first
	Told         string   // what came of a form that was refused
	Now          *callView
	Kind, Target string // what is filtered
	Kinds        []choice
	Targets      []choice
	Narrowed     bool
	Lists        []workList
	New          *act
	NewShow      string // the address of the page with the form of a new request
}

// workList is what waits for one of those who may call.
type workList struct {
	ID, Title string
	Rows      []workRow
	More      string // the address of the whole list, "" if this is it
}

// workRow is one callback that is to be made.
type workRow struct {
	ID                 int64
	Path, Number, Note string
	Why                string
	Promised           moment // the time that was asked for; zero: as soon as possible
	Since              moment // when it began to wait
	Waits              string
	State              callback.TaskState
	Reason             string // why it isn't called right now
	Does               *act   // what the person can do with one press

	order rank
}

// workLength is how many of the callbacks that wait for one target are shown.
const workLength = 25

func showWork(v *visit) error {
	verb, id := ofTask(v.r.URL.Query().Get("do"))
	return v.workPage(http.StatusOK, id, refusedAct{Verb: verb})
}

// ofTask parts the name of a dialog about a task, as dialogOf makes it; id is 0 for one
// about none. The page is about whatever call there is, and that changes: what somebody
// has opened, or sent, stays with its own customer.
func ofTask(name string) (verb string, id int64) {
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return name, 0
	}
	id, err := strconv.ParseInt(name[at+1:], 10, 64)
	if err != nil {
		return name, 0
	}
	return name[:at], id
}

func dialogOf(verb string, id int64) string { return verb + "-" + strconv.FormatInt(id, 10) }

// workAgain shows the work with a form that was refused, to be put right.
func (v *visit) workAgain(status int, id int64, refused refusedAct) error {
	return v.workPage(status, id, refused)
}

func (v *visit) workPage(status int, id int64, refused refusedAct) error {
	account, choose, err := v.workAccount()
	if err != nil {
		return err
	}
	if account == "" {
		return v.render(status, "work", "Work", workView{Choose: choose})
	}
	v.about = account
	callers, err := v.targets(account)
	if err != nil {
		return err
	}
	asked := v.r.URL.Query()
	view := workView{
		Agent: v.person.Agent, Kind: asked.Get("kind"), Target: asked.Get("target"),
		Kinds:   choices(asked.Get("kind"), append([]choice{{"", "everything", false}}, labelled(kinds, workKind)...)),
		NewShow: v.here(workPath, url.Values{"do": {newRequest}}),
	}
	view.Narrowed = view.Kind != "" || view.Target != ""
	view.Phone, view.Trouble = v.phone(callers)
	targets := v.workTargets(callers)
	view.Targets = []choice{{Label: "all for you"}}
	for _, t := range targets {
		view.Targets = append(view.Targets, choice{Value: t.String(), Label: v.called(t)})
	}
	view.Targets = choices(view.Target, view.Targets)
	if view.Lists, err = v.workLists(account, targets, view); err != nil {
		return err
	}
	if view.Now, err = v.call(account, view.Phone, id, refused); err != nil {
		return err
	}
	beside := view.Now != nil && view.Now.ID == id
	if id != 0 && !beside && refused.Reason+refused.Note != "" {
		return v.taskPage(status, id, refused) // with what was typed
	}
	if callers.TakesRequests && v.may("ask-callback") {
		if view.New, err = v.newRequest(account, refused); err != nil {
			return err
		}
	}
	if refused.Why != "" && refused.Verb != newRequest && !beside {
		view.Told = refused.Why
	}
	return v.render(status, "work", "Work", view)
}

// workAccount is the account in which the person works; "" with the ones to choose from,
// where there are several.
func (v *visit) workAccount() (string, []choice, error) {
	self, err := v.who()
	if err != nil || v.account != "" {
		return v.account, nil, err
	}
	if len(self.Accounts) == 1 {
		return self.Accounts[0].Name, nil, nil
	}
	var choose []choice
	for _, a := range self.Accounts {
		choose = append(choose, choice{Value: workPath + "?" + url.Values{"account": {a.Name}}.Encode(), Label: a.Name})
	}
	return "", choose, nil
}

// targets are those who can call an account's customers back; none where it has no rules
// in force.
func (v *visit) targets(account string) (httpapi.TargetList, error) {
	if list, read := v.callers[account]; read {
		return list, nil
	}
	list, err := v.client.Targets(v.ctx(), account)
	var refused *apiclient.RefusedError
	if errors.As(err, &refused) && refused.Problem.Status == http.StatusNotFound {
		err = nil
	}
	if err == nil {
		v.callers = map[string]httpapi.TargetList{account: list}
	}
	return list, err
}

// phone is the person's, or why there is none.
func (v *visit) phone(callers httpapi.TargetList) (phone, trouble string) {
	if v.person.Agent == "" {
		return "", "No phone is yours yet, so you can't take a callback. An admin says which agent of the rules file you are: callbackd users role " + v.person.Name + " " + string(v.person.Role) + " --agent NAME."
	}
	for _, a := range callers.Agents {
		if a.Name == v.person.Agent {
			return a.Phone, ""
		}
	}
	return "", "The rules file has no agent " + v.person.Agent + ", which is what you are to callbackd: an admin puts it there, or gives you another."
}

// workTargets are those whose callbacks concern the person: the person, their groups, and
// all queues, for who is a member of a queue only Asterisk knows.
func (v *visit) workTargets(callers httpapi.TargetList) (targets []callback.Target) {
	if me := v.me(); !me.IsZero() {
		targets = append(targets, me)
	}
	for _, g := range callers.Groups {
		if v.person.Agent == "" || slices.Contains(g.Members, v.person.Agent) {
			targets = append(targets, callback.Target{Kind: callback.TargetGroup, Name: g.Name})
		}
	}
	for _, name := range callers.Queues {
		targets = append(targets, callback.Target{Kind: callback.TargetQueue, Name: name})
	}
	return targets
}

// called is how the person calls a target.
func (v *visit) called(t callback.Target) string {
	if t == v.me() {
		return "yours"
	}
	return string(t.Kind) + " " + t.Name
}

func (v *visit) workLists(account string, targets []callback.Target, view workView) (lists []workList, err error) {
	for _, t := range targets {
		if view.Target != "" && view.Target != t.String() {
			continue
		}
		list := workList{ID: "list-" + t.String(), Title: strings.TrimSuffix(asSentence(v.called(t)), ".")}
		open, err := v.client.Tasks(v.ctx(), apiclient.TaskQuery{
			Account: account, States: openStates(), Kind: view.Kind, Target: t.String(), Sort: sortWaiting, Limit: workLength,
		})
		if err != nil {
			return nil, err
		}
		for _, task := range open.Tasks {
			list.Rows = append(list.Rows, v.workRow(task))
		}
		slices.SortStableFunc(list.Rows, func(a, b workRow) int { return a.order.compare(b.order) })
		if open.Next != "" {
			list.More = v.here("/tasks", url.Values{"state": {stateOpen}, "sort": {sortWaiting}, "target": {t.String()}})
		}
		if len(list.Rows) > 0 {
			lists = append(lists, list)
		}
	}
	return lists, nil
}

// rank is the place of a callback among those that are for the same: those that are made
// right now, those that are due in the order in which they are called, those to come by
// their time, those that wait for a person.
type rank struct {
	group int
	at    time.Time
}

func (r rank) compare(other rank) int {
	return cmp.Or(cmp.Compare(r.group, other.group), r.at.Compare(other.at))
}

func (v *visit) rank(t httpapi.Task) rank {
	switch {
	case t.State == callback.TaskDialing:
		return rank{0, t.Arrived}
	case t.State == callback.TaskHeld:
		return rank{3, t.Arrived}
	case t.Due.After(v.now):
		return rank{2, t.Due}
	}
	return rank{1, t.Arrived}
}

func (v *visit) workRow(t httpapi.Task) workRow {
	row := workRow{
		ID: t.ID, Path: v.taskPath(t.ID), Number: t.Number, Note: t.Note, Why: v.why(t.TaskHead), State: t.State,
		Reason: v.standing(t.TaskHead).Why, Promised: v.at(t.Account, t.At), order: v.rank(t),
	}
	since := t.Asked
	if since.IsZero() {
		since = t.Arrived
	}
	row.Since, row.Waits = v.at(t.Account, since), wording.Span(max(0, v.now.Sub(since)))
	for _, x := range taskActs {
		if x.quick && v.may(x.operation) && x.there(v, t.TaskHead) {
			a := x.act
			a.Action = v.here("/tasks/"+strconv.FormatInt(t.ID, 10)+"/"+a.ID, nil)
			row.Does = &a
			break
		}
	}
	return row
}

// why says in a few words why the customer is to be called.
func (v *visit) why(t httpapi.TaskHead) string {
	switch t.Kind {
	case callback.KindAppointment:
		return "appointment in " + t.Schedule
	case callback.KindMissed:
		return "missed call, " + t.LostBy.String()
	case callback.KindRequest:
	}
	if t.Previous != 0 {
		return "asked for again"
	}
	return "asked for, " + via(t.Source)
}

// via says in words where a callback was asked for.
func via(source string) string {
	switch callback.Via(source) {
	case callback.ViaIVR:
		return "by phone"
	case callback.ViaWeb:
		return "on the web"
	case callback.ViaAgent:
		return "through an agent"
	case callback.ViaAdmin:
		return "by an admin"
	case callback.ViaAPI:
	}
	return "by a program"
}

func workKind(k callback.Kind) string { return wording.Kind(k) + "s" }
