package survey

import "callbackd/callback"

// needs are what the rules in force need of a PBX beside what they name: parts of
// callbackd's dialplan, and of Asterisk.
type needs struct {
	queueLegs bool // queues ring agents
	phoneLegs bool // phones of agents and groups are rung
	listening bool // it is listened to whether a machine has answered
	leaving   bool // and a message is left on it
	recording bool // conversations are recorded
	mixed     bool // some of them with both sides together
	fetching  bool // sounds are fetched from callbackd
}

// agentLegs reports whether anybody is rung at all.
func (n needs) agentLegs() bool { return n.queueLegs || n.phoneLegs }

// needs notes what the rules in force need of the PBXs through which they call back.
func (a surveyed) needs() {
	for _, rule := range a.Calling() {
		if !rule.Enabled {
			continue
		}
		rung := []callback.Target{rule.Forward}
		if rule.Forward.IsZero() {
			rung = a.losers(rule)
		}
		if o := rule.Owner; o != nil {
			rung = append(rung, o.Target(), o.Then)
		}
		for _, pbx := range a.ways(rule) {
			n := &a.wanted[pbx].needs
			for _, target := range rung {
				n.queueLegs = n.queueLegs || target.Kind == callback.TargetQueue
				n.phoneLegs = n.phoneLegs || target.Kind == callback.TargetAgent || target.Kind == callback.TargetGroup
			}
			n.listening = n.listening || rule.Voicemail.Listens()
			n.leaving = n.leaving || rule.Voicemail.Action == callback.VoicemailLeave
			if rule.Recording != nil {
				n.recording = true
				n.mixed = n.mixed || rule.Recording.Channels != 2
			}
		}
	}
}
