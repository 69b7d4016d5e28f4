package page

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// explainView is a question about a call or a request, and its answer.
type explainView struct {
	Number, At, Dialled string
	Target              string // who loses the call, or is asked for
	Asks                []choice
	Accounts            []choice // to choose from; none where there is nothing to choose
	Targets             []string
	Account             string // the one that is looked at, "" if none was chosen
	Clear               string // the address of the page without the question
	Zone                string // in which At is written
	Refused             string
	Answer              *answerView
}

// answerView is what would become of it.
type answerView struct {
	Good     bool // it is called back
	Verdict  string
	Facts    []fact
	Attempts []plannedView
	Notes    []string
}

// plannedView is an attempt that would be made.
type plannedView struct {
	When, But string
	Manner    []string // none where it is that of the attempt before
}

// What can be asked about.
const (
	asksCall    = "call"
	asksRequest = "request"
)

// explain answers the question in the page's address, if there is one.
func (v *visit) explain(rules httpapi.RulesList) (explainView, error) {
	asked := v.r.URL.Query()
	view := explainView{
		Number: strings.TrimSpace(asked.Get("number")), At: asked.Get("at"), Dialled: strings.TrimSpace(asked.Get("dialled")), Target: strings.TrimSpace(asked.Get("target")),
		Asks:  choices(cmp.Or(asked.Get("asks"), asksCall), []choice{{asksCall, "a missed call", false}, {asksRequest, "a request", false}}),
		Clear: v.here("/rules", nil), Zone: v.pageZone().String(),
	}
	if v.person.Account == "" {
		view.Account = v.account
	}
	for _, f := range rules.Files {
		if v.account == "" || f.Account == v.account {
			view.Targets = append(view.Targets, targetsOf([]httpapi.RulesFileStory{f})...)
		}
	}
	slices.Sort(view.Targets)
	view.Targets = slices.Compact(view.Targets)
	self, err := v.who()
	if err != nil {
		return view, err
	}
	if v.account == "" && len(self.Accounts) > 1 {
		view.Zone = "its clock"
		for i, a := range self.Accounts {
			view.Accounts = append(view.Accounts, choice{Value: a.Name, Label: a.Name, Chosen: i == 0})
		}
	}
	if view.Number == "" {
		return view, nil
	}
	view.Answer, err = v.answer(view, asked.Get("asks") == asksRequest)
	var refused *apiclient.RefusedError
	switch {
	case errors.Is(err, errTarget):
		view.Refused = err.Error()
	case errors.As(err, &refused) && (mendable(refused.Problem.Status) || refused.Problem.Status == http.StatusNotFound):
		view.Refused = wrongWithQuestion(refused)
	case err != nil:
		return view, err
	}
	return view, nil
}

var errTarget = errors.New("Write who it is about as queue:support, agent:alice, group:sales or scenario:main-menu.")

// answer asks the API what would become of a call or a request.
func (v *visit) answer(view explainView, request bool) (*answerView, error) {
	target, err := callback.ParseTarget(view.Target)
	if err != nil {
		return nil, errTarget
	}
	if request {
		x, err := v.client.ExplainRequest(v.ctx(), httpapi.RequestQuestion{Number: view.Number, Account: v.account, Target: target, At: view.At})
		if err != nil {
			return nil, err
		}
		return v.requestAnswer(x), nil
	}
	x, err := v.client.Explain(v.ctx(), httpapi.Question{Number: view.Number, Account: v.account, MissedIn: target, At: view.At, Dialled: view.Dialled})
	if err != nil {
		return nil, err
	}
	return v.callAnswer(x), nil
}

func (v *visit) callAnswer(x httpapi.Explanation) *answerView {
	view := &answerView{Good: x.Decision != callback.DecisionRefused, Verdict: wording.Verdict(x), Attempts: plannedViews(x.Attempts), Notes: x.Notes}
	caller := x.Number
	switch {
	case caller == "":
		caller = x.Caller
	case x.Caller != x.Number:
		caller += ", which the trunk delivers as " + x.Caller
	}
	view.add("Caller", caller)
	view.add("Country", x.Country)
	view.add("Account", x.Account)
	view.Facts = append(view.Facts, fact{Label: "Lost", When: v.at(x.Account, x.Lost), Words: by(x.LostBy)})
	view.add("Dialled", x.Dialled)
	view.add("Rule", x.Rule)
	view.circumstances(x.Zones, x.ZonesFrom, x.Schedule, x.GiveUp)
	return view
}

func (v *visit) requestAnswer(x httpapi.ExplainedRequest) *answerView {
	view := &answerView{Good: x.Taken, Verdict: wording.RequestVerdict(x), Attempts: plannedViews(x.Attempts), Notes: x.Notes}
	view.add("Customer", cmp.Or(x.Number, x.Asked))
	view.add("Account", x.Account)
	view.add("Who calls back", x.Target.String())
	if x.Owner != nil {
		view.Facts = append(view.Facts, fact{Label: "Owner", When: v.at(x.Account, x.Owner.Until), Words: "until then " + x.Owner.Agent + "; afterwards " + x.Owner.Then.String()})
	}
	if !x.Opens.IsZero() {
		view.Facts = append(view.Facts, fact{Label: "Opens", When: v.at(x.Account, x.Opens)})
	}
	if !x.Again.IsZero() {
		view.Facts = append(view.Facts, fact{Label: "Ask again", When: v.at(x.Account, x.Again)})
	}
	view.circumstances(x.Zones, x.ZonesFrom, x.Schedule, x.GiveUp)
	return view
}

func (a *answerView) add(label, words string) {
	if words != "" {
		a.Facts = append(a.Facts, fact{Label: label, Words: words})
	}
}

// circumstances are what both kinds of answer tell of the customer's hours.
func (a *answerView) circumstances(zones []string, from callback.ZoneSource, schedule string, giveUp *httpapi.Moment) {
	if len(zones) > 0 {
		a.add("Time zone", wording.Zones(zones, from))
	}
	a.add("Schedule", schedule)
	if giveUp != nil {
		a.add("Gives up", wording.Whenever(*giveUp))
	}
}

func by(t callback.Target) string {
	if t.IsZero() {
		return ""
	}
	return "by " + t.String()
}

func plannedViews(attempts []httpapi.PlannedAttempt) (views []plannedView) {
	var before []string
	for _, a := range attempts {
		view := plannedView{}
		view.When, view.But = wording.Planned(a)
		if manner := wording.PlannedManner(a); !slices.Equal(manner, before) {
			view.Manner, before = manner, manner
		}
		views = append(views, view)
	}
	return views
}

// wrongWithQuestion says in the words of the form what a question lacks.
func wrongWithQuestion(refused *apiclient.RefusedError) string {
	labels := map[string]string{
		"body.number": "Number", "body.account": "Account", "body.missed_in": "Queue, agent or group", "body.target": "Queue, agent or group",
		"body.at": "When", "body.dialled": "Number dialled",
	}
	for _, wrong := range refused.Problem.Errors {
		if label := labels[wrong.Location]; label != "" {
			return label + ": " + strings.TrimSuffix(wrong.Message, ".") + "."
		}
	}
	return refused.Problem.Detail
}
