package survey

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"callbackd/callback"
)

// arrival is a trunk, and the dialplan context in which its calls arrive.
type arrival struct {
	trunk    string
	context  string
	withheld bool      // it delivers numbers that were withheld, beside a word that they are
	ref      reference // to the trunk
}

// mostNumbers is how many of an account's numbers are asked for, where each has to be.
const mostNumbers = 50

// notations are how a trunk may write the number that was dialled.
var notations = []callback.NumberFormat{callback.FormatPlusE164, callback.FormatE164, callback.FormatNational}

// askArrivals asks whether a call arrives somewhere whatever number was dialled. One to a
// number without an extension is refused before there is a channel: neither Asterisk's
// events nor its logs ever tell of it.
func (v *visit) askArrivals(ctx context.Context) error {
	// By context, which many accounts may share.
	leaks, advised := map[string]bool{}, map[string]bool{}
	for _, a := range v.wanted.accounts {
		arrivals, all, err := v.arrivals(ctx, a)
		if err != nil {
			return err
		}
		unreached := a.Numbers[:min(len(a.Numbers), mostNumbers)]
		for _, at := range arrivals {
			if !advised[at.context] {
				advised[at.context] = v.adviseWithheld(at, a)
			}
			open, err := v.openIn(ctx, at.context, v.madeUp(a), a.Country)
			if err != nil {
				return err
			}
			leaky, missing, err := v.askNumbers(ctx, at.context, a, open)
			if err != nil {
				return err
			}
			unreached = slices.DeleteFunc(slices.Clone(unreached), func(n string) bool { return !slices.Contains(missing, n) })
			if leaky && !leaks[at.context] {
				v.lacksCatchAll(at, v.madeUp(a))
			}
			leaks[at.context] = leaks[at.context] || leaky
		}
		for i, own := range a.Numbers {
			if !all || !slices.Contains(unreached, own) {
				continue // or it may arrive on a trunk that can't be asked
			}
			ref := reference{account: a.Name, path: fmt.Sprintf("numbers[%d]", i), name: own, anyOne: a.pbxs}
			v.lacks(Warning, ref, "calls to it are refused: add it to the dialplan; if the trunk writes it in another way, the account isn't told by it",
				"has no extension for %s where calls on the account's trunks arrive", own)
		}
	}
	for _, context := range slices.Sorted(maps.Keys(leaks)) {
		if !leaks[context] {
			v.fine("has an extension for every number in context %s, where customers' calls arrive", context)
		}
	}
	return nil
}

func (v *visit) lacksCatchAll(at arrival, example string) {
	v.lacks(Warning, at.ref, fmt.Sprintf("end [%s] with `exten => _X!,1,Hangup(1)` and `exten => _+X!,1,Hangup(1)`: such a call is then seen, as one lost in a scenario", at.context),
		"has no catch-all in context %s, where calls on %s arrive: a call to a number without an extension, like %s, leaves no trace anywhere",
		at.context, at.trunk, example)
}

// adviseWithheld advises to keep withheld numbers out of the logs, where that is needed.
func (v *visit) adviseWithheld(at arrival, a resident) bool {
	if !at.withheld || v.pbx.WithheldLogged == nil || a.LogOnlyNumbers == callback.LogOnlySkip || !v.pbx.WithheldLogged(at.context) {
		return false
	}
	v.lacks(Advice, at.ref,
		"put `same => n,ExecIf($[\"${CALLERID(num-pres):0:6}\" = \"prohib\"]?Set(CALLERID(num)=anonymous))` first into what every call passes there, or write `log_only_numbers: skip` into the rules file",
		"writes numbers into its logs that were withheld, as %s trusts the identity it is told: they are called back if only the logs know the call", at.trunk)
	return true
}

// arrivals are the contexts in which the account's calls arrive, each once; all is false
// if one of them can't be found out.
func (v *visit) arrivals(ctx context.Context, a resident) (list []arrival, all bool, err error) {
	all = true
	for _, r := range v.wanted.regions {
		if r.account != a.Name {
			continue
		}
		for i, trunk := range r.Trunks {
			at := arrival{trunk: trunk, ref: reference{account: a.Name, path: r.path(fmt.Sprintf("trunks[%d]", i)), name: trunk}}
			known, err := v.arrive(ctx, &at)
			if err != nil {
				return nil, false, err
			}
			all = all && known
			if known && !slices.ContainsFunc(list, func(other arrival) bool { return other.context == at.context }) {
				list = append(list, at)
			}
		}
	}
	return list, all, nil
}

// arrive completes an arrival with what Asterisk knows of the trunk.
func (v *visit) arrive(ctx context.Context, at *arrival) (known bool, err error) {
	p := placeOf(at.trunk)
	switch {
	case p.technology != "PJSIP":
		v.lacks(Note, at.ref, "look whether the context in which its calls arrive has an extension for every number: `exten => _X!,1,Hangup(1)` and `exten => _+X!,1,Hangup(1)`",
			"can't be asked where calls on %s arrive", p)
		return false, nil
	case !v.modules["func_pjsip_endpoint.so"] || !v.modules["func_dialplan.so"]:
		v.lacks(Note, at.ref, "load func_pjsip_endpoint.so and func_dialplan.so", "can't be asked where calls on %s arrive", p)
		return false, nil
	}
	// Where this fails there is no such endpoint, which is said.
	at.context, known, err = v.read(ctx, "PJSIP_ENDPOINT("+p.endpoint+",context)")
	if err != nil || !known || !askable(at.context) {
		return false, err
	}
	trusted, _, err := v.read(ctx, "PJSIP_ENDPOINT("+p.endpoint+",trust_id_inbound)")
	at.withheld = trusted == "true" || trusted == "yes"
	return true, err
}

// openIn lists the notations in which a context has no extension for a number.
func (v *visit) openIn(ctx context.Context, context, number, country string) (open []callback.NumberFormat, err error) {
	for _, format := range notations {
		written, err := callback.Region{Dial: "{number}", NumberFormat: format}.DialString(number, country)
		if err != nil {
			continue // no number of the world's
		}
		reached, err := v.yes(ctx, "DIALPLAN_EXISTS(%s,%s,1)", context, written)
		if err != nil {
			return nil, err
		}
		if !reached {
			open = append(open, format)
		}
	}
	return open, nil
}

// askNumbers asks a context for the account's own numbers. What it has for any number is
// not open. leaky says that it has some in a notation in which it hasn't for all, or none
// for all in any; missing are those that it hasn't at all.
func (v *visit) askNumbers(ctx context.Context, context string, a resident, open []callback.NumberFormat) (leaky bool, missing []string, err error) {
	if len(open) == 0 {
		return false, nil, nil
	}
	caught := len(open) < len(notations)
	leaky = !caught
	for _, own := range a.Numbers[:min(len(a.Numbers), mostNumbers)] {
		there := false
		for _, number := range spelledOut(own) {
			closed, err := v.openIn(ctx, context, number, a.Country)
			if err != nil {
				return false, nil, err
			}
			for _, format := range open {
				there = there || !slices.Contains(closed, format)
			}
			if there {
				break
			}
		}
		leaky = leaky || there
		if !there && !caught {
			missing = append(missing, own)
		}
	}
	return leaky, missing, nil
}
