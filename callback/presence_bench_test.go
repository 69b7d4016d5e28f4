package callback_test

import (
	"fmt"
	"testing"

	"callbackd/callback"
)

// BenchmarkPresence is one call that comes, is looked for and goes, among 5,000 others
// of ten accounts.
func BenchmarkPresence(b *testing.B) {
	var accounts []*callback.Account
	for n := range 10 {
		account := exampleAccount()
		account.Name = fmt.Sprint("account", n)
		for name, region := range account.Regions {
			region.Trunks = []string{fmt.Sprint("PJSIP/trunk", n)}
			account.Regions[name] = region
		}
		accounts = append(accounts, account)
	}
	p := callback.NewPresence(callback.NewRules(callback.NewRulebook(accounts...)))
	live := func(n int) callback.LiveCall {
		return inbound(fmt.Sprint(n), func(c *callback.LiveCall) {
			c.Trunk, c.Number = fmt.Sprint("PJSIP/trunk", n%10), fmt.Sprintf("+4670%07d", n)
		})
	}
	for n := range 5000 {
		p.Began(live(n))
	}
	for n := 5000; b.Loop(); n++ {
		c := live(n)
		p.Began(c)
		if _, on := p.With(c.Number); !on {
			b.Fatal("nobody is there")
		}
		p.Over(c.PBX, c.ID)
	}
}
