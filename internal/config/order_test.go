package config_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
	"callbackd/internal/config"
)

// One account's file mustn't keep everybody else's waiting: with eight times as
// many rules and names the order of the rules takes about eight times as long.
func TestTheOrderOfManyRules(t *testing.T) {
	few, many := 250, 2000
	for name, account := range map[string]func(n int) callback.Account{
		"no rule but one names its scenarios": func(n int) callback.Account {
			a := callback.Account{Scenarios: map[string]callback.Scenario{}}
			for i := range n {
				name := fmt.Sprint("menu", i)
				a.Scenarios[name] = callback.Scenario{Name: name}
				a.Rules = append(a.Rules, callback.Rule{Name: name, MissedIn: callback.MissedInScenario, Enabled: i%2 == 0})
			}
			for range n {
				a.Rules[0].Scenarios = append(a.Rules[0].Scenarios, "menu0")
			}
			return a
		},
		"every rule names a scenario": func(n int) callback.Account {
			a := callback.Account{Scenarios: map[string]callback.Scenario{}}
			for i := range n {
				name := fmt.Sprint("menu", i)
				a.Scenarios[name] = callback.Scenario{Name: name}
				a.Rules = append(a.Rules, callback.Rule{Name: name, MissedIn: callback.MissedInScenario, Enabled: true, Scenarios: []string{name}})
			}
			return a
		},
		"rules about everybody after rules about one": func(n int) callback.Account {
			a := callback.Account{Queues: map[string]callback.Queue{}}
			for i := range n {
				name := fmt.Sprint("queue", i)
				a.Queues[name] = callback.Queue{Name: name}
				a.Rules = append(a.Rules, callback.Rule{
					Name: name, MissedIn: callback.MissedInContactCenter, Enabled: true, From: []callback.Target{{Kind: callback.TargetQueue, Name: name}},
				})
			}
			for i := range n {
				a.Rules = append(a.Rules, callback.Rule{Name: fmt.Sprint("all", i), MissedIn: callback.MissedInContactCenter, Enabled: i%2 == 0})
			}
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			// When nothing else is in the way, which on a busy machine takes a while to happen.
			short, long := time.Hour, time.Hour
			for round := 0; round < 7 || long >= 30*short && round < 70; round++ {
				short, long = min(short, once(account(few))), min(long, once(account(many)))
			}
			assert.Less(t, long, 30*short)
		})
	}
}

// once is how long the order of an account's rules takes.
func once(a callback.Account) time.Duration {
	begin := time.Now()
	config.WarnOfOrder(a)
	return time.Since(begin)
}
