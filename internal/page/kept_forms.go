package page

import (
	"sync"
	"time"
)

const (
	// keptFor is how long a kept form waits to be shown: the browser asks for it at once.
	keptFor = 10 * time.Minute
	// mostKept is how many wait at most, of up to longestForm each.
	mostKept = 200
)

// keptForms are the forms of people who have just signed in again, by the secrets of their
// sessions, until they are shown. What answers the password itself is a redirect: a browser
// that goes back and sends it again would sign in whoever has left.
type keptForms struct {
	mu    sync.Mutex
	forms map[string]waitingForm
}

type waitingForm struct {
	form keptForm
	by   time.Time // until when it is there
}

// keep has a form wait for its session. Of too many the one goes that would have gone first.
func (k *keptForms) keep(session string, form keptForm, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.forms == nil {
		k.forms = map[string]waitingForm{}
	}
	k.forms[session] = waitingForm{form, now.Add(keptFor)}
	oldest := session
	for s, w := range k.forms {
		if now.After(w.by) {
			delete(k.forms, s)
		} else if w.by.Before(k.forms[oldest].by) {
			oldest = s
		}
	}
	if len(k.forms) > mostKept {
		delete(k.forms, oldest)
	}
}

// of is the form that waits for a session; ok is false if none does.
func (k *keptForms) of(session string, now time.Time) (form keptForm, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w, ok := k.forms[session]
	return w.form, ok && now.Before(w.by)
}
