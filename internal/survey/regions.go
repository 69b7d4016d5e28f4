package survey

import (
	"context"
	"fmt"
	"strings"
)

func (v *visit) askRegions(ctx context.Context) error {
	for _, r := range v.wanted.regions {
		for _, ask := range []func(context.Context, region) error{v.askTrunks, v.askWay, v.askToneZone} {
			if err := ask(ctx, r); err != nil {
				return err
			}
		}
		v.askCodecs(r)
	}
	return nil
}

// askTrunks asks for the ways in. One that is offline may be for incoming calls alone.
func (v *visit) askTrunks(ctx context.Context, r region) error {
	for i, trunk := range r.Trunks {
		ref := reference{account: r.account, path: r.path(fmt.Sprintf("trunks[%d]", i)), name: trunk, needed: true}
		p := placeOf(trunk)
		s, err := v.endpoint(ctx, p)
		if err != nil {
			return err
		}
		v.judge(ref, p, s, "correct it, or its name in pjsip.conf: customers' calls come in on trunks alone")
	}
	return nil
}

// askWay asks for the way out.
func (v *visit) askWay(ctx context.Context, r region) error {
	ref := reference{account: r.account, path: r.path("dial"), name: r.Dial, needed: true}
	example := exampleNumber(r.country)
	dial, err := r.DialString(example, r.country)
	if err != nil {
		dial = strings.ReplaceAll(r.Dial, "{number}", "")
	}
	p := placeOf(dial)
	if p.technology == "Local" {
		return v.askRoute(ctx, ref, p, example)
	}
	s, err := v.endpoint(ctx, p)
	if err != nil {
		return err
	}
	v.judge(ref, p, s, "correct it, or add it to pjsip.conf: no customer can be called")
	if s.offline {
		v.lacks(Warning, ref, "no customer can be called until it is back: `asterisk -rx \"pjsip show endpoints\"`",
			"has nobody to reach at %s", p)
	}
	ref.path = r.path("formats")
	switch {
	case s.known && s.allow == nil:
		v.lacks(Note, ref, "compare them with the trunk's own, or load func_pjsip_endpoint.so", "can't be asked for the codecs of %s", p)
	case s.known && !common(strings.Split(r.Formats, ","), s.allow):
		v.lacks(Warning, ref, "name the codec of agents and trunk: what is converted costs processor time and quality",
			"allows %s %s, and not %s", p, strings.Join(s.allow, ", "), r.Formats)
	}
	return nil
}

// askRoute asks for a way out through the dialplan.
func (v *visit) askRoute(ctx context.Context, ref reference, p place, example string) error {
	if !v.modules["func_dialplan.so"] {
		v.lacks(Note, ref, `load func_dialplan.so`, "can't be asked for context %s", p.context)
		return nil
	}
	known, err := v.yes(ctx, "DIALPLAN_EXISTS(%s)", p.context)
	if err != nil {
		return err
	}
	if !known {
		v.missing(ref, "correct it: no customer can be called", "has no dialplan context %s", p.context)
		return nil
	}
	if example == "" {
		return nil
	}
	reached, err := v.yes(ctx, "DIALPLAN_EXISTS(%s,%s,1)", p.context, p.exten)
	if err != nil {
		return err
	}
	if !reached {
		v.lacks(Warning, ref, "compare number_format with the patterns of the context's extensions",
			"has no extension for %s in context %s, which is how %s, an example of a customer's number, would be dialled", p.exten, p.context, example)
	}
	return nil
}

// askToneZone sets the probe's zone and looks whether it took it.
func (v *visit) askToneZone(ctx context.Context, r region) error {
	if r.ToneZone == "" {
		return nil
	}
	ref := reference{account: r.account, path: r.path("tone_zone"), name: r.ToneZone, needed: true}
	if !v.modules["func_channel.so"] {
		v.lacks(Note, ref, "load func_channel.so, or look into indications.conf", "can't be asked for tone zone %s", r.ToneZone)
		return nil
	}
	if err := v.client.SetChannelVariable(ctx, v.probe, "CHANNEL(tonezone)", r.ToneZone); err != nil {
		return err
	}
	zone, _, err := v.read(ctx, "CHANNEL(tonezone)")
	if err != nil {
		return err
	}
	if !strings.EqualFold(zone, r.ToneZone) {
		v.lacks(Warning, ref, "add it to indications.conf, or correct it: agents hear the ring tone of Asterisk's own zone",
			"has no tone zone %s", r.ToneZone)
	}
	return nil
}

func (v *visit) askCodecs(r region) {
	for format := range strings.SplitSeq(r.Formats, ",") {
		if module, ok := v.converts(format); !ok {
			ref := reference{account: r.account, path: r.path("formats"), needed: true}
			v.missing(ref, "load it, or name another codec of agents and trunk: prompts and ring tone would be silent",
				"runs no module %s, which converts to %s", module, format)
		}
	}
}
