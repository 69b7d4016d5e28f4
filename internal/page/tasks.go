package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// pageLength is how many rows a list shows at once.
const pageLength = 50

// tasksView is the list of tasks.
type tasksView struct {
	Search, Rule, Target string
	States, Kinds, Sorts []choice
	Rules, Targets       []string // to choose from
	Narrowed             bool     // something is filtered
	Refused              string   // why the filter can't be
	ShowAccount          bool
	Rows                 []taskRow
	First, Next          string // addresses of other pages of the list, "" if there are none
}

// taskRow is one task in a list.
type taskRow struct {
	ID       int64
	Path     string
	Number   string
	Account  string
	Kind     string
	Target   string
	Rule     string
	Note     string
	Attempts int
	standing
}

// The choice of states that stands for all open ones.
const stateOpen = "open"

// The orders of the list of tasks, as the API has them.
const (
	sortNewest  = "newest"
	sortDue     = "due"
	sortWaiting = "waiting"
)

// kinds are where tasks come from.
var kinds = []callback.Kind{callback.KindMissed, callback.KindRequest, callback.KindAppointment}

func listTasks(v *visit) error {
	asked := v.r.URL.Query()
	query := apiclient.TaskQuery{
		Account: v.account, Search: asked.Get("q"), Kind: asked.Get("kind"), Rule: asked.Get("rule"), Target: asked.Get("target"),
		Sort: asked.Get("sort"), After: asked.Get("after"), Limit: pageLength,
	}
	if query.Sort == sortNewest {
		query.Sort = ""
	}
	switch state := asked.Get("state"); {
	case state == stateOpen, state == "" && query.Sort != "": // only what is open has an order of its own
		query.States = openStates()
	case state != "":
		query.States = []string{state}
	}
	view := tasksView{
		Search: query.Search, Rule: query.Rule, Target: query.Target, ShowAccount: v.account == "" && v.severalAccounts(),
		States:   choices(asked.Get("state"), append([]choice{{"", "any state", false}, {stateOpen, "open", false}}, labelled(callback.TaskStates, plainly)...)),
		Kinds:    choices(query.Kind, append([]choice{{"", "any kind", false}}, labelled(kinds, wording.Kind)...)),
		Sorts:    choices(query.Sort, []choice{{"", "newest first", false}, {sortDue, "next due first", false}, {sortWaiting, "waiting longest first", false}}),
		Narrowed: query.Search+query.Kind+query.Rule+query.Target+asked.Get("state") != "",
	}
	view.Rules, view.Targets = v.namesOfRules()
	list, err := v.client.Tasks(v.ctx(), query)
	status := http.StatusOK
	if view.Refused = refusedFilter(err); view.Refused != "" {
		status = http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	for _, t := range list.Tasks {
		view.Rows = append(view.Rows, v.taskRow(t))
	}
	view.First, view.Next = v.otherPages("/tasks", list.Next)
	return v.render(status, "tasks", "Tasks", view)
}

func (v *visit) taskRow(t httpapi.Task) taskRow {
	return taskRow{
		ID: t.ID, Path: v.taskPath(t.ID), Number: t.Number, Account: t.Account, Kind: wording.Kind(t.Kind), Target: t.Target.String(),
		Rule: ruleShown(t.Rule), Note: t.Note, Attempts: t.Attempts, standing: v.standing(t.TaskHead),
	}
}

// ruleShown is the rule of a task where an admin has written it.
func ruleShown(rule string) string {
	if callback.NamesOtherThanARule(rule) {
		return ""
	}
	return rule
}

func (v *visit) taskPath(id int64) string { return v.here("/tasks/"+strconv.FormatInt(id, 10), nil) }

func openStates() (names []string) {
	for _, s := range callback.TaskStates {
		if s.Open() {
			names = append(names, string(s))
		}
	}
	return names
}

// namesOfRules are the rules and the targets of the files, for those who may know them.
func (v *visit) namesOfRules() (rules, targets []string) {
	if !v.may("list-account-rules") {
		return nil, nil
	}
	list, err := v.client.Rules(v.ctx(), v.account)
	if err != nil {
		return nil, nil // they only help to type
	}
	for _, file := range list.Files {
		for _, rule := range file.Rules {
			rules = append(rules, rule.Name)
			for _, target := range append(slices.Clone(rule.From), rule.Target) {
				if !target.IsZero() {
					targets = append(targets, target.String())
				}
			}
		}
	}
	slices.Sort(rules)
	slices.Sort(targets)
	return slices.Compact(rules), slices.Compact(targets)
}

// refusedFilter is why the API can't select what was asked for; "" of any other error.
func refusedFilter(err error) string {
	var refused *apiclient.RefusedError
	if errors.As(err, &refused) && (refused.Problem.Status == http.StatusUnprocessableEntity || refused.Problem.Status == http.StatusBadRequest) {
		return refused.Problem.Detail
	}
	return ""
}

// otherPages are the addresses of the first page of a list, if this isn't it, and of the
// next, if there is one.
func (v *visit) otherPages(path, next string) (first, following string) {
	here := v.r.URL.Query()
	here.Del("said")
	if here.Has("after") {
		to := clone(here)
		to.Del("after")
		first = v.here(path, to)
	}
	if next != "" {
		to := clone(here)
		to.Set("after", next)
		following = v.here(path, to)
	}
	return first, following
}

func clone(v url.Values) url.Values {
	c := url.Values{}
	for key, values := range v {
		if len(values) > 0 && values[0] != "" {
			c[key] = slices.Clone(values)
		}
	}
	return c
}
