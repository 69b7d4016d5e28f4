package endtoend

import (
	"fmt"
	"slices"
	"time"

	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// frame is what a packet of audio holds.
const frame = 20 * time.Millisecond

// figures are what the two phones of a conversation measured of it, packet by packet.
type figures struct {
	name string

	// From the customer's answer to the first packet with the other's voice.
	agentHears, customerHears time.Duration
	// The longest time without the other's voice between its first and its last packet,
	// on either phone.
	gap time.Duration
	// From the last packet with the other's voice to the end of the call, on the phone
	// that didn't hang up.
	silence time.Duration
	// What the customer said from answer to end and the agent's phone didn't get.
	unheard time.Duration
}

// measured takes the figures of a conversation that is over.
func measured(name string, agent, customer *softphone.Call, voice int) (figures, error) {
	f := figures{name: name}
	answered := customer.Times().Answered
	atAgent, atCustomer := voiced(agent, lab.CustomersVoice), voiced(customer, voice)
	if len(atAgent) == 0 || len(atCustomer) == 0 {
		return f, fmt.Errorf("%s: one of them wasn't heard at all; the agent heard: %v; the customer heard: %v", name, agent.Heard(), customer.Heard())
	}
	f.agentHears = atAgent[0].Sub(answered)
	f.customerHears = atCustomer[0].Sub(answered)
	f.gap = max(longestGap(atAgent), longestGap(atCustomer))
	f.unheard = time.Duration(customer.Sent()-len(atAgent)) * frame
	stays, last := agent, atAgent[len(atAgent)-1]
	if end, _ := agent.End(); end.By == softphone.Near {
		stays, last = customer, atCustomer[len(atCustomer)-1]
	}
	f.silence = stays.Times().Ended.Sub(last)
	return f, nil
}

// voiced is when the packets came that have a voice in them.
func voiced(call *softphone.Call, voice int) (at []time.Time) {
	for _, p := range call.Packets() {
		if p.Has(voice) {
			at = append(at, p.At)
		}
	}
	return at
}

func longestGap(at []time.Time) (longest time.Duration) {
	for i := range at[1:] {
		longest = max(longest, at[i+1].Sub(at[i]))
	}
	return longest
}

// median is the middle one of a figure over several conversations.
func median(all []figures, of func(figures) time.Duration) time.Duration {
	list := make([]time.Duration, len(all))
	for i, f := range all {
		list[i] = of(f)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// stall is what this machine adds to a figure when it is busy: the time by which a
// packet of a conversation in full swing is late at the worst, in the median of the
// conversations. On an idle machine that is a few milliseconds.
func stall(all []figures) time.Duration {
	return max(0, median(all, func(f figures) time.Duration { return f.gap })-frame)
}
