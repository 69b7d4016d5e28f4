package page

import (
	"net/http"
	"net/url"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// accountsView is every account, and whether callbackd dials at all.
type accountsView struct {
	Stopped  *switched
	Attempts int
	Whole    []act // on callbackd as a whole
	Accounts []accountView
	Acts     []act // in the dialogs of all accounts
	Refused  string
}

// accountView is one account.
type accountView struct {
	ID, Name    string
	State       string // how it is coloured
	Label       string // live, shadow, frozen
	Says        string // what that means
	Frozen      *switched
	Rules       string // how the file stands
	Faulty      bool
	RulesPath   string
	On, Off     int
	Lines       int
	Tasks       httpapi.OpenTasks
	Open        int
	TasksPath   string
	Zone        string
	Acts        []act
	DialledPath string
}

func listAccounts(v *visit) error {
	return v.accountsPage(http.StatusOK, refusedOn{verb: v.r.URL.Query().Get("do")})
}

// accountsPage shows the accounts; an act that was refused is shown again.
func (v *visit) accountsPage(status int, refused refusedOn) error {
	list, err := v.client.Accounts(v.ctx())
	if err != nil {
		return err
	}
	state, err := v.client.State(v.ctx())
	if err != nil {
		return err
	}
	view := accountsView{Attempts: state.Attempts, Whole: v.wholeActs(state, refused)}
	if state.Stopped != nil {
		view.Stopped = v.switched("", *state.Stopped)
	}
	view.Acts = append(view.Acts, view.Whole...)
	for _, a := range list.Accounts {
		if v.account == "" || a.Name == v.account {
			shown := v.accountView(a, state.Stopped != nil, refused)
			view.Accounts, view.Acts = append(view.Accounts, shown), append(view.Acts, shown.Acts...)
		}
	}
	view.Refused = notShown(view.Acts, refused)
	return v.render(status, "accounts", "Accounts", view)
}

func (v *visit) accountView(a httpapi.Account, stopped bool, refused refusedOn) accountView {
	view := accountView{
		ID: "account-" + mark(a.Name), Name: a.Name, Rules: wording.RulesStanding(a.Rules), Faulty: a.Rules.State != httpapi.RulesInForce,
		RulesPath: v.of(a.Name, "/rules", nil), On: a.Rules.On, Off: a.Rules.Off, Lines: a.Lines, Tasks: a.Tasks,
		Open: a.Tasks.Scheduled + a.Tasks.Dialing + a.Tasks.Held, TasksPath: v.of(a.Name, "/tasks", url.Values{"state": {stateOpen}}),
		DialledPath: v.of(a.Name, "/tasks", url.Values{"state": {string(callback.TaskDialing)}}), Zone: a.Timezone, Acts: v.accountActs(a, refused),
	}
	switch {
	case a.Frozen != nil:
		view.State, view.Label, view.Says, view.Frozen = "bad", "frozen", "nothing is dialled", v.switched(a.Name, *a.Frozen)
	case a.Mode == callback.ModeLive && stopped:
		view.State, view.Label, view.Says = "wait", "live", "Customers are called back as soon as callbackd isn't stopped any more"
	case a.Mode == callback.ModeLive:
		view.State, view.Label, view.Says = "good", "live", "Customers are called back"
	case a.Mode == callback.ModeShadow:
		view.State, view.Label, view.Says = "wait", "shadow", "Everything is decided and recorded, nothing is dialled: its file says mode: shadow"
	default:
		view.State, view.Label, view.Says = "bad", "no rules", "No rules are in force, so nobody is called back"
	}
	return view
}

// notShown is why an act was refused that isn't offered any more, so that no form shows it.
func notShown(acts []act, refused refusedOn) string {
	for _, a := range acts {
		if a.Open {
			return ""
		}
	}
	return refused.why
}
