package callback

import "strings"

// StopSound is the sound of the library that customers hear who pressed the stop key.
const StopSound = "do-not-call"

// Played is a sound that an attempt may play, and the key under which a rule has it.
type Played struct {
	Key   string // agent_prompt, voicemail.leave, …
	Sound Sound
}

// Plays lists what an attempt of the rule may play, but for announcements that are another
// text for each customer. Whoever keeps sounds ready, or checks them, knows by it which.
func (r Rule) Plays() []Played {
	return Settings{
		AgentPrompt: r.AgentPrompt, AgentAnnouncement: r.AgentAnnouncement, AgentAccept: r.AgentAccept,
		CustomerAccept: r.CustomerAccept, Voicemail: r.Voicemail, StopKey: r.StopKey, Recording: r.Recording,
	}.Plays()
}

// Plays is that of Rule, for an attempt that may have been planned by an earlier one.
func (s Settings) Plays() (list []Played) {
	add := func(key string, sound Sound) {
		if !sound.IsZero() {
			list = append(list, Played{Key: key, Sound: sound})
		}
	}
	add("agent_prompt", Sound{Play: s.AgentPrompt})
	if a := s.AgentAnnouncement; a != nil && !strings.ContainsRune(a.Text, '{') {
		add("agent_announcement", Sound{Say: a})
	}
	if s.AgentAccept != nil {
		add("agent_accept.ask", s.AgentAccept.Ask)
	}
	if s.Recording != nil {
		add("recording.notice", s.Recording.Notice)
	}
	if s.CustomerAccept != nil {
		add("customer_accept.ask", s.CustomerAccept.Ask)
	}
	if s.Voicemail.Action == VoicemailLeave {
		add("voicemail.leave", s.Voicemail.Message)
	}
	if s.StopKey != "" {
		add("stop_key", Sound{Play: StopSound})
	}
	return list
}
