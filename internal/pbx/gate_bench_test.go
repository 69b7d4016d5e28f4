package pbx_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/internal/pbx"
)

// What a yes costs, the dearest answer: it is never kept. Each function that is read is a
// request, of 0.1 ms here and on a real Asterisk beside it.
func BenchmarkAdmit(b *testing.B) {
	for name, row := range map[string]struct {
		queues int // listed
		rival  bool
		asked  callback.Admission
	}{
		"queue":                        {1, false, callback.Admission{Target: queue("queue0"), Ringing: callback.RingingEach}},
		"queue of twenty":              {20, false, callback.Admission{Target: queue("queue0"), Ringing: callback.RingingEach}},
		"queue that shares its agents": {2, true, callback.Admission{Target: queue("queue0"), Ringing: callback.RingingEach}},
		"agent":                        {1, false, callback.Admission{Target: callback.Target{Kind: callback.TargetAgent, Name: "alice"}, Phones: []string{"PJSIP/agent0"}}},
	} {
		b.Run(name, func(b *testing.B) {
			x := newExchange(b, row.queues)
			lifetime, err := x.Ready()
			require.NoError(b, err)
			if row.rival {
				x.Call(lifetime, callback.Attempt{
					State: callback.AttemptAgent, Names: callback.NewNames("callbackd"), Settings: callback.Settings{Target: queue("queue1")},
				}, callback.Standing{})
			}
			for b.Loop() {
				waiting, err := x.Admit(lifetime, row.asked)
				require.NoError(b, err)
				require.Empty(b, waiting)
			}
		})
	}
}

func queue(name string) callback.Target {
	return callback.Target{Kind: callback.TargetQueue, Name: name}
}

// nobodyCalls is a Reconciler without attempts.
type nobodyCalls struct{}

func (nobodyCalls) Reconcile(context.Context, string, func(callback.Names) callback.Standing) ([]callback.Attempt, error) {
	return nil, nil
}

// newExchange connects to an Asterisk with queues of ten members each, every second of
// whom is in the next queue too.
func newExchange(b *testing.B, queues int) *pbx.Exchange {
	asterisk := aritest.New(b)
	account := exampleAccount()
	account.Queues = map[string]callback.Queue{}
	asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-phones,alice,1)", "1")
	for i := range queues {
		name := fmt.Sprint("queue", i)
		account.Queues[name] = callback.Queue{Name: name}
		asterisk.SetFunction("DIALPLAN_EXISTS(callbackd-agent,"+name+",1)", "1")
		var members []string
		for j := range 10 {
			member := fmt.Sprint("PJSIP/agent", 5*i+j)
			members = append(members, member)
			asterisk.AgentPhone(member, aritest.NeverAnswers)
		}
		asterisk.SetQueue(name, aritest.Queue{Members: members})
	}
	o := asterisk.Options("callbackd")
	ready := make(chan struct{}, 1)
	x, err := pbx.New(pbx.Options{
		Name: "pbx1", URL: o.URL, Username: o.Username, Password: o.Password, Application: o.Application, DialContext: o.DialContext,
		Rules: callback.NewRules(callback.NewRulebook(account)), Log: zerolog.Nop(),
		Take: func(context.Context, callback.Finding) error { return nil }, Logs: noLogs{},
		Changed: func() {
			select {
			case ready <- struct{}{}:
			default:
			}
		},
	})
	require.NoError(b, err)
	ctx, stop := context.WithCancel(b.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = x.Run(ctx, nobodyCalls{}) // ends with ctx
	}()
	b.Cleanup(func() { stop(); <-over })
	<-ready
	return x
}

// noLogs are logs that are read at once.
type noLogs struct{}

func (noLogs) Connecting(context.Context)             {}
func (noLogs) Until(context.Context, time.Time) error { return nil }
func (noLogs) Saw(callback.Finding)                   {}
func (noLogs) Took(string)                            {}
