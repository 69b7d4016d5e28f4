package page

import (
	"fmt"
	"net/url"
	"slices"

	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// accountAct is one way to switch an account, or callbackd as a whole.
type accountAct struct {
	act
	operation string // of the API
	do        func(v *visit, account string) error
	said      string
}

// The acts on an account, and on all.
const (
	actFreeze   = "freeze"
	actUnfreeze = "unfreeze"
	actForget   = "forget"
	actStop     = "stop"
	actResume   = "resume"
)

var accountActs = []accountAct{
	{
		act:       act{ID: actFreeze, Label: "Freeze", Does: "Freeze the account", Grave: true},
		operation: "freeze-account", said: "frozen",
		do: func(v *visit, account string) error { return second(v.client.FreezeAccount(v.ctx(), account)) },
	},
	{
		act:       act{ID: actUnfreeze, Label: "Unfreeze", Does: "Unfreeze", Main: true},
		operation: "unfreeze-account", said: "unfrozen",
		do: func(v *visit, account string) error { return second(v.client.UnfreezeAccount(v.ctx(), account)) },
	},
	{
		act:       act{ID: actForget, Label: "Forget", Does: "Forget the account", Grave: true},
		operation: "forget-account", said: "forgotten",
		do: func(v *visit, account string) error { return second(v.client.ForgetAccount(v.ctx(), account)) },
	},
	{
		act: act{
			ID: actStop, Label: "Stop everything", Title: "Dial nothing anywhere?", Does: "Stop callbackd", Grave: true,
		},
		operation: "stop", said: "stopped",
		do: func(v *visit, _ string) error { return second(v.client.Stop(v.ctx())) },
	},
	{
		act: act{
			ID: actResume, Label: "Resume", Title: "Dial again?", Does: "Resume", Main: true,
			Points: []string{"What is due is dialled at once, where nothing else is in its way.", "Frozen accounts stay frozen."},
		},
		operation: "resume", said: "resumed",
		do: func(v *visit, _ string) error { return second(v.client.Resume(v.ctx())) },
	},
}

// offer is one of accountActs, as it is offered; false if the person may not.
func (v *visit) offer(id, account string, refused refusedOn) (a act, may bool) {
	x := accountActs[slices.IndexFunc(accountActs, func(x accountAct) bool { return x.ID == id })]
	if !v.may(x.operation) {
		return act{}, false
	}
	a = x.act
	a.Action = v.here("/accounts/"+id, nil)
	if account != "" {
		a.ID += "-" + mark(account)
		a.Title = a.Label + " " + account + "?"
		a.Hidden = []hidden{{"account", account}}
	}
	a.Back, a.Show = v.here("/accounts", nil), v.here("/accounts", url.Values{"do": {a.ID}})
	if a.Open = a.ID == refused.verb; a.Open {
		a.Refused = refused.why
	}
	return a, true
}

// wholeActs are what the person may do to callbackd as a whole.
func (v *visit) wholeActs(s httpapi.State, refused refusedOn) []act {
	id := actStop
	if s.Stopped != nil {
		id = actResume
	}
	a, may := v.offer(id, "", refused)
	if !may {
		return nil
	}
	if id == actStop {
		a.Points = []string{
			"Nothing new is dialled in any account until somebody resumes, also after a restart.", "Nothing is cancelled: missed calls are noted, tasks wait.", underWay(s.Attempts),
		}
	}
	return []act{a}
}

// underWay says what a stop means for attempts.
func underWay(attempts int) string {
	const rest = "a customer who isn't called yet won't be; phones that ring and conversations go on."
	switch attempts {
	case 0:
		return "No attempt is under way right now."
	case 1:
		return "1 attempt is under way: " + rest
	}
	return wording.Counted(attempts, "attempt") + " are under way: " + rest
}

// accountActs are what the person may do to an account as it is now.
func (v *visit) accountActs(a httpapi.Account, refused refusedOn) (acts []act) {
	add := func(id string, points ...string) {
		if x, may := v.offer(id, a.Name, refused); may {
			x.Points = points
			acts = append(acts, x)
		}
	}
	open := a.Tasks.Scheduled + a.Tasks.Dialing + a.Tasks.Held
	switch inForce := a.Mode != ""; {
	case a.Frozen != nil:
		add(actUnfreeze, "The account may dial again, and what customers asked for is called when it is due.", rulesStayOff(a.Rules.Off))
	case inForce:
		add(
			actFreeze,
			"Nothing is dialled in it until a person unfreezes it, whatever its file says, also after a restart.",
			lostWith(a.Tasks.Missed, "missed-call task"), waitsMeanwhile(open-a.Tasks.Missed),
			"All its rules go off, and stay off after unfreezing until each is activated.",
			"Phones that ring are hung up; conversations go on.",
		)
	}
	if a.Rules.Missing {
		add(
			actForget,
			"Its last good rules, which stay in force without the file, are dropped: nobody is called back by them any more.",
			lostWith(open, "open task"), "Users and tokens of this account alone can't come in any more.",
			"Missed calls, finished tasks and recordings stay in the lists.",
		)
	}
	return acts
}

func rulesStayOff(n int) string {
	if n == 0 {
		return "It has no rules in force."
	}
	return fmt.Sprintf("Its %s off: activate each that is to call back, on the page Rules.", map[bool]string{true: "rule stays", false: wording.Counted(n, "rule") + " stay"}[n == 1])
}

func waitsMeanwhile(n int) string {
	switch n {
	case 0:
		return "No customer has asked for a callback that would have to wait."
	case 1:
		return "1 callback that was asked for or booked waits."
	}
	return wording.Counted(n, "callback") + " that were asked for or booked wait."
}

func actOnAccount(v *visit) error {
	at := slices.IndexFunc(accountActs, func(x accountAct) bool { return x.ID == v.r.PathValue("act") })
	if at < 0 {
		return errNothingHere
	}
	x := accountActs[at]
	if !v.may(x.operation) {
		return errNotForRole
	}
	v.reads = v.here("/accounts", nil)
	form, err := v.form()
	if err != nil {
		return err
	}
	account, id := form.Get("account"), x.ID
	if account != "" {
		id += "-" + mark(account)
	}
	err = x.do(v, account)
	if err == nil && x.ID == actForget {
		v.account = v.person.Account // there is nothing left to look at
	}
	return v.came(err, "/accounts", x.said, func(status int, why string) error {
		return v.accountsPage(status, refusedOn{id, why})
	})
}
