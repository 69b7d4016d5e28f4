package config

import (
	"slices"
	"time"

	"callbackd/callback"
)

// treatable are the results that treatments may be given for: those that count,
// but for `connected`, which completes the task.
var treatable = []callback.Result{
	callback.ResultCustomerNoAnswer, callback.ResultCustomerBusy, callback.ResultCustomerRejected, callback.ResultNumberInvalid,
	callback.ResultUnreachable, callback.ResultVoicemail, callback.ResultAgentHungUp, callback.ResultInterrupted,
}

// ownTreatments hold where the file says nothing of a result.
func ownTreatments() callback.Treatments {
	return callback.Treatments{callback.ResultNumberInvalid: {Close: true}}
}

// treatments reads what follows which result.
func (f *accountFile) treatments(n *node) callback.Treatments {
	treatments := ownTreatments()
	if n.isNull() && !n.faulty {
		f.errorf(n, "no word on what follows which result").Hint = "write {customer_busy: {in: 5m, at_most: 3}}, or none"
		return treatments
	}
	o := f.object(n)
	for _, result := range treatable {
		e := o.entry(string(result))
		if e.key == nil {
			continue
		}
		treatments[result] = f.treatment(e.value)
	}
	for _, result := range callback.Results {
		switch {
		case result == callback.ResultConnected:
			o.refuse(string(result), "remove it", "connected always completes the task")
		case !slices.Contains(treatable, result):
			o.refuse(string(result), "it doesn't count, so the same attempt comes back as soon as it can", "%s can't have a treatment", result)
		}
	}
	o.close()
	return treatments
}

// treatment reads `next`, `close`, or {in, at_most}.
func (f *accountFile) treatment(n *node) callback.Treatment {
	if n.kind != mapping {
		const next, closes = "next", "close"
		if n.isNull() && !n.faulty {
			f.errorf(n, "no word on what follows").Hint = "write next, close or {in: 5m, at_most: 3}"
			return callback.Treatment{}
		}
		switch text := f.word(n); text {
		case next, "":
		case closes:
			return callback.Treatment{Close: true}
		default:
			p := f.errorf(n, "%q isn't a treatment", text)
			if p.Hint = f.didYouMean(text, []string{next, closes}); p.Hint == "" {
				p.Hint = "write next, close or {in: 5m, at_most: 3}"
			}
		}
		return callback.Treatment{}
	}
	o := f.object(n)
	t := callback.Treatment{
		In: f.duration(o.require("in", "write {in: 5m, at_most: 3}"), f.shortest(), 24*time.Hour, time.Minute),
		// The first such result closes at 1, which is what `close` says.
		AtMost: f.integer(o.get("at_most"), 2, 100, 0, "at the at_most-th such result the task is closed; close does so at the first"),
	}
	o.close()
	return t
}

// giveUpAfter reads after how many days a task expires.
func (f *accountFile) giveUpAfter(n *node) int {
	const day, hint = 24 * time.Hour, "write whole days, from 1d to 365d: they are counted in days with an opening"
	text := f.word(n)
	if text == "" {
		return 0
	}
	value, err := parseDuration(text)
	switch {
	case text == none:
		f.errorf(n, "a task can't be without an end").Hint = hint
	case err != nil:
		f.errorf(n, "%s", err).Hint = hint
	case value < day || value > 365*day || value%day != 0:
		f.errorf(n, "%s isn't a number of whole days from 1d to 365d", text).Hint = hint
	default:
		return int(value / day)
	}
	return 0
}
