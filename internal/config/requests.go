package config

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"callbackd/callback"
)

// requests reads which callbacks customers may ask for; nil: none.
func (f *accountFile) requests(n *node, defaults settings) *callback.Requests {
	if n == nil {
		return nil
	}
	o := f.object(n)
	if o.node.kind != mapping {
		return nil
	}
	r := &callback.Requests{Rule: callback.Rule{Name: callback.RequestsRule, Enabled: true}}
	r.DialingIntervals = f.intervals(o.require("dialing_intervals", "write dialing_intervals: [immediately, 10m, 60m]"))
	r.Forward = f.queue(o.get("queue"))
	r.Owner = f.owner(o.get("owner"), r.Forward)
	r.Duplicates = oneOf(f.decoder, o.get("duplicates"), callback.DuplicatesMerge, callback.DuplicatesMerge, callback.DuplicatesRefuse, callback.DuplicatesAllow)
	r.Ahead = f.duration(o.get("ahead"), time.Hour, 365*24*time.Hour, callback.RequestsAhead)
	r.Offer = f.offer(o.get("offer"))
	r.Form = f.form(o.get("form"), r.Forward)
	s := f.settings(o, defaults)
	f.whole = append(f.whole, s)
	if s.schedule.at == nil {
		f.errorf(o.node, "no schedule: neither requests nor defaults say when customers may be called").Hint = "write schedule: always for any hour"
	}
	s.set(&r.Rule)
	if r.Region == "" {
		r.Region = f.onlyRegion(o.node)
	}
	o.close()
	return r
}

// onlyRegion is the way out of what no call has come in for.
func (f *accountFile) onlyRegion(at *node) string {
	names := slices.Sorted(maps.Keys(f.account.Regions))
	switch {
	case len(names) == 1:
		return names[0]
	case len(names) == 0:
		f.errorf(at, "there is no region through which customers who ask for a callback could be called").Hint = "write the section regions"
	default:
		f.errorf(at, "nobody knows through which region to call customers who ask for a callback: no call of theirs has come in").Hint =
			fmt.Sprintf("write region: %s, or another of them, here or in defaults", names[0])
	}
	return ""
}
