package pagetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/browser"
)

// presses goes to a control by the keyboard and presses it; the question that it opens is
// answered with yes.
func (w *world) presses(p *browser.Page, control, question, yes string) {
	w.t.Helper()
	p.TabTo(control)
	p.Press(browser.Enter)
	p.Says(question)
	p.TabTo(yes)
	p.PressAndFollow(browser.Enter)
}

// Somebody without a mouse asks what would become of a call, switches the rule off that
// would call back, and on again.
func TestRulesByKeyboard(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	w.task(customer, callback.TaskScheduled)
	p := w.signedIn("eve", browser.Look{}, "/rules")
	p.Says("lost in sales")

	p.TabTo("Number")
	p.Type("0701234567")
	p.TabTo("Queue, agent or group")
	p.Type("queue:sales")
	p.PressAndFollow(browser.Enter)
	p.Says(`calls back what queue:sales loses`)
	p.Says("Attempts, if the customer never answers")
	inLooks(p, looks...)

	p.Open(w.URL() + "/rules")
	w.presses(p, "Deactivate… lost in sales", "1 open task is cancelled", "Deactivate the rule")
	p.Says("The rule is off, until somebody activates it.")
	w.task(customer, callback.TaskCancelled)
	inLooks(p, looks[0], looks[len(looks)-1])
	w.presses(p, "Activate… lost in sales", "What is missed from now on is called back by it.", "Activate")
	p.Says("The rule is active")
}

// An account is frozen and unfrozen by the keyboard; another window that shows it follows.
func TestFreezingByKeyboard(t *testing.T) {
	w := newWorld(t)
	w.loses(laterNumber, customer, "bob")
	w.task(customer, callback.TaskScheduled)
	p := w.signedIn("eve", browser.Look{}, "/accounts")
	other := w.signedIn("eve", browser.Look{}, "/accounts")

	w.presses(p, "Freeze… acme", "1 missed-call task is cancelled", "Freeze the account")
	p.Says("The account is frozen.")
	w.task(customer, callback.TaskCancelled)
	other.Says("Frozen since")
	inLooks(other, looks[0], looks[len(looks)-1])
	w.presses(p, "Unfreeze… acme", "Its 2 rules stay off", "Unfreeze")
	other.Await("the other window follows", `document.querySelector(".account .badge").innerText === "live"`)
	require.False(t, other.Has("Unfreeze…"))
}

// The system page says how callbackd really stands, and has it looked at.
func TestTheSystemIsLookedAt(t *testing.T) {
	w := newWorld(t)
	p := w.signedIn("eve", browser.Look{}, "/system")
	p.Says("its calls are seen, and calls are made through it")
	p.Says("Nobody has had it looked at")
	p.Follow("Look at everything now")
	p.Says("callbackd has looked at everything.")
	p.Says("Asterisk pbx1")
	inLooks(p, looks...)
}
