package callback_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func fromLogs(v *callback.Verdict) { v.Source = callback.SourceLogs }

func (w *workbench) position() (position []byte) {
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) (err error) {
		if position, err = tx.LogPosition("pbx1"); errors.Is(err, callback.ErrNotFound) {
			return nil
		}
		return err
	}))
	return position
}

// What the logs tell is taken in in its order, with the position, in one transaction:
// a customer who was lost and then helped while callbackd was away isn't called, and
// who hears of it hears of what is committed.
func TestCatchUp(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		var heard []callback.Decision
		intake := callback.NewIntake(w.store, w.rules, func(m callback.MissedCall) {
			assert.Len(t, w.missed(), 3, "committed before anybody hears of it")
			heard = append(heard, m.Decision)
		})
		other := func(v *callback.Verdict) { v.Caller = "+46701234568" }
		lost, helped := call("1", fromLogs), call("2", fromLogs, answered)
		synctest.Wait()
		w.store.reset()
		require.NoError(t, intake.CatchUp(context.Background(), "pbx1", []callback.Finding{
			lost, helped, call("3", fromLogs, other), call("4", fromLogs, other),
		}, []byte(`{"at":7}`)))
		assert.EqualValues(t, 1, w.store.updates.Load())
		assert.JSONEq(t, `{"at":7}`, string(w.position()))
		assert.Equal(t, []callback.Decision{callback.DecisionTaskCreated, callback.DecisionTaskCreated, callback.DecisionMerged}, heard)
		task, _ := w.read(1)
		assert.Equal(t, callback.CancelCustomerCalled, task.Reason)
		for _, m := range w.missed() {
			assert.Equal(t, callback.SourceLogs, m.Source)
		}

		// Read once more, as after a crash: nothing changes.
		require.NoError(t, intake.CatchUp(context.Background(), "pbx1", []callback.Finding{lost, helped}, []byte(`{"at":8}`)))
		assert.Len(t, w.missed(), 3)
		assert.Len(t, heard, 3)
		assert.JSONEq(t, `{"at":8}`, string(w.position()))
	})
}

// The first reading has no calls, and its position is committed all the same.
func TestCatchUpThatBegins(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", nil, []byte(`{}`)))
		assert.JSONEq(t, `{}`, string(w.position()))
	})
}

// A call that the database refuses is left out whole, and said; those before and
// behind it are taken in.
func TestCatchUpWithACallThatIsRefused(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		var log bytes.Buffer
		intake := callback.NewIntake(w.store, w.rules, func(callback.MissedCall) {}).
			With(callback.IntakeOptions{Log: zerolog.New(&log)})
		number := func(n string) func(*callback.Verdict) { return func(v *callback.Verdict) { v.Caller = n } }
		require.NoError(t, intake.CatchUp(context.Background(), "pbx1", []callback.Finding{
			call("1", fromLogs, number("+46701234561")),
			call("", fromLogs, number("+46701234562")),
			call("3", fromLogs, number("+46701234563")),
		}, []byte(`{"at":3}`)))
		assert.Len(t, w.missed(), 2)
		assert.Equal(t, 2, w.count(callback.TaskScheduled), "no task of a call that isn't there")
		assert.JSONEq(t, `{"at":3}`, string(w.position()))
		assert.Contains(t, log.String(), `"alarm":"call_refused"`)
		assert.NotContains(t, log.String(), "46701234562")
	})
}

// refusesAtCommit is a database that refuses one call, and says so only at the commit.
type refusesAtCommit struct {
	callback.Store
	call string
}

func (r refusesAtCommit) Update(ctx context.Context, fn func(callback.Tx) error) error {
	return r.Store.Update(ctx, func(tx callback.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if _, err := tx.SeenCall("pbx1", r.call); errors.Is(err, callback.ErrNotFound) {
			return nil
		}
		return callback.ErrRefused
	})
}

// One of which it says so only at the commit keeps nobody from being taken in either.
func TestCatchUpWithACallThatIsRefusedAtTheCommit(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		var log bytes.Buffer
		var heard []string
		intake := callback.NewIntake(refusesAtCommit{w.store, "2"}, w.rules, func(m callback.MissedCall) { heard = append(heard, m.CallID) }).
			With(callback.IntakeOptions{Log: zerolog.New(&log)})
		require.NoError(t, intake.CatchUp(context.Background(), "pbx1", []callback.Finding{
			call("1", fromLogs), call("2", fromLogs), call("3", fromLogs),
		}, []byte(`{"at":3}`)))
		assert.Equal(t, []string{"1", "3"}, heard)
		assert.Len(t, w.missed(), 2)
		assert.JSONEq(t, `{"at":3}`, string(w.position()))
		assert.Equal(t, 1, bytes.Count(log.Bytes(), []byte(`"alarm":"call_refused"`)))
	})
}

// If the position can't be stored nothing is: the calls are read again.
func TestCatchUpThatFails(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		heard := 0
		intake := callback.NewIntake(w.store, w.rules, func(callback.MissedCall) { heard++ })
		require.Error(t, intake.CatchUp(context.Background(), "pbx1", []callback.Finding{call("1", fromLogs)}, []byte("no JSON")))
		assert.Empty(t, w.missed())
		assert.Zero(t, heard)
	})
}

// dialled is a call by hand of which a log tells: alice began it some time ago, and the
// customer answered ten seconds later.
func dialled(ago time.Duration) callback.Dialled {
	c := outbound("9", "PJSIP/alice")
	c.Since = time.Now().Add(-ago)
	return callback.Dialled{LiveCall: c, Answered: c.Since.Add(10 * time.Second), Ended: c.Since.Add(30 * time.Second)}
}

// What agents called by hand while callbackd was away makes those callbacks unnecessary
// that were lost before: before it was dialled, or answered, as the account says.
func TestCallsByHandFromLogs(t *testing.T) {
	unanswered := func(ago time.Duration) callback.Dialled {
		d := dialled(ago)
		d.Answered = time.Time{}
		return d
	}
	for name, row := range map[string]struct {
		when  callback.AgentCalled
		call  func(ago time.Duration) callback.Dialled
		ago   time.Duration // the customer's newest loss is two minutes old
		helps bool
	}{
		"dialled since":                          {"", dialled, time.Minute, true},
		"dialled in that moment":                 {"", dialled, 2 * time.Minute, true},
		"dialled before":                         {"", dialled, 2*time.Minute + time.Second, false},
		"dialled since, and not answered":        {callback.WhenDialled, unanswered, time.Minute, true},
		"an answer is asked for":                 {callback.WhenAnswered, dialled, time.Minute, true},
		"an answer in that moment":               {callback.WhenAnswered, dialled, 2*time.Minute + 10*time.Second, true},
		"an answer before":                       {callback.WhenAnswered, dialled, 2*time.Minute + 11*time.Second, false},
		"an answer is asked for and didn't come": {callback.WhenAnswered, unanswered, time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			account := inAnHour()
			account.AgentCalled = row.when
			atWorkbench(t, account, func(w *workbench) {
				w.take(call("1"))
				w.after(2 * time.Minute)
				require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{row.call(row.ago)}, []byte(`{}`)))
				task, _ := w.read(1)
				assert.Equal(t, row.helps, task.State == callback.TaskCancelled)
				if row.helps {
					assert.Equal(t, callback.CancelAgentCalled, task.Reason)
				}
			})
		})
	}
}

// Lost, called by hand, and lost again: in one transaction with the position, and the
// customer is called for the newest loss alone.
func TestCallsByHandAmongOthers(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		w.after(time.Hour)
		ended := func(ago time.Duration) func(*callback.Verdict) {
			return func(v *callback.Verdict) {
				v.Arrived, v.Ended = v.Arrived.Add(-ago), v.Ended.Add(-ago)
			}
		}
		calls := []callback.Finding{
			call("1", fromLogs, ended(20*time.Minute)), dialled(15 * time.Minute), call("2", fromLogs, ended(10*time.Minute)),
		}
		require.Error(t, w.intake.CatchUp(context.Background(), "pbx1", calls, []byte("no JSON")))
		require.Empty(t, w.missed(), "nothing of it is there")

		synctest.Wait()
		w.store.reset()
		for range 2 { // the second time as after a crash
			require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", calls, []byte(`{"at":7}`)))
			assert.EqualValues(t, 1, w.store.updates.Swap(0))
			assert.JSONEq(t, `{"at":7}`, string(w.position()))
			first, _ := w.read(1)
			assert.Equal(t, callback.CancelAgentCalled, first.Reason)
			second, _ := w.read(2)
			assert.Equal(t, callback.TaskScheduled, second.State)
			assert.Len(t, w.missed(), 2)
		}
	})
}

// A transaction that fails leaves the callback that a call by hand would have ended, and
// the log where it was read up to: both or neither.
func TestACallByHandThatIsNotCommitted(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		w.take(call("1"))
		w.after(2 * time.Minute)
		require.Error(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{dialled(time.Minute)}, []byte("no JSON")))
		task, _ := w.read(1)
		assert.Equal(t, callback.TaskScheduled, task.State)
		assert.Empty(t, w.position())
	})
}

// Who dialled over a trunk that accounts share has called for the account that employs them.
func TestForWhomALogSaysThatAnAgentCalled(t *testing.T) {
	acme, other := inAnHour(), inAnHour()
	acme.Agents = map[string]callback.Agent{"alice": {Name: "alice", Endpoint: "PJSIP/alice"}}
	other.Name, other.Numbers, other.AgentCalled = "other", []string{"+4685551111"}, callback.WhenAnswered
	for agent, others := range map[string]callback.TaskState{
		"PJSIP/alice": callback.TaskScheduled,
		"PJSIP/fax":   callback.TaskCancelled,
	} {
		t.Run(agent, func(t *testing.T) {
			atWorkbench(t, acme, func(w *workbench) {
				w.edit(acme, other)
				w.take(call("1"), call("2", func(v *callback.Verdict) { v.Dialled = "+4685551111" }))
				w.after(2 * time.Minute)
				d := dialled(time.Minute)
				d.Agent = agent
				require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{d}, []byte(`{}`)))
				task, _ := w.read(1)
				assert.Equal(t, callback.TaskCancelled, task.State)
				task, _ = w.read(2)
				assert.Equal(t, others, task.State)
			})
		})
	}
}

// A log that tells late of an agent's call doesn't hide that the customer has been helped
// since, when a loss in between is read behind it.
func TestALogDoesNotHideALaterHelp(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		w.after(time.Hour)
		w.take(call("1", answered))
		require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{dialled(10 * time.Minute)}, []byte(`{}`)))
		require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{call("2", fromLogs, func(v *callback.Verdict) {
			v.Arrived, v.Ended = v.Arrived.Add(-5*time.Minute), v.Ended.Add(-5*time.Minute)
		})}, []byte(`{}`)))
		task, _ := w.read(1)
		assert.Equal(t, callback.CancelCustomerCalled, task.Reason)
	})
}

// Of a call that was seen in part the log may know better. Where one is read, the
// customer isn't called in the next ten seconds, whatever is due already.
func TestACallThatWasSeenInPart(t *testing.T) {
	partial := func(v *callback.Verdict) { v.Partial = true }
	for name, row := range map[string]struct {
		logged []string
		call   func(*callback.Verdict)
		rings  time.Duration
	}{
		"with a log":         {[]string{"pbx1"}, partial, 10 * time.Second},
		"another PBX's log":  {[]string{"pbx2"}, partial, 0},
		"a call seen whole":  {[]string{"pbx1"}, func(*callback.Verdict) {}, 0},
		"without any log":    {nil, partial, 0},
		"a later loss of it": {[]string{"pbx1"}, func(v *callback.Verdict) { partial(v); v.Ended = v.Ended.Add(-4 * time.Second) }, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, exampleAccount(), func(w *workbench) {
				w.intake.With(callback.IntakeOptions{Logged: row.logged})
				w.take(call("1", row.call))
				w.after(row.rings - time.Millisecond)
				assert.Equal(t, row.rings == 0, w.pbxs["pbx1"].rung.Load() == 1)
				w.after(2 * time.Millisecond)
				assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
			})
		})
	}
	t.Run("something is due already", func(t *testing.T) {
		atWorkbench(t, exampleAccount(), func(w *workbench) {
			w.intake.With(callback.IntakeOptions{Logged: []string{"pbx1"}})
			w.pbxs["pbx1"].away = errors.New("away")
			w.take(call("1"))
			w.after(time.Minute)
			w.pbxs["pbx1"].away = nil
			w.take(call("2", partial))
			w.after(5 * time.Second)
			assert.Zero(t, w.pbxs["pbx1"].rung.Load())
			w.after(6 * time.Second)
			assert.EqualValues(t, 1, w.pbxs["pbx1"].rung.Load())
		})
	})
	t.Run("the log knows better", func(t *testing.T) {
		atWorkbench(t, exampleAccount(), func(w *workbench) {
			w.intake.With(callback.IntakeOptions{Logged: []string{"pbx1"}})
			w.take(call("1", partial))
			w.after(3 * time.Second)
			require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{
				call("1", fromLogs, answered, func(v *callback.Verdict) { v.Ended = v.Ended.Add(-4 * time.Second) }),
			}, []byte(`{}`)))
			w.after(time.Minute)
			task, _ := w.read(1)
			assert.Equal(t, callback.CancelCustomerCalled, task.Reason)
			assert.Zero(t, w.pbxs["pbx1"].rung.Load())
		})
	})
}

// Asterisk's unique ids begin with a second of its clock. After that was set back they
// come again, for other calls.
func TestIdsThatComeBack(t *testing.T) {
	number := func(n string) func(*callback.Verdict) { return func(v *callback.Verdict) { v.Caller = n } }
	atWorkbench(t, inAnHour(), func(w *workbench) {
		w.after(10 * time.Hour)
		w.take(call("946720800.7", number("+46701234561")))
		w.after(9 * time.Minute)
		w.take(call("946720800.7", number("+46701234562"))) // too near to be another
		require.Len(t, w.missed(), 1)
		w.after(9 * time.Minute)
		again := call("946720800.7", number("+46701234563"))
		w.take(again, again)
		w.take(call("946720800.7", fromLogs, number("+46701234564")))
		calls := w.missed()
		require.Len(t, calls, 2)
		assert.Equal(t, "946720800.7@2000-01-01T10:17:00Z", calls[1].CallID)
		assert.Equal(t, "+46701234563", calls[1].Number)
		assert.Equal(t, callback.DecisionTaskCreated, calls[1].Decision)
	})
}

// What only a log has seen has the time of Asterisk's clock, wrong as it may be: it
// can't tell one call from another.
func TestIdsOfCallsFromLogs(t *testing.T) {
	atWorkbench(t, inAnHour(), func(w *workbench) {
		w.take(call("1", fromLogs, func(v *callback.Verdict) {
			v.Arrived, v.Ended = v.Arrived.Add(-time.Hour), v.Ended.Add(-time.Hour)
		}))
		w.take(call("1"))
		synctest.Wait()
		assert.Len(t, w.missed(), 1)
	})
}

// A log knows a call by its id; the numbers are those of the events, for a log has what the
// dialplan has made of them.
func TestALogThatKnowsBetter(t *testing.T) {
	for name, change := range map[string]func(*callback.Verdict){
		"what was dialled is lost":   func(v *callback.Verdict) { v.Dialled = "s" },
		"the caller's was rewritten": func(v *callback.Verdict) { v.Caller = "9" + v.Caller[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			acme, other := inAnHour(), inAnHour()
			other.Name, other.Numbers = "other", []string{"+4685551111"}
			atWorkbench(t, acme, func(w *workbench) {
				w.edit(acme, other) // on the same trunk
				w.take(call("1", func(v *callback.Verdict) { v.Partial = true }))
				require.NoError(t, w.intake.CatchUp(context.Background(), "pbx1", []callback.Finding{call("1", fromLogs, answered, change)}, []byte(`{}`)))
				task, _ := w.read(1)
				assert.Equal(t, callback.TaskCancelled, task.State)
			})
		})
	}
}
