package callback

// admission says what an attempt with settings s is about to ask of its PBX.
func (a *Account) admission(s Settings) Admission {
	return Admission{
		Target: s.Target, Phones: a.phones(s.Target), PassedBy: s.PassedBy, Ringing: a.Queues[s.Target.Name].Ringing,
		Listens: s.Voicemail.Listens(), LeavesMessage: s.Voicemail.Action == VoicemailLeave,
	}
}

// phones lists the endpoints of a target, as the account's file has them now: none of a
// queue, which finds its own.
func (a *Account) phones(target Target) (endpoints []string) {
	var names []string
	switch target.Kind {
	case TargetAgent:
		names = []string{target.Name}
	case TargetGroup:
		names = a.Groups[target.Name].Members
	}
	for _, name := range names {
		if agent, known := a.Agents[name]; known {
			endpoints = append(endpoints, agent.Endpoint)
		}
	}
	return endpoints
}
