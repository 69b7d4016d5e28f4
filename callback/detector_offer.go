package callback

import "time"

// HandedOver says that the dialplan has handed the channel over to be offered a callback
// from Queue: where the call is lost then, it is the queue's, if there is one of that name.
type HandedOver struct {
	At      time.Time // zero: now
	Channel CallChannel
	Queue   string
}

// When is Asterisk's time of the event.
func (e HandedOver) When() time.Time { return e.At }

// handedOver notes for which queue the call is said to be.
func (d *Detector) handedOver(e HandedOver, at time.Time) {
	if ch := d.named(e.Channel, at); ch != nil {
		ch.offered(e.Queue)
	}
}

// Call finds the call with a customer whose channel has that unique id.
func (d *Detector) Call(id string) (LiveCall, bool) {
	ch := d.channels[id]
	if ch == nil || !ch.customer && ch.out == nil {
		return LiveCall{}, false
	}
	return ch.live(), true
}
