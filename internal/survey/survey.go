package survey

import (
	"context"
	"net"
	"sync"
	"time"

	"callbackd/callback"
)

// Limit is how long a PBX may take for all its answers.
const Limit = 10 * time.Second

// PBX is an Asterisk and how to reach its REST interface.
type PBX struct {
	Name               string
	URL                string // of Asterisk's HTTP server
	Username, Password string
	Application        string // the daemon's; the survey's begins with it
	// WithheldLogged says of a trunk's context whether a number that was withheld comes
	// into the logs by which calls are found afterwards; nil where there are no such logs.
	// It is asked in thorough surveys.
	WithheldLogged func(context string) bool
	// Fetches says that this Asterisk fetches sounds from callbackd over HTTP.
	Fetches bool
	// Queue gives what queues.conf says of a queue, if that is known; nil where it can't be.
	Queue func(name string) (QueueSettings, bool)
	// DialContext opens connections; nil is TCP.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// Options say who is asked for what.
type Options struct {
	PBXs     []PBX
	Accounts []*callback.Account
	// SoundPath is where Asterisk is told to find an account's sound in a language ("":
	// whatever the language): absolute, without extension; "" for one that is shipped, and
	// not written out before the daemon's first start. One with an error isn't asked for.
	SoundPath func(account, language, name string) (string, error)
	// Thorough also looks for what no rule names and calls get lost by: the clock, numbers
	// that lead nowhere. What was asked and is in order is in the list, too, as OK.
	Thorough bool
}

// Run asks every PBX for what the accounts refer to, all PBXs at once, and gives what is
// missing. It takes at most Limit, and a little more to leave nothing behind in Asterisk;
// if ctx ends before, what wasn't asked by then is missing in the list, which has an error
// in its place.
func Run(ctx context.Context, o Options) []Finding {
	wanted := map[string]*wanted{}
	for _, p := range o.PBXs {
		wanted[p.Name] = newWanted(p)
	}
	for _, a := range o.Accounts {
		refer(a, wanted)
	}
	var (
		visits sync.WaitGroup
		mu     sync.Mutex
		all    []finding
	)
	for _, p := range o.PBXs {
		visits.Go(func() {
			v := &visit{pbx: p, wanted: wanted[p.Name], soundPath: o.SoundPath, thorough: o.Thorough}
			v.run(ctx)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, v.findings...)
		})
	}
	visits.Wait()
	return merge(all)
}
