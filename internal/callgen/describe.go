package callgen

import (
	"fmt"
	"strings"
)

// program is a piece of dialplan in words.
func program(steps []Step) string {
	words := make([]string, len(steps))
	for i, step := range steps {
		words[i] = describe(step)
	}
	return strings.Join(words, "; ")
}

func describe(step Step) string {
	switch s := step.(type) {
	case Sound:
		return fmt.Sprintf("%s(%s) for %s", s.App, s.Data, s.For)
	case Goto:
		return fmt.Sprintf("%s(%s,%s){%s}", s.How, s.Context, s.Exten, program(s.Steps))
	case Dial:
		return fmt.Sprintf("%s Dial %s (%s) for %s A%s U%s/%t g=%t pickup=%+v", s.By, peers(s.Peers), s.Party, s.Timeout, s.Announce, s.Confirm, s.Accepts, s.Continue, s.Pickup)
	case Queue:
		text := fmt.Sprintf("%s Queue %s,%s for %s ring %s retry %s", s.By, s.Name, s.Options, s.Timeout, s.Ring, s.Retry)
		if s.Refuses {
			return text + " refuses"
		}
		for _, round := range s.Rounds {
			text += " [" + peers(round) + "]"
		}
		if s.Exit != nil {
			text += fmt.Sprintf(" key after %s %s", s.Key, describe(*s.Exit))
		}
		return text + fmt.Sprintf(" leaves=%s announce=%s pickup=%+v", s.Leaves, s.Announce, s.Pickup)
	case FollowMe:
		text := fmt.Sprintf("FollowMe(%s) ring %s asks %s accepts=%t", s.Party, s.Ring, s.Asks, s.Accepts)
		for _, number := range s.Numbers {
			text += " [" + program(number.Steps) + "]"
		}
		return text
	case Park:
		return fmt.Sprintf("Park for %s fetched=%+v then %s", s.Timeout, s.Fetched, describe(s.Return))
	case OtherApp:
		return fmt.Sprintf("Stasis(elsewhere) for %s agent=%+v", s.For, s.Agent)
	case Conference:
		return fmt.Sprintf("ConfBridge for %s agent=%+v", s.For, s.Agent)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T%+v", step, step), "callgen.")
}

func peers(list []Peer) string {
	words := make([]string, len(list))
	for i, p := range list {
		if p.Local != nil {
			words[i] = fmt.Sprintf("%s{%s}", p.dialString(), program(p.Local.Steps))
			continue
		}
		words[i] = fmt.Sprintf("%s %s", p.Phone, p.Does)
	}
	return strings.Join(words, " & ")
}

// String is what somebody does, in words.
func (r Reaction) String() string {
	text := fmt.Sprintf("%s in %s", r.Kind, r.After)
	switch {
	case r.To != nil:
		text += " to {" + program(r.To.Steps) + "}"
	case r.Kind == Answers:
		text += fmt.Sprintf(", talks %s, then %s", r.Then.Talk, act(r.Then.Act))
	}
	return text
}

func act(a Act) string {
	switch a := a.(type) {
	case nil:
		return "hangs up"
	case Blind:
		return "blind " + describe(a.To)
	case PassesOn:
		return "passes on " + describe(a.To)
	case Attended:
		return fmt.Sprintf("attended after %s %s", a.After, describe(a.Dial))
	case Parks:
		return fmt.Sprintf("parks for %s fetched=%+v back %s", a.Timeout, a.Fetched, describe(a.Back))
	}
	return fmt.Sprintf("%+v", a)
}
