package callback

import "strings"

// The channel variables that the detector reads.
const (
	// VariableMissed is how a dialplan says who loses a call, in one of the forms that
	// Loss.SaidBy reads. It holds until it is set anew or emptied, and also where an h
	// extension sets it.
	VariableMissed = "CALLBACKD_MISSED"
	// VariableMessageFile and VariableVoicemail are VoiceMail()'s: the message that it
	// stored, and then how it ended.
	VariableMessageFile = "VM_MESSAGEFILE"
	VariableVoicemail   = "VMSTATUS"
)

// word is what a dialplan said last on one channel.
type word struct {
	value string
	when  uint64 // in the order of all that is said; 0 is nothing
}

func (d *Detector) variable(e VariableSet) {
	ch := d.channels[e.Channel.ID]
	if ch == nil || !ch.followed() {
		return
	}
	switch strings.TrimLeft(e.Name, "_") {
	case VariableMissed:
		d.says(ch, e.Value)
	case VariableMessageFile:
		ch.message.stored = e.Value != ""
	case VariableVoicemail:
		ch.message.kept = ch.message.kept || ch.message.stored && e.Value != "FAILED"
		ch.message.stored = false
	}
}

func (d *Detector) says(ch *channel, value string) {
	d.said++
	ch.said = word{strings.TrimSpace(value), d.said}
}

// spoken is what was said last on the call's way: on its own channel or on a Local half
// that it leads through.
func (ch *channel) spoken() (last word) {
	ch.way(func(on *channel) {
		if on.said.when > last.when {
			last = on.said
		}
	})
	return last
}

// message is what VoiceMail() did with the caller's words.
type message struct {
	stored bool // in a file, and VoiceMail() hasn't ended
	kept   bool // when it ended
}

func (m message) left() bool { return m.stored || m.kept }

// messageLeft reports whether the caller left a message, anywhere on the call's way.
func (ch *channel) messageLeft() (left bool) {
	ch.way(func(on *channel) { left = left || on.message.left() })
	return left
}

// saying reads what a dialplan application says about who loses the call.
func saying(app, data string) (value string, says bool) {
	switch strings.ToLower(app) {
	case "set":
		return assigned(data)
	case "mset":
		for _, pair := range strings.Split(data, ",") {
			if v, ok := assigned(pair); ok {
				value, says = v, true
			}
		}
	}
	return value, says
}

// assigned reads NAME=value; underscores before the name make it inherited.
func assigned(pair string) (value string, ok bool) {
	name, value, ok := strings.Cut(pair, "=")
	return value, ok && strings.TrimLeft(strings.TrimSpace(name), "_") == VariableMissed
}

// unwrapped looks into ExecIf(condition?App(data):App(data)), whose condition has its
// value already, and into Exec() and TryExec(), for the application that will run.
func unwrapped(app, data string) (string, string) {
	for range 3 {
		switch strings.ToLower(app) {
		case "execif":
			condition, branches, _ := strings.Cut(data, "?")
			yes, no := branched(branches)
			if !holds(condition) {
				yes = no
			}
			app, data = called(yes)
		case "exec", "tryexec":
			app, data = called(data)
		default:
			return app, data
		}
	}
	return app, data
}

// branched divides App(data):App(data) at the colon that is in no brackets.
func branched(s string) (yes, no string) {
	depth := 0
	for i, c := range s {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ':' && depth == 0:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// called divides App(data).
func called(s string) (app, data string) {
	app, data, _ = strings.Cut(strings.TrimSpace(s), "(")
	return app, strings.TrimSuffix(data, ")")
}

// holds is Asterisk's idea of a true condition: anything but nothing and zero.
func holds(condition string) bool {
	return strings.Trim(condition, " 0") != ""
}
