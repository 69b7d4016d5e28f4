package page

import (
	"net/http"
	"strings"
)

// route is one address of the pages.
type route struct {
	method, path string
	answer       func(*visit) error
	// operation of the API without which the page is of no use: it is there only for
	// those who may do it. "" is for everybody who has signed in.
	operation string
	// label is how the navigation calls it; "" has it not there.
	label string
}

// allRoutes are all addresses for people who have signed in; those in the navigation stand in
// its order. What a page shows and does besides, it decides by httpapi.May as well, and the
// API has the last word.
func allRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/{$}", answer: showToday, operation: "list-tasks", label: "Today"},
		{method: http.MethodGet, path: workPath, answer: showWork, operation: "take-task", label: "Work"},
		{method: http.MethodPost, path: workPath, answer: askAtWork, operation: "ask-callback"},
		{method: http.MethodGet, path: "/tasks", answer: listTasks, operation: "list-tasks", label: "Tasks"},
		{method: http.MethodGet, path: "/tasks/{id}", answer: showTask, operation: "show-task"},
		{method: http.MethodGet, path: "/tasks/{id}/{act}", answer: askToAct, operation: "show-task"},
		{method: http.MethodPost, path: "/tasks/{id}/{act}", answer: actOnTask, operation: "show-task"},
		{method: http.MethodGet, path: "/missed-calls", answer: listMissedCalls, operation: "list-missed-calls", label: "Missed calls"},
		{method: http.MethodGet, path: "/appointments", answer: showCalendar, operation: "list-appointments", label: "Appointments"},
		{method: http.MethodGet, path: "/appointments/{book}", answer: showCalendar, operation: "list-appointments"},
		{method: http.MethodPost, path: "/appointments/{book}", answer: bookAppointment, operation: "book-appointment"},
		{method: http.MethodGet, path: "/appointments/{book}/{id}/{act}", answer: askToActOnAppointment, operation: "list-appointments"},
		{method: http.MethodPost, path: "/appointments/{book}/{id}/{act}", answer: actOnAppointment, operation: "list-appointments"},
		{method: http.MethodGet, path: "/recordings", answer: listRecordings, operation: "list-recordings", label: "Recordings"},
		{method: http.MethodGet, path: "/recordings/{id}/delete", answer: askToDeleteRecording, operation: "delete-recording"},
		{method: http.MethodPost, path: "/recordings/{id}/delete", answer: deleteRecording, operation: "delete-recording"},
		{method: http.MethodGet, path: "/recordings/{id}", answer: playRecording, operation: "get-recording"},
		{method: http.MethodGet, path: "/do-not-call", answer: listDoNotCall, operation: "block-customer", label: "Do-not-call"},
		{method: http.MethodPost, path: "/do-not-call", answer: blockCustomer, operation: "block-customer"},
		{method: http.MethodGet, path: "/do-not-call/remove", answer: goTo("/do-not-call"), operation: "unblock-customer"},
		{method: http.MethodPost, path: "/do-not-call/remove", answer: unblockCustomer, operation: "unblock-customer"},
		{method: http.MethodGet, path: "/rules", answer: showRules, operation: "list-rules", label: "Rules"},
		{method: http.MethodGet, path: "/rules/{act}", answer: goTo("/rules"), operation: "list-rules"},
		{method: http.MethodPost, path: "/rules/{act}", answer: actOnRule, operation: "list-rules"},
		{method: http.MethodGet, path: "/sounds", answer: listSounds, operation: "list-sounds", label: "Sounds"},
		{method: http.MethodPost, path: "/sounds", answer: uploadSound, operation: "put-sound"},
		{method: http.MethodGet, path: "/sound/{name}", answer: playSound, operation: "get-sound"}, // /sounds/ is where Asterisk fetches them
		{method: http.MethodGet, path: "/sound/{name}/delete", answer: askToDeleteSound, operation: "delete-sound"},
		{method: http.MethodPost, path: "/sound/{name}/delete", answer: deleteSound, operation: "delete-sound"},
		{method: http.MethodGet, path: "/accounts", answer: listAccounts, operation: "list-accounts", label: "Accounts"},
		{method: http.MethodGet, path: "/accounts/{act}", answer: goTo("/accounts"), operation: "list-accounts"},
		{method: http.MethodPost, path: "/accounts/{act}", answer: actOnAccount, operation: "list-accounts"},
		{method: http.MethodGet, path: "/system", answer: showSystem, operation: "show-system", label: "System"},
		{method: http.MethodGet, path: "/system/examine", answer: goTo("/system"), operation: "show-system"},
		{method: http.MethodPost, path: "/system/examine", answer: examineSystem, operation: "examine-system"},
		{method: http.MethodGet, path: "/events", answer: followEvents, operation: "follow-events"},
		{method: http.MethodGet, path: "/me", answer: showMe},
		{method: http.MethodPost, path: "/me", answer: changeOwnPassword},
	}
}

// goTo leads from the address to which a form is sent, which people reload, to the page that
// has the form.
func goTo(path string) func(*visit) error {
	return func(v *visit) error {
		http.Redirect(v.w, v.r, v.here(path, nil), http.StatusSeeOther)
		return nil
	}
}

// address is the path of a page in the navigation.
func (r route) address() string { return strings.TrimSuffix(r.path, "{$}") }

// isAt reports whether path is that of the page at address, or of one below it.
func isAt(path, address string) bool {
	return path == address || address != "/" && strings.HasPrefix(path, address+"/")
}
