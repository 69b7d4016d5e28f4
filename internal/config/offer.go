package config

import (
	"time"

	"callbackd/callback"
)

// offer reads when callers are offered a callback by phone; left out: always.
func (f *accountFile) offer(n *node) callback.Offer {
	o := f.object(n)
	offer := f.offerWhen(o.get("when"))
	offer.KeepPlace = f.boolean(o.get("keep_place"), false)
	o.close()
	return offer
}

// mostCallers is more than any queue has.
const mostCallers = 1000

func (f *accountFile) offerWhen(n *node) callback.Offer {
	o := f.object(n)
	offer := callback.Offer{
		LongestWait: f.duration(o.get("longest_wait"), time.Second, time.Hour, 0),
		Callers:     f.integer(o.get("callers"), 1, mostCallers, 0, "how many have to wait in the queue"),
		NobodyFree:  f.boolean(o.get("nobody_free"), false),
	}
	if at := o.get("schedule"); at != nil {
		offer.Schedule = f.schedule(at)
		if f.account.Location == nil {
			f.errorf(at, "nobody knows by which clock the schedule is read").Hint = "write timezone: Europe/Stockholm at the top of the file"
		}
	}
	o.close()
	return offer
}
