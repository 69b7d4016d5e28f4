package page

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// ruleAct is one way to switch a rule.
type ruleAct struct {
	act
	operation string // of the API
	there     func(r httpapi.Rule) bool
	points    func(r httpapi.Rule) []string
	do        func(c *apiclient.Client, ctx context.Context, account, rule string) (httpapi.RuleChange, error)
	said      string
}

var ruleActs = []ruleAct{
	{
		act:       act{ID: "activate", Label: "Activate", Does: "Activate", Main: true},
		operation: "activate-rule", said: "activated",
		there: func(r httpapi.Rule) bool {
			return r.Deactivated != nil && !slices.Contains(r.WhyOff, httpapi.OffFrozen)
		},
		points: func(r httpapi.Rule) []string {
			if !r.Enabled {
				return []string{"Its file says enabled: false: it is on as soon as that is edited, too."}
			}
			return []string{"What is missed from now on is called back by it.", "What was missed while it was off isn't."}
		},
		do: (*apiclient.Client).ActivateRule,
	},
	{
		act:       act{ID: "deactivate", Label: "Deactivate", Does: "Deactivate the rule", Grave: true},
		operation: "deactivate-rule", said: "deactivated",
		there: func(r httpapi.Rule) bool { return r.On },
		points: func(r httpapi.Rule) []string {
			return []string{
				lostWith(r.OpenTasks, "open task"), "What it would call back isn't called back from now on, unless another rule does.",
				"It stays off until a person activates it, whatever its file says, also after a restart.",
			}
		},
		do: (*apiclient.Client).DeactivateRule,
	},
}

// lostWith says how many tasks an act cancels.
func lostWith(n int, noun string) string {
	switch n {
	case 0:
		return "No task is cancelled."
	case 1:
		return "1 " + noun + " is cancelled: that customer isn't called back."
	}
	return wording.Counted(n, noun) + " are cancelled: those customers aren't called back."
}

// ruleAct is what the person may do to a rule as it is now.
func (v *visit) ruleAct(f httpapi.RulesFileStory, r httpapi.Rule, refused refusedOn) (act, bool) {
	for _, x := range ruleActs {
		a := x.act
		a.ID += "-" + mark(f.Account, r.Name)
		isOpen := a.ID == refused.verb
		// A form that was refused because things have changed is shown once more, to say so.
		if !v.may(x.operation) || !x.there(r) && (!isOpen || refused.why == "") {
			continue
		}
		a.Title = a.Label + " “" + r.Name + "”?"
		if v.severalAccounts() {
			a.Title = a.Label + " “" + r.Name + "” of " + f.Account + "?"
		}
		a.Points = x.points(r)
		a.Hidden = []hidden{{"account", f.Account}, {"rule", r.Name}}
		a.Action, a.Back, a.Show = v.here("/rules/"+x.ID, nil), v.here("/rules", nil), v.here("/rules", url.Values{"do": {a.ID}})
		if isOpen {
			a.Open, a.Refused = true, refused.why
		}
		return a, true
	}
	return act{}, false
}

func actOnRule(v *visit) error {
	at := slices.IndexFunc(ruleActs, func(x ruleAct) bool { return x.ID == v.r.PathValue("act") })
	if at < 0 {
		return errNothingHere
	}
	x := ruleActs[at]
	if !v.may(x.operation) {
		return errNotForRole
	}
	v.reads = v.here("/rules", nil)
	form, err := v.form()
	if err != nil {
		return err
	}
	account, rule := form.Get("account"), form.Get("rule")
	_, err = x.do(v.client, v.ctx(), account, rule)
	return v.came(err, "/rules", x.said, func(status int, why string) error {
		return v.rulesPage(status, refusedOn{x.ID + "-" + mark(account, rule), why})
	})
}

// form reads a form that has nothing which a person would have to type again.
func (v *visit) form() (url.Values, error) {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, longestForm)
	if err := v.r.ParseForm(); err != nil {
		return nil, errNothingHere
	}
	return v.r.PostForm, nil
}
