package callgen

import (
	"time"

	"callbackd/callback"
)

// Step is one thing that a dialplan does with a call.
type Step interface{ run(t *thread) }

// By says which application runs another.
type By string

// Applications that run applications: no event says what they run.
const (
	Itself By = ""
	ExecIf By = "ExecIf"
	AGI    By = "AGI"
)

// Answer, Sound, Goto, Said, Hangup and the others are the steps of a dialplan. Queue,
// Dial, FollowMe, Park and Conference have files of their own.
type (
	// Answer answers the call.
	Answer struct{}
	// Sound is any application in which the caller hears something or waits.
	Sound struct {
		App, Data string
		For       time.Duration
	}
	// Goto goes on in another context, where a caller has pressed a key or the
	// dialplan says so. How is Goto, Gosub, or "" for a key.
	Goto struct {
		How            string
		Context, Exten string
		Steps          []Step
	}
	// Said is CALLBACKD_MISSED, in one of the ways to say it.
	Said struct {
		How   string // Set, MSet, ExecIf, UserEvent
		Name  string // of the variable, with or without underscores
		Value string
	}
	// Voicemail records a message, or would: Leaves says whether the caller leaves one.
	Voicemail struct {
		For    time.Duration
		Leaves bool
	}
	// Hangup ends the call.
	Hangup struct{}
)

// live is a thread's life: its dialplan, and what the h extension does afterwards.
func (t *thread) live(steps, afterwards []Step) {
	t.execute(steps)
	t.gone = true
	if t.call != nil && t.call.channel == t.ch {
		t.call.gone = true
	}
	t.w.hangupRequested(t.ch)
	for _, s := range afterwards {
		s.run(t)
	}
	t.w.destroy(t.ch)
	if l := t.leg; l != nil && !l.dead {
		if l.ringing {
			l.owner.post(refused{l})
		} else {
			l.owner.post(ended{l})
		}
	}
	if t.call != nil && t.call.channel == t.ch {
		t.call.Ended = t.w.at()
	}
}

func (t *thread) execute(steps []Step) {
	for len(steps) > 0 && !t.gone && !t.over {
		step := steps[0]
		steps = steps[1:]
		step.run(t)
		if t.redirect != nil {
			steps, t.redirect = t.redirect.Steps, nil
		}
		t.pending()
	}
}

// pending hears of a hang-up between two applications.
func (t *thread) pending() {
	if len(t.inbox) > 0 && !t.gone && !t.over {
		t.wait(0)
	}
}

// begins announces an application, as far as an event does.
func (t *thread) begins(by By, app, data string) {
	switch {
	case t.quiet:
		t.quiet = false
		t.ch.app, t.ch.data = app, data
		t.w.changes(t.ch)
	case by == Itself:
		t.w.runs(t.ch, app, data)
	default:
		line := "1?" + app + "(" + data + ")"
		if by == AGI {
			line = "route.agi," + t.ch.exten
		}
		t.w.runs(t.ch, string(by), line)
		t.ch.app, t.ch.data = app, data
		t.w.changes(t.ch)
	}
}

// answer answers the channel, and the Local half that somebody has dialled.
func (t *thread) answer() {
	if t.ch.state != "Up" {
		t.ch.state = "Up"
		t.w.changes(t.ch)
	}
	if l := t.leg; l != nil && l.ringing {
		l.ringing = false
		l.owner.post(answered{l})
	}
}

// goes moves the channel to another place.
func (t *thread) goes(g *Goto) {
	t.ch.context, t.ch.exten = g.Context, g.Exten
	t.redirect = g
	if t.call != nil && t.call.channel == t.ch {
		t.call.enters(g.Context)
	}
}

func (Answer) run(t *thread) {
	t.begins(Itself, "Answer", "")
	t.answer()
	t.wait(20 * time.Millisecond)
}

func (s Sound) run(t *thread) {
	t.begins(Itself, s.App, s.Data)
	t.wait(s.For)
}

func (g Goto) run(t *thread) {
	if g.How != "" {
		t.begins(Itself, g.How, g.Context+","+g.Exten+",1")
	}
	t.goes(&g)
}

func (s Said) run(t *thread) {
	assignment := s.Name + "=" + s.Value
	switch s.How {
	case "UserEvent":
		t.begins(Itself, "UserEvent", "CallbackdMissed,Missed: "+s.Value)
		t.w.set(t.ch, callback.VariableMissed, s.Value)
	case "ExecIf":
		t.begins(Itself, "ExecIf", "1?Set("+assignment+")")
	case "MSet":
		t.begins(Itself, "MSet", "TRIES=1,"+assignment+",LANG=sv")
	default:
		t.begins(Itself, s.How, assignment)
	}
	t.call.says(s.Value)
	if !t.gone {
		t.sleep(noticed)
	}
}

func (v Voicemail) run(t *thread) {
	t.begins(Itself, "VoiceMail", "alice@default,us")
	t.answer()
	t.wait(v.For)
	if !v.Leaves {
		t.w.set(t.ch, callback.VariableVoicemail, "FAILED")
		return
	}
	t.w.set(t.ch, callback.VariableMessageFile, "/var/spool/asterisk/voicemail/default/1001/INBOX/msg0000")
	t.w.set(t.ch, callback.VariableVoicemail, "SUCCESS")
	if t.call != nil {
		t.call.MessageLeft = true
	}
}

func (Hangup) run(t *thread) {
	t.begins(Itself, "Hangup", "")
	t.over = true
}

// set tells of a channel variable.
func (w *world) set(ch *channel, name, value string) {
	w.emit(callback.VariableSet{At: w.at(), Channel: ch.snapshot(), Name: name, Value: value}, ch)
}
