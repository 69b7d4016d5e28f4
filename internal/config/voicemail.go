package config

import "callbackd/callback"

// voicemail reads `connect`, `hang_up`, {leave: NAME} or {leave: {say: …}}.
func (r soundReader) voicemail(n *node) callback.Voicemail {
	const hint = "write connect, hang_up or {leave: NAME}"
	if n.kind == mapping {
		o := r.object(n)
		v := callback.Voicemail{Action: callback.VoicemailLeave}
		switch leave := o.require("leave", hint); {
		case leave == nil:
		case leave.kind == scalar:
			v.Message.Play = r.play(leave)
		default:
			v.Message = r.sound(leave)
		}
		o.close()
		return v
	}
	words := []callback.VoicemailAction{callback.VoicemailConnect, callback.VoicemailHangUp}
	switch text := callback.VoicemailAction(r.word(n)); text {
	case words[0], words[1]:
		return callback.Voicemail{Action: text}
	case "":
	default:
		p := r.errorf(n, "%q isn't known here", string(text))
		if p.Hint = r.didYouMean(string(text), stringsOf(words)); p.Hint == "" {
			p.Hint = hint
		}
	}
	return callback.Voicemail{}
}

// warnOfUnheardMachines warns of treatments for voicemail that only those have who say
// that nobody listens for machines: no attempt of theirs ends so.
func (f *accountFile) warnOfUnheardMachines() {
	if f.faulty() { // voicemail may be what is wrong
		return
	}
	heard := map[*node]bool{} // by where treatments are written
	for _, s := range f.whole {
		if s.voicemail.at == nil || s.voicemail.value.Listens() {
			heard[s.treatments.at] = true
		}
	}
	for _, s := range f.whole {
		at := s.treatments.at
		if at == nil || heard[at] {
			continue
		}
		heard[at] = true // once is enough
		for _, e := range at.entries {
			if e.key.text == string(callback.ResultVoicemail) {
				f.warnf(e.key, "no attempt ends as voicemail: %s says that whoever answers is connected", s.voicemail.at.path).Hint =
					"write voicemail: hang_up or {leave: NAME} there, or remove this treatment"
			}
		}
	}
}
