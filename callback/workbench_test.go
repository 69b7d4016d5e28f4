package callback_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/storage"
)

// workbench is the half of callbackd that dials, on a real database and PBXs on
// which every agent's phone rings and nobody answers.
type workbench struct {
	t     testing.TB
	store *tally
	rules *callback.Rules
	pbxs  map[string]*pbx

	scheduler *callback.Scheduler
	upkeep    *callback.Upkeep
	control   *callback.Control
	intake    *callback.Intake
	presence  *callback.Presence
	errors    *atomic.Int64 // logged
	said      *journal      // the log
}

// tally counts what is asked of a store.
type tally struct {
	*storage.DB
	views, updates atomic.Int64
	looked         atomic.Int64 // tasks that were looked at
	lists          atomic.Int64 // of all open tasks of an account
	largest        atomic.Int64 // tasks that one transaction ended, or laid to rest

	between func()        // if set, happens once, before the next transaction that writes
	rounds  chan struct{} // if set, takes one for each round of the scheduler

	// Whose planned attempt, or open tasks, can't be read.
	brokenTask    atomic.Int64
	brokenAccount atomic.Value // a string
	brokenList    atomic.Bool  // do-not-call lists can't be read either
}

var errBroken = errors.New("settings: unexpected end of JSON input")

type tallyTx struct {
	callback.ReadTx
	*tally
}

type tallyWriteTx struct {
	callback.Tx
	written int64
}

func (s *tally) View(ctx context.Context, fn func(callback.ReadTx) error) error {
	s.views.Add(1)
	return s.DB.View(ctx, func(tx callback.ReadTx) error { return fn(tallyTx{tx, s}) })
}

// CurrentAttempt is read once for each task that is looked at.
func (tx tallyTx) CurrentAttempt(taskID int64) (callback.Attempt, error) {
	tx.looked.Add(1)
	if taskID == tx.brokenTask.Load() {
		return callback.Attempt{}, errBroken
	}
	return tx.ReadTx.CurrentAttempt(taskID)
}

func (tx tallyTx) DueTasks(now time.Time, each int) ([]callback.Task, error) {
	if tx.rounds != nil {
		tx.rounds <- struct{}{}
	}
	return tx.ReadTx.DueTasks(now, each)
}

func (tx tallyTx) DoNotCall(account, number string) (callback.DoNotCall, error) {
	if tx.brokenList.Load() {
		return callback.DoNotCall{}, errBroken
	}
	return tx.ReadTx.DoNotCall(account, number)
}

func (tx tallyTx) OpenTasks(account string) ([]callback.Task, error) {
	tx.lists.Add(1)
	if account == tx.brokenAccount.Load() {
		return nil, errBroken
	}
	return tx.ReadTx.OpenTasks(account)
}

func (s *tally) Update(ctx context.Context, fn func(callback.Tx) error) error {
	s.updates.Add(1)
	if happens := s.between; happens != nil {
		s.between = nil
		happens()
	}
	return s.DB.Update(ctx, func(tx callback.Tx) error {
		counted := &tallyWriteTx{Tx: tx}
		err := fn(counted)
		s.largest.Store(max(s.largest.Load(), counted.written))
		return err
	})
}

func (tx *tallyWriteTx) UpdateTask(t *callback.Task, c callback.Change) error {
	if !t.State.Open() {
		tx.written++
	}
	return tx.Tx.UpdateTask(t, c)
}

func (tx *tallyWriteTx) SetWaiting(taskID int64, reason string, until time.Time) error {
	tx.written++
	return tx.Tx.SetWaiting(taskID, reason, until)
}

func (s *tally) reset() {
	for _, n := range []*atomic.Int64{&s.views, &s.updates, &s.looked, &s.lists, &s.largest} {
		n.Store(0)
	}
}

// weekdays are the hours of an office.
func weekdays() *hours.Schedule {
	office := &hours.Schedule{Name: "office"}
	for day := time.Monday; day <= time.Friday; day++ {
		office.Weekly[day] = []hours.Window{{From: 9 * 60, To: 18 * 60}}
	}
	return office
}

func exampleAccount() *callback.Account {
	region := func(name, pbx string) callback.Region {
		return callback.Region{Name: name, PBX: pbx, Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn", NumberFormat: callback.FormatPlusE164, Formats: "ulaw"}
	}
	return &callback.Account{
		Name: "acme", Mode: callback.ModeLive, Country: "SE", Location: time.UTC, Lines: 15, MinTalk: time.Second,
		Numbers: []string{"+4685550000"},
		Regions: map[string]callback.Region{"sweden": region("sweden", "pbx1"), "north": region("north", "pbx2")},
		Queues:  map[string]callback.Queue{"support": {Name: "support"}},
		Rules: []callback.Rule{{
			Name: "lost", MissedIn: callback.MissedInContactCenter, Enabled: true, Schedule: hours.Always(),
			DialingIntervals: []time.Duration{0, 5 * time.Minute}, WaitForCustomer: 30 * time.Second,
		}},
	}
}

// newWorkbench makes a workbench at which nothing runs yet.
func newWorkbench(ctx context.Context, t testing.TB, file string, account *callback.Account) *workbench {
	db, err := storage.Open(ctx, file)
	require.NoError(t, err)
	w := &workbench{
		t: t, store: &tally{DB: db}, rules: callback.NewRules(callback.NewRulebook(account)),
		pbxs: map[string]*pbx{}, errors: new(atomic.Int64), said: new(journal),
	}
	exchanges := map[string]callback.Exchange{}
	for _, name := range []string{"pbx1", "pbx2"} {
		w.pbxs[name] = &pbx{lifetime: ctx}
		exchanges[name] = w.pbxs[name]
	}
	log := zerolog.New(w.said).Hook(zerolog.HookFunc(func(_ *zerolog.Event, level zerolog.Level, _ string) {
		if level == zerolog.ErrorLevel {
			w.errors.Add(1)
		}
	}))
	dialer := callback.NewDialer(w.store, w.rules, exchanges, callback.Pace{}, log)
	w.scheduler = callback.NewScheduler(w.store, w.rules, dialer, log)
	w.upkeep = callback.NewUpkeep(w.store, w.rules, log)
	w.control = callback.NewControl(w.store, w.rules, dialer, w.scheduler, w.upkeep, log)
	w.intake = callback.NewIntake(w.store, w.rules, func(callback.MissedCall) {})
	w.presence = callback.NewPresence(w.rules)
	w.scheduler.Watch(w.presence)
	for _, observe := range []func([]callback.Change){dialer.Observe, w.scheduler.Observe, w.upkeep.Observe} {
		db.Observe(observe)
	}
	return w
}

// atWorkbench runs a test in a bubble, which begins on Saturday, 1 January 2000,
// at 00:00 UTC.
func atWorkbench(t *testing.T, account *callback.Account, test func(*workbench)) {
	file := filepath.Join(t.TempDir(), "callbackd.db")
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		w := newWorkbench(ctx, t, file, account)
		done := make(chan struct{})
		defer func() {
			end()
			<-done
			synctest.Wait() // attempts leave
			require.NoError(t, w.store.Close())
		}()
		go func() {
			defer close(done)
			scheduling := make(chan struct{})
			go func() { defer close(scheduling); _ = w.scheduler.Run(ctx) }()
			_ = w.upkeep.Run(ctx)
			<-scheduling
		}()
		test(w)
	})
}

// seed stores tasks of customers in one transaction; each goes out in region, and
// is due at once.
func (w *workbench) seed(region string, numbers ...string) { w.seedDue(0, region, numbers...) }

func (w *workbench) seedDue(delay time.Duration, region string, numbers ...string) {
	w.seedEach(numbers, func(_ int, task *callback.Task) {
		task.Region, task.Due = region, task.Due.Add(delay)
	})
}

// seedEach stores tasks as they are changed, each with its planned attempt.
func (w *workbench) seedEach(numbers []string, change func(i int, task *callback.Task)) {
	require.NoError(w.t, w.store.DB.Update(context.Background(), func(tx callback.Tx) error {
		support := callback.Target{Kind: callback.TargetQueue, Name: "support"}
		for i, number := range numbers {
			task := callback.Task{
				Account: "acme", Kind: callback.KindMissed, Number: number, State: callback.TaskScheduled, Target: support, Region: "sweden",
				LostBy: support, Rule: "lost", PBX: "pbx1", Arrived: time.Now().Add(time.Duration(i) * time.Millisecond), Due: time.Now(),
				GiveUp: time.Now().Add(72 * time.Hour),
			}
			change(i, &task)
			if err := tx.InsertTask(&task, callback.Change{Input: "missed", To: string(callback.TaskScheduled)}); err != nil {
				return err
			}
			attempt := callback.Attempt{
				TaskID: task.ID, Account: task.Account, Number: task.Number, Ordinal: 1, Try: 1, State: callback.AttemptScheduled, Due: task.Due,
				Settings: callback.Settings{
					Rule: task.Rule, PBX: "pbx1", Region: task.Region, Target: task.Target,
					DialingIntervals: []time.Duration{0, 5 * time.Minute}, WaitForCustomer: 30 * time.Second,
				},
			}
			if err := tx.InsertAttempt(&attempt, callback.Change{TaskID: task.ID, Input: "schedule", To: string(callback.AttemptScheduled)}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// lose has a customer's call lost by a queue.
func (w *workbench) lose(callID, caller, queue string) {
	require.NoError(w.t, w.intake.Take(context.Background(), callback.Verdict{
		PBX: "pbx1", CallID: callID, Trunk: "PJSIP/pstn", Caller: caller, Dialled: "+4685550000",
		Arrived: time.Now(), Ended: time.Now(), Loss: callback.Loss{Queue: queue},
	}))
}

// edit puts accounts in force, as a reload does.
func (w *workbench) edit(accounts ...*callback.Account) {
	w.rules.Replace(callback.NewRulebook(accounts...))
	assert.NoError(w.t, w.store.Update(context.Background(), func(tx callback.Tx) error { return tx.Rouse("") }))
	w.scheduler.Wake()
	w.upkeep.Wake()
}

// read answers a task and its attempts.
func (w *workbench) read(id int64) (task callback.Task, attempts []callback.Attempt) {
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) (err error) {
		if task, err = tx.Task(id); err != nil {
			return err
		}
		attempts, err = tx.Attempts(id)
		return err
	}))
	return task, attempts
}

// numbers gives the customers from the first to before the last, of a country
// and a kind of number.
func numbers(country string, first, last int) (list []string) {
	for n := first; n < last; n++ {
		list = append(list, fmt.Sprintf("%s%06d", country, n))
	}
	return list
}

const (
	swedish  = "+46701"
	japanese = "+819012"
)

func (w *workbench) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// journal is a log that is read while it is written.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// alarms counts the alarms of a name.
func (w *workbench) alarms(name string) int {
	return strings.Count(w.said.String(), `"alarm":"`+name+`"`)
}

// count counts the tasks in a state.
func (w *workbench) count(state callback.TaskState) int {
	var tasks []callback.Task
	require.NoError(w.t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) (err error) {
		tasks, err = tx.Tasks(callback.TaskFilter{States: []callback.TaskState{state}, Limit: 100_000})
		return err
	}))
	return len(tasks)
}
