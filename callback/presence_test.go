package callback_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

const alicesCustomer = "+46701234567"

// inbound is a customer's live call, since now.
func inbound(id string, change ...func(*callback.LiveCall)) callback.LiveCall {
	c := callback.LiveCall{PBX: "pbx1", ID: id, Trunk: "PJSIP/pstn", Number: alicesCustomer, Dialled: "+4685550000", Since: time.Now()}
	for _, f := range change {
		f(&c)
	}
	return c
}

// outbound is a call that an agent makes by hand.
func outbound(id, agent string) callback.LiveCall {
	return inbound(id, func(c *callback.LiveCall) { c.Outbound, c.Agent, c.Dialled = true, agent, "" })
}

// A customer is here from the first of several calls to the end of the last, in
// whatever notation the trunk delivers the number, and on whatever PBX.
func TestWhoIsOnThePhone(t *testing.T) {
	account := exampleAccount()
	p := callback.NewPresence(callback.NewRules(callback.NewRulebook(account)))
	var heard []string
	p.Observe(func(number string, here bool) { heard = append(heard, fmt.Sprint(number, " ", here)) })
	national := func(c *callback.LiveCall) { c.PBX, c.Number = "pbx2", "070-123 45 67" }

	p.Began(inbound("1"))
	p.Began(inbound("1"))
	p.Began(inbound("2", national))
	require.Equal(t, []string{"+46701234567 true"}, heard)
	c, on := p.With(alicesCustomer)
	require.True(t, on)
	require.Equal(t, "1", c.ID)

	p.Over("pbx1", "1")
	p.Over("pbx1", "1")
	p.Over("pbx1", "2") // another PBX's id
	c, on = p.With(alicesCustomer)
	require.True(t, on)
	require.Equal(t, "2", c.ID)
	require.Len(t, heard, 1)

	p.Over("pbx2", "2")
	_, on = p.With(alicesCustomer)
	require.False(t, on)
	require.Equal(t, []string{"+46701234567 true", "+46701234567 false"}, heard)
}

// Whose number nobody can read, and who calls on a trunk of no account, is nobody
// here.
func TestWhoIsNobodyOnThePhone(t *testing.T) {
	p := callback.NewPresence(callback.NewRules(callback.NewRulebook(exampleAccount())))
	p.Observe(func(number string, _ bool) { t.Errorf("heard of %q", number) })
	for i, c := range []callback.LiveCall{
		inbound("1", func(c *callback.LiveCall) { c.Number = "" }),
		inbound("2", func(c *callback.LiveCall) { c.Number = "anonymous" }),
		inbound("3", func(c *callback.LiveCall) { c.Trunk = "PJSIP/elsewhere" }),
		inbound("4", func(c *callback.LiveCall) { c.Number = "alice" }),
	} {
		p.Began(c)
		_, on := p.With(alicesCustomer)
		require.False(t, on, i)
		p.Over(c.PBX, c.ID)
	}
	var nobody *callback.Presence
	_, on := nobody.With(alicesCustomer)
	require.False(t, on)
}

// After a gap a PBX says who is there and who stays: who still is wasn't away in between,
// and what other PBXs have said stays.
func TestWhoIsOnThePhoneAfterAGap(t *testing.T) {
	p := callback.NewPresence(callback.NewRules(callback.NewRulebook(exampleAccount())))
	number := func(n string) func(*callback.LiveCall) {
		return func(c *callback.LiveCall) { c.Number = n }
	}
	p.Began(inbound("stays"))
	p.Began(inbound("ended", number("+46701234568")))
	p.Began(inbound("elsewhere", number("+46701234569"), func(c *callback.LiveCall) { c.PBX = "pbx2" }))
	heard := map[string]bool{}
	p.Observe(func(number string, here bool) { heard[number] = here })
	p.Began(inbound("stays"))
	p.Began(inbound("new", number("+46701234560")))
	p.Keep("pbx1", []string{"stays", "new"})
	require.Equal(t, map[string]bool{"+46701234568": false, "+46701234560": true}, heard)
	for number, want := range map[string]bool{alicesCustomer: true, "+46701234568": false, "+46701234569": true, "+46701234560": true} {
		_, on := p.With(number)
		require.Equal(t, want, on, number)
	}
}

// Whatever comes and goes at once, nobody stays who has gone.
func TestPresenceFromManySides(t *testing.T) {
	p := callback.NewPresence(callback.NewRules(callback.NewRulebook(exampleAccount())))
	p.Observe(func(number string, _ bool) { p.With(number) }) // who hears of one may look
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range 50 {
				id := fmt.Sprint(i, ".", n)
				p.Began(inbound(id))
				if n%10 == 0 {
					p.Keep("pbx2", nil)
				}
				p.Over("pbx1", id)
			}
		})
	}
	group.Wait()
	_, on := p.With(alicesCustomer)
	require.False(t, on)
}

// While a customer is on the phone with us nobody calls back; the task says so, and is
// dialled in the moment in which the call is over.
func TestNobodyCallsWhoIsOnThePhone(t *testing.T) {
	account := exampleAccount()
	account.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
	for name, row := range map[string]struct {
		call callback.LiveCall
		says string
	}{
		"has called":            {inbound("1"), "the customer has called and is on the phone since 00:02 in UTC"},
		"called by an agent":    {outbound("1", "PJSIP/alice"), "alice is on the phone with the customer since 00:02 in UTC"},
		"called by a phone":     {outbound("1", "PJSIP/fax"), "PJSIP/fax is on the phone with the customer since 00:02 in UTC"},
		"called by who knows":   {outbound("1", ""), "an agent is on the phone with the customer since 00:02 in UTC"},
		"on another PBX's line": {inbound("1", func(c *callback.LiveCall) { c.PBX = "pbx2" }), "the customer has called and is on the phone since 00:02 in UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, account, func(w *workbench) {
				w.after(2*time.Minute + 10*time.Second)
				row.call.Since = time.Now()
				w.presence.Began(row.call)
				w.seed("sweden", alicesCustomer)
				w.scheduler.Wake()
				w.after(time.Minute)
				task, _ := w.read(1)
				assert.Equal(t, row.says, task.WaitingFor)
				assert.Zero(t, w.pbxs["pbx1"].rung.Load())

				w.presence.Over(row.call.PBX, row.call.ID)
				synctest.Wait()
				assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load(), "in the same moment")
			})
		})
	}
}

// An attempt whose customer isn't called yet gives way to the customer's own call,
// doesn't count, and comes again as soon as that is over.
func TestAnAttemptGivesWayToItsCustomersCall(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.seed("sweden", alicesCustomer, "+46701234568")
		w.scheduler.Wake()
		w.after(10 * time.Second)
		require.EqualValues(t, 2, w.pbxs["pbx1"].under.Load())

		w.presence.Began(inbound("1"))
		synctest.Wait()
		assert.EqualValues(t, 1, w.pbxs["pbx1"].under.Load(), "the other's agent rings on")
		task, attempts := w.read(1)
		assert.Equal(t, callback.TaskScheduled, task.State)
		assert.Zero(t, task.Attempts)
		assert.Equal(t, "the customer has called and is on the phone since 00:00 in UTC", task.WaitingFor)
		require.Len(t, attempts, 2)
		assert.Equal(t, callback.ResultSuperseded, attempts[0].Result)
		assert.Contains(t, attempts[0].Reason, "the customer has called")

		w.after(3 * time.Minute)
		w.presence.Over("pbx1", "1")
		synctest.Wait()
		assert.EqualValues(t, 2, w.pbxs["pbx1"].under.Load())
	})
}

// A call can begin at any moment of an attempt. Between its claim and its start nobody
// would tell it; and right before the customer's leg is sent the transaction that
// sends it looks.
func TestACallThatBeginsAtTheLastMoment(t *testing.T) {
	t.Run("while it is claimed", func(t *testing.T) {
		atWorkbench(t, exampleAccount(), func(w *workbench) {
			synctest.Wait()
			w.store.between = func() { w.presence.Began(inbound("1")) }
			w.seed("sweden", alicesCustomer)
			w.after(time.Minute)
			task, attempts := w.read(1)
			assert.Equal(t, callback.TaskScheduled, task.State)
			assert.NotEmpty(t, task.WaitingFor)
			assert.Len(t, attempts, 1)
			assert.Zero(t, w.pbxs["pbx1"].rung.Load())
		})
	})
	t.Run("when it is about to start", func(t *testing.T) {
		atWorkbench(t, exampleAccount(), func(w *workbench) {
			w.pbxs["pbx1"].begins = func() { w.presence.Began(inbound("1")) }
			w.seed("sweden", alicesCustomer)
			w.scheduler.Wake()
			w.after(time.Minute)
			task, attempts := w.read(1)
			assert.Equal(t, callback.TaskScheduled, task.State)
			require.Len(t, attempts, 2)
			assert.Equal(t, callback.ResultSuperseded, attempts[0].Result)
			assert.Zero(t, w.pbxs["pbx1"].under.Load())
		})
	})
	t.Run("when the customer is about to be called", func(t *testing.T) {
		atWorkbench(t, exampleAccount(), func(w *workbench) {
			w.pbxs["pbx1"].answer, w.pbxs["pbx1"].deaf = true, true
			w.pbxs["pbx1"].rings = func() { w.presence.Began(inbound("1")) }
			w.seed("sweden", alicesCustomer)
			w.scheduler.Wake()
			w.after(time.Minute)
			task, attempts := w.read(1)
			assert.Equal(t, callback.TaskScheduled, task.State)
			assert.Zero(t, task.Attempts)
			require.Len(t, attempts, 2)
			assert.Equal(t, callback.ResultSuperseded, attempts[0].Result)
			assert.True(t, attempts[0].CustomerSent.IsZero())
			assert.Contains(t, attempts[0].Reason, "on the phone")
		})
	})
}

// Once the customer's leg is sent the attempt goes on to its own end.
func TestACallThatBeginsTooLate(t *testing.T) {
	atWorkbench(t, exampleAccount(), func(w *workbench) {
		w.pbxs["pbx1"].answer = true
		w.pbxs["pbx1"].dials = func() { w.presence.Began(inbound("1")) }
		w.seed("sweden", alicesCustomer)
		w.scheduler.Wake()
		w.after(10 * time.Second)
		task, attempts := w.read(1)
		assert.Equal(t, 1, task.Attempts)
		assert.Equal(t, callback.ResultCustomerNoAnswer, attempts[0].Result)
	})
}
