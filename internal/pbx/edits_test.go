package pbx_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// The rule was disabled, and the number became the account's own, while
// callbackd was stopped.
func TestWhatForbidsIsReadAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		w.end()
		a := exampleAccount()
		a.Rules[0].Enabled = false
		a.Numbers = append(a.Numbers, customer) // and the number is the account's own now
		w.rules = callback.NewRules(callback.NewRulebook(a))
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.start()
		w.after(10 * time.Minute)
		require.Zero(t, w.rung())
	})
}

// An attempt was under way on a PBX that isn't in the configuration any more.
func TestAPBXThatIsRenamed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.loses(customer)
		w.after(agentRings)
		w.end()
		a := exampleAccount()
		r := a.Regions["sweden"]
		r.PBX = "main"
		a.Regions["sweden"] = r
		w.rules = callback.NewRules(callback.NewRulebook(a))
		w.pbxName = "main"
		w.start()
		w.after(3 * time.Hour)
		require.NotEqual(t, callback.TaskDialing, w.task().State)
	})
}

// The way out stays the one that the first attempt took.
func TestATrunkThatIsRenamed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.Phone(customers, once(aritest.NeverAnswers, aritest.Answers(time.Second, 5*time.Second)))
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		w.end()
		a := exampleAccount()
		r := a.Regions["sweden"]
		r.Trunks = []string{"PJSIP/carrier"}
		a.Regions["sweden"] = r
		w.rules = callback.NewRules(callback.NewRulebook(a))
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.start()
		w.after(3 * time.Hour)
		require.Equal(t, callback.TaskCompleted, w.task().State)
	})
}

// One task's trouble isn't another's.
func TestOneBadRow(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "0")
		w.after(time.Second)
		w.loses(customer)
		db, err := sql.Open("sqlite3", w.file)
		require.NoError(t, err)
		_, err = db.Exec(`UPDATE attempts SET settings = json_set(settings, '$.dialing_intervals', 'x')`)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		w.asterisk.SetFunction("QUEUE_MEMBER(support,ready)", "1")
		w.after(time.Second)
		w.loses("+46701111111")
		w.after(time.Hour)
		require.Equal(t, callback.TaskCompleted, w.tasks()[0].State)
	})
}

// Several accounts share the trunk and none owns the number: an answered call is
// answered all the same.
func TestAnAnsweredCallOfNoAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		other := exampleAccount()
		other.Name, other.Numbers = "other", []string{"+4685551111"}
		mine := exampleAccount()
		mine.Numbers = []string{"+4685552222"}
		rules := callback.NewRules(callback.NewRulebook(mine, other))
		in := callback.NewIntake(w.store, rules, func(callback.MissedCall) {})
		require.NoError(t, in.Take(context.Background(), callback.Verdict{
			PBX: "pbx1", CallID: "1.1", Trunk: "PJSIP/pstn", Caller: customer, Dialled: "+4685550000",
			Arrived: time.Now(), Ended: time.Now().Add(time.Minute), Talked: 50 * time.Second, Loss: callback.Loss{Queue: "support"},
		}))
		require.Empty(t, w.missed())
	})
}
