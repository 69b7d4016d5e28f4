package survey

import (
	"context"
	"strings"
)

func (v *visit) askQueues(ctx context.Context) error {
	for _, q := range v.wanted.queues {
		if !v.modules["app_queue.so"] {
			return nil // which is said
		}
		if !askable(q.name) {
			v.unaskable(q)
			continue
		}
		there, err := v.yes(ctx, "QUEUE_EXISTS(%s)", q.name)
		if err != nil {
			return err
		}
		if !there {
			v.missing(q, "add it to queues.conf and `asterisk -rx \"queue reload all\"`, or take it out of the rules file", "has no queue %s", q.name)
			continue
		}
		if !q.rung || v.noAgents || !v.modules["func_dialplan.so"] {
			continue
		}
		reached, err := v.yes(ctx, "DIALPLAN_EXISTS(%s,%s,1)", agentContext, q.name)
		if err != nil {
			return err
		}
		if !reached {
			v.missing(q, "take callbackd.conf as it is shipped: its extension is made for every queue", "has no extension %s in context %s, through which agents are rung", q.name, agentContext)
		}
		if err := v.judgeRinging(ctx, q); err != nil {
			return err
		}
		if err := v.askMembers(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (v *visit) askPhones(ctx context.Context) error {
	for _, phone := range v.wanted.phones {
		p := placeOf(phone.name)
		if p.technology == "Local" {
			if err := v.askExtension(ctx, phone, p); err != nil {
				return err
			}
			continue
		}
		s, err := v.endpoint(ctx, p)
		if err != nil {
			return err
		}
		v.judge(phone, p, s, "add it to pjsip.conf, or correct the agent's endpoint")
		v.judgeCodec(phone, p, s.allow)
		if s.offline {
			hint := "no callback goes to it; calls to it are missed until it is"
			if phone.rung {
				hint = "callbacks don't ring it until it is, and wait where there is no other"
			}
			v.lacks(Warning, phone, hint, "says that %s isn't registered, or doesn't answer", p)
		}
	}
	return nil
}

// askExtension asks for a phone that is reached through the dialplan.
func (v *visit) askExtension(ctx context.Context, ref reference, p place) error {
	if !v.modules["func_dialplan.so"] {
		v.lacks(Note, ref, "load func_dialplan.so", "can't be asked for %s", p)
		return nil
	}
	there, err := v.yes(ctx, "DIALPLAN_EXISTS(%s,%s,1)", p.context, p.exten)
	if err != nil {
		return err
	}
	if !there {
		v.missing(ref, "add it to the dialplan, or correct the agent's endpoint", "has no extension %s in context %s", p.exten, p.context)
	}
	return nil
}

func (v *visit) askContexts(ctx context.Context) error {
	for _, c := range v.wanted.contexts {
		if strings.HasSuffix(c.name, "*") {
			v.lacks(Note, c, "`asterisk -rx \"dialplan show\"` lists them", "can't be asked for contexts by their beginning, %s", c.name)
			continue
		}
		if !v.modules["func_dialplan.so"] {
			v.lacks(Note, c, "load func_dialplan.so", "can't be asked for context %s", c.name)
			continue
		}
		there, err := v.yes(ctx, "DIALPLAN_EXISTS(%s)", c.name)
		if err != nil {
			return err
		}
		if !there {
			v.missing(c, "correct it (a context's name has its case), or take it out of the scenario", "has no dialplan context %s", c.name)
		}
	}
	return nil
}

// askable reports whether a name can stand as an argument of a function.
func askable(name string) bool { return !strings.ContainsAny(name, `,()"\${}[]`) }

func (v *visit) unaskable(ref reference) {
	v.lacks(Note, ref, "look on its console", "can't be asked for %q: its functions read such characters as their own", ref.name)
}
