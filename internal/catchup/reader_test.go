package catchup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/catchup"
	"callbackd/internal/witness"
	"callbackd/internal/witness/logtest"
	"callbackd/storage"
)

const customer = "+46701234567"

// world is a reader of one PBX's logs, in virtual time, with a real database.
type world struct {
	*testing.T
	logs   *logtest.Logs
	store  *storage.DB
	reader *catchup.Reader
	end    func()
	calls  int

	mu      sync.Mutex
	taken   []callback.Finding
	commits int
	full    bool // nothing can be stored
	counts  map[string]int
	log     strings.Builder
}

func inWorld(t *testing.T, scenario func(*world)) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := &world{T: t, logs: logtest.New(t, folder), counts: map[string]int{}}
		store, err := storage.Open(t.Context(), filepath.Join(folder, "callbackd.db"))
		require.NoError(t, err)
		w.store = store
		defer func() { require.NoError(t, store.Close()) }()
		w.start()
		defer func() { w.end() }()
		scenario(w)
	})
}

// start starts a reader, as callbackd does when it starts.
func (w *world) start() {
	account := &callback.Account{
		Name: "acme", Country: "SE", MinTalk: time.Second,
		Regions: map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}}},
	}
	w.reader = catchup.New(catchup.Options{
		Logs: witness.Logs{
			PBX: "pbx1", CDR: w.logs.CDR, QueueLog: w.logs.QueueLog,
			Trunk: func(endpoint string) bool { return endpoint == "PJSIP/pstn" }, Own: func(string) bool { return false },
		},
		Store: w.store, Rules: callback.NewRules(callback.NewRulebook(account)), Take: w.take, Meter: w, Log: zerolog.New(w),
	})
	ctx, stop := context.WithCancel(w.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = w.reader.Run(ctx)
	}()
	w.end = func() {
		stop()
		<-ended
	}
}

var errFull = errors.New("the disk is full")

func (w *world) take(ctx context.Context, pbx string, calls []callback.Finding, position []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.full {
		return errFull
	}
	w.taken = append(w.taken, calls...)
	w.commits++
	return w.store.Update(ctx, func(tx callback.Tx) error { return tx.SetLogPosition(pbx, position) })
}

func (w *world) fill(full bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.full = full
}

// ids lists the calls that were taken, in order.
func (w *world) ids() (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.taken {
		switch f := f.(type) {
		case callback.Verdict:
			list = append(list, f.CallID)
		case callback.Dialled:
			list = append(list, f.ID)
		}
	}
	return list
}

func (w *world) LogTrouble(_, kind string) { w.count(kind) }
func (w *world) Disagreed(_, kind string)  { w.count(kind) }

func (w *world) count(kind string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[kind]++
}

func (w *world) counted(kind string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[kind]
}

// Write takes the reader's log.
func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

func (w *world) alarms(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.log.String(), `"level":"error","alarm":"`+name+`"`)
}

func (w *world) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// call is a call of ten seconds that ends now.
func (w *world) call() logtest.Call {
	w.calls++
	return logtest.Call{ID: logtest.ID(time.Now().Add(-10*time.Second), w.calls), Number: customer, Lasted: 10 * time.Second}
}

// row is a row of such a call, which stands in no log.
func (w *world) row() string {
	elsewhere := logtest.New(w, w.TempDir())
	elsewhere.Unanswered("PJSIP/alice", w.call())
	text, err := os.ReadFile(elsewhere.CDR)
	require.NoError(w, err)
	return string(text)
}

// verdict is what the event stream said of a call that ends now.
func verdict(c logtest.Call, talked time.Duration) callback.Verdict {
	return callback.Verdict{
		PBX: "pbx1", CallID: c.ID, Trunk: "PJSIP/pstn", Caller: c.Number, Dialled: "+4685550000",
		Arrived: time.Now().Add(-c.Lasted), Ended: time.Now(), Talked: talked, Source: callback.SourceEvents,
	}
}

// What can't be stored is neither lost nor taken twice.
func TestACommitThatFails(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		first := w.call()
		w.logs.Abandoned("support", first)
		w.after(10 * time.Second)
		w.fill(true)
		second := w.call()
		w.logs.Abandoned("support", second)
		w.after(time.Minute)
		third := w.call()
		w.logs.Abandoned("support", third)
		w.after(time.Minute)
		require.Equal(t, []string{first.ID}, w.ids())
		require.Zero(t, w.counted("live_unseen"))
		w.fill(false)
		w.after(10 * time.Second)
		require.Equal(t, []string{first.ID, second.ID, third.ID}, w.ids())
		w.end()
		w.start()
		w.after(time.Minute)
		require.Len(t, w.ids(), 3)
	})
}

// Rows of nobody's calls cost a commit now and then, not with each look.
func TestRowsThatSayNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		before := w.commits
		for range 600 {
			w.logs.Append(w.logs.CDR, strings.ReplaceAll(w.row(), "PJSIP/pstn", "PJSIP/carol"))
			w.after(time.Second)
		}
		require.LessOrEqual(t, w.commits-before, 10)
		require.GreaterOrEqual(t, w.commits-before, 9)
	})
}

// Until waits for the calls that ended before, and not for those that go on ending.
func TestUntilDoesNotWaitForWhatCameLater(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(500 * time.Millisecond):
					w.logs.Answered("PJSIP/alice", w.call(), 5*time.Second)
				}
			}
		}()
		w.after(time.Minute)
		began, before := time.Now(), len(w.ids())
		require.NoError(t, w.reader.Until(w.Context(), began))
		require.Less(t, time.Since(began), 6*time.Second)
		require.GreaterOrEqual(t, len(w.ids()), before+3)
	})
}

// A log whose rows contradict each other until the last moment keeps nobody waiting for
// longer than the witness does.
func TestUntilWaitsForACallThatLacksARow(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		silent := *w.logs
		silent.QueueLog += ".nobody-reads-this"
		silent.Connected("support", w.call(), 5*time.Second)
		w.after(time.Millisecond)
		began := time.Now()
		require.NoError(t, w.reader.Until(w.Context(), began))
		require.Greater(t, time.Since(began), 20*time.Second)
		require.Less(t, time.Since(began), 40*time.Second)
	})
}

// What the events told and what the logs say are put side by side.
func TestComparison(t *testing.T) {
	for name, c := range map[string]struct {
		saw     func(logtest.Call) callback.Finding
		talked  time.Duration // as the log has it
		counted string
		taken   bool
	}{
		"both missed":   {func(c logtest.Call) callback.Finding { return verdict(c, 0) }, 0, "", false},
		"both answered": {func(c logtest.Call) callback.Finding { return verdict(c, 5*time.Second) }, 5 * time.Second, "", false},
		"the log says answered": {
			func(c logtest.Call) callback.Finding { return verdict(c, 0) }, 5 * time.Second, "live_missed_log_answered", false},
		"the log says missed": {
			func(c logtest.Call) callback.Finding { return verdict(c, 5*time.Second) }, 0, "live_answered_log_missed", false},
		"a call that went out, transferred": {func(c logtest.Call) callback.Finding {
			return callback.CallBegan{LiveCall: callback.LiveCall{PBX: "pbx1", ID: c.ID, Outbound: true}}
		}, 5 * time.Second, "", false},
		"a part was seen": {func(c logtest.Call) callback.Finding {
			v := verdict(c, 0)
			v.Partial, v.Presentation = true, callback.PresentationWithheld
			return v
		}, 5 * time.Second, "", true},
		"nothing was seen": {func(logtest.Call) callback.Finding { return callback.CallAnswered{} }, 5 * time.Second, "live_unseen", true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.after(10 * time.Second)
				require.NoError(t, w.reader.Until(w.Context(), time.Now()))
				w.after(time.Minute)
				call := w.call()
				finding := c.saw(call)
				w.reader.Saw(finding)
				w.reader.Took(call.ID)
				w.logs.Answered("PJSIP/alice", call, c.talked)
				w.after(10 * time.Second)
				for _, kind := range []string{"live_missed_log_answered", "live_answered_log_missed", "live_unseen"} {
					want := 0
					if kind == c.counted {
						want = 1
					}
					require.Equal(t, want, w.counted(kind), kind)
				}
				if !c.taken {
					require.Empty(t, w.ids())
					return
				}
				require.Equal(t, []string{call.ID}, w.ids())
				taken := w.taken[0].(callback.Verdict)
				require.Equal(t, callback.SourceLogs, taken.Source)
				if v, is := finding.(callback.Verdict); is {
					require.Equal(t, v.Presentation, taken.Presentation, "a withheld number stays withheld")
				}
			})
		})
	}
}

// A call of before the connection, or of a connection that was lost meanwhile, isn't one
// that the events should have told of.
func TestWhatTheEventsCouldNotTell(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		lifetime, lost := context.WithCancel(w.Context())
		require.NoError(t, w.reader.Until(lifetime, time.Now()))
		w.logs.Abandoned("support", w.call()) // it began before
		w.after(10 * time.Second)
		w.logs.Abandoned("support", w.call())
		lost()
		w.after(10 * time.Second)
		require.Len(t, w.ids(), 2)
		require.Zero(t, w.counted("live_unseen"))
	})
}

// A connection that was lost, and is heard of late, says nothing about the one that stands.
func TestAConnectionThatIsHeardOfLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Minute)
		lifetime, lost := context.WithCancelCause(w.Context())
		lost(callback.ErrGap)
		require.NoError(t, w.reader.Until(w.Context(), time.Now()))
		require.ErrorIs(t, w.reader.Until(lifetime, time.Now()), callback.ErrGap)
		w.after(time.Minute)
		w.logs.Abandoned("support", w.call())
		w.after(10 * time.Second)
		require.Equal(t, 1, w.counted("live_unseen"))
	})
}

// Each trouble raises its alarm once, is counted each time, and is over when the logs are
// well again.
func TestTroubles(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		head, _, _ := strings.Cut(w.row(), `,"DOCUMENTATION"`)
		for range 2 {
			w.logs.Append(w.logs.CDR, head+`,"DOCUMENTATION"`+"\n")
			w.after(10 * time.Second)
		}
		require.ErrorContains(t, w.reader.Trouble(), "loguniqueid=yes")
		require.Equal(t, 2, w.counted("without_ids"))
		require.Equal(t, 1, w.alarms("logs_without_ids"))
		require.NoError(t, w.reader.Until(w.Context(), time.Now()), "it is no reason to wait")

		w.logs.Append(w.logs.CDR, "nonsense\n")
		w.logs.Unanswered("PJSIP/alice", w.call())
		w.after(10 * time.Second)
		require.NoError(t, w.reader.Trouble())
		require.Equal(t, 1, w.alarms("logs_broken"))
		require.Len(t, w.ids(), 1)

		require.NoError(t, os.Remove(w.logs.CDR))
		w.logs.Unanswered("PJSIP/alice", w.call())
		w.after(time.Minute)
		require.NoError(t, w.reader.Trouble())
		require.Len(t, w.ids(), 2)

		require.NoError(t, os.Remove(w.logs.CDR))
		require.NoError(t, os.Mkdir(w.logs.CDR, 0o755))
		w.after(time.Minute)
		require.ErrorContains(t, w.reader.Trouble(), "is a folder")
		require.Equal(t, 1, w.alarms("logs_unreadable"))
		require.Greater(t, w.counted("unreadable"), 10)
	})
}

// What can't be stored keeps everybody waiting, until the connection is lost.
func TestUntilEndsWithTheConnection(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(10 * time.Second)
		w.fill(true)
		w.logs.Abandoned("support", w.call())
		w.after(time.Millisecond)
		lifetime, lost := context.WithCancelCause(w.Context())
		time.AfterFunc(time.Hour, func() { lost(callback.ErrGap) })
		require.ErrorIs(t, w.reader.Until(lifetime, time.Now()), callback.ErrGap, "what isn't stored isn't known")
	})
}
