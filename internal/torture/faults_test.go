package torture

import (
	"sync"
	"testing"
	"time"
)

// pair is one request that goes wrong in one way.
type pair struct {
	kind    kind
	trouble trouble
}

func pairs(kinds []kind, troubles []trouble) (list []pair) {
	for _, k := range kinds {
		for _, t := range troubles {
			list = append(list, pair{k, t})
		}
	}
	return list
}

// quickPairs are those in which most could go wrong.
var quickPairs = []pair{
	{ringAgent, lostReply}, {ringAgent, refused}, {createBridge, halfReply}, {playPrompt, refused},
	{ringCustomer, lostReply}, {ringCustomer, resetReply}, {ringCustomer, refused}, {ringCustomer, lostRequest},
	{addChannels, lostReply}, {addChannels, refused}, {stopTone, refused},
	{hangupAgent, refused}, {hangupCustomer, lostRequest}, {deleteBridge, refused}, {readRecording, halfReply},
	{renewFuse, refused},
}

// Each customer's first attempt has a request that goes wrong, or two. Several
// customers suffer at a time, each in a lane of their own.
func TestFaults(t *testing.T) {
	list, two := quickPairs, 2
	every := pairs(attemptRequests, allTroubles)
	if *long {
		list, two = every, 120
	}
	w := newWorld(t, 6)
	w.start()
	todo := make(chan []pair)
	var all sync.WaitGroup
	for _, l := range w.lanes {
		all.Go(func() {
			for troubles := range todo {
				w.suffers(l, troubles...)
			}
		})
	}
	for _, p := range list {
		todo <- []pair{p}
	}
	for range two {
		todo <- []pair{pick(w.chance, every), pick(w.chance, every)}
	}
	close(todo)
	all.Wait()
	w.judge()
}

// suffers has a customer of a lane called back with requests gone wrong.
func (w *world) suffers(l lane, troubles ...pair) {
	c := w.newCustomer(l)
	var faults []*fault
	for _, p := range troubles {
		faults = append(faults, w.proxy.arm(p.kind, p.trouble, c.number, 1))
	}
	c.givesUp(w.t.Context(), 400*time.Millisecond)
	story, ok := w.over(c)
	if !ok {
		w.violated("%v: the task of %s doesn't come to its end: %s", faults, c.number, story.State)
		return
	}
	if len(faults) == 1 && faults[0].hits.Load() == 0 { // the first of two may leave no room for the second
		w.violated("%v: there was no such request for %s: %v", faults, c.number, results(story))
	}
	w.t.Logf("%v, %s: %v", faults, c.number, results(story))
}

// The gate is nobody's: it is asked about every lane.
func TestFaultsOfTheGate(t *testing.T) {
	list := []pair{{createProbe, lostReply}, {hangupProbe, refused}}
	if *long {
		list = pairs([]kind{createProbe, readProbe, hangupProbe}, allTroubles)
	}
	w := newWorld(t, 2)
	w.start()
	for _, p := range list {
		f := w.proxy.arm(p.kind, p.trouble, "", 1)
		var all sync.WaitGroup
		for _, l := range w.lanes {
			c := w.newCustomer(l)
			all.Go(func() {
				c.givesUp(t.Context(), 400*time.Millisecond)
				if story, ok := w.over(c); !ok {
					w.violated("%s: the task of %s doesn't come to its end: %s", f, c.number, story.State)
				}
			})
		}
		all.Wait()
		if p.kind != readProbe {
			w.judgeLeftovers() // the next one begins without a probe
		}
		if f.hits.Load() == 0 {
			w.violated("%s: there was no such request", f)
		}
	}
	w.judge()
}

// What is asked after a cut goes wrong, while attempts are in every phase.
func TestFaultsOfReconciliation(t *testing.T) {
	list := []pair{{listChannels, refused}, {listBridges, halfReply}, {subscribe, lostReply}}
	if *long {
		list = append(
			pairs([]kind{readInfo, filterEvents, subscribe, heartbeat, listChannels, listBridges}, []trouble{refused, lostReply, halfReply, lateReply}),
			pairs([]kind{hangupAgent, deleteBridge}, []trouble{refused, lostReply})...)
	}
	w := newWorld(t, 3)
	for _, p := range list {
		w.KillCallbackd() // it would wait longer and longer after each cut
		w.start()
		var all sync.WaitGroup
		for _, l := range w.lanes {
			c := w.newCustomer(l)
			all.Go(func() {
				c.givesUp(t.Context(), w.chance.between(200*time.Millisecond, 600*time.Millisecond))
				if story, ok := w.over(c); !ok {
					w.violated("%v: the task of %s doesn't come to its end: %s", p, c.number, story.State)
				}
			})
		}
		w.pause(w.chance.between(900*time.Millisecond, 2500*time.Millisecond))
		w.proxy.arm(p.kind, p.trouble, "", 1)
		if w.proxy.cut(resetBoth) {
			w.figure.cuts.Add(1)
		}
		all.Wait()
		w.proxy.disarm()
	}
	w.judge()
}
