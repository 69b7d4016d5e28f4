package pbx_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/internal/catchup"
	"callbackd/internal/pbx"
	"callbackd/internal/witness/logtest"
	"callbackd/storage"
)

const (
	customer  = "+46701234567"
	agentLeg  = "Local/support@callbackd-agent/n"
	customers = "PJSIP/*@pstn"
	prompt    = "sound:/sounds/callback"
)

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// world is a whole callbackd beside a simulated Asterisk, in virtual time: the
// parts are the real ones, down to HTTP, the websocket and SQLite.
type world struct {
	t        *testing.T
	asterisk *aritest.Server
	file     string
	rules    *callback.Rules
	calls    int           // customers' calls so far
	skew     time.Duration // how far Asterisk's clock is ahead
	speaking time.Duration // how long a text takes to be spoken

	pbxName string // "pbx1"
	// between, if set, stands between callbackd and all that it acts on.
	between func(callback.Store, dialFunc) (callback.Store, dialFunc)
	// logs, if set, are Asterisk's own, and are read.
	logs *logtest.Logs
	// also, if set, starts what else a scenario needs of callbackd.
	also func(context.Context, *callback.Scheduler)
	// changed, if set, hears too that the PBX is ready.
	changed func()

	store    *storage.DB
	exchange *pbx.Exchange
	reader   *catchup.Reader // of logs
	dialer   *callback.Dialer
	presence *callback.Presence
	menu     *callback.Reception
	came     []callback.Offered // of callers in the menu
	meter    meter
	kill     context.CancelFunc
	gone     sync.WaitGroup
	log      strings.Builder
	mu       sync.Mutex
}

// inWorld runs a scenario in a bubble. Agent and customer answer after two
// seconds and talk for half a minute, unless it says otherwise.
func inWorld(t *testing.T, scenario func(*world), change ...func(*callback.Account)) {
	inWorldOf(t, func(*world) {}, scenario, change...)
}

// inWorldOf is inWorld with a world that is prepared before callbackd starts.
func inWorldOf(t *testing.T, prepare, scenario func(*world), change ...func(*callback.Account)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, filepath.Join(dir, "callbackd.db"), change...)
		prepare(w)
		w.asterisk.Phone(agentLeg, queueOf(alice(2*time.Second)))
		w.asterisk.Phone(customers, aritest.Answers(2*time.Second, 30*time.Second))
		defer func() {
			if t.Failed() {
				w.mu.Lock()
				defer w.mu.Unlock()
				t.Log("log of callbackd:\n" + w.log.String())
			}
		}()
		w.start()
		defer w.end()
		scenario(w)
	})
}

// newWorld makes a world inside a bubble, with nobody at the phones yet.
func newWorld(t *testing.T, file string, change ...func(*callback.Account)) *world {
	account := exampleAccount()
	for _, f := range change {
		f(account)
	}
	w := &world{
		t: t, asterisk: aritest.New(t), file: file,
		rules: callback.NewRules(callback.NewRulebook(account)), pbxName: "pbx1",
	}
	for name, value := range map[string]string{
		"DIALPLAN_EXISTS(callbackd-agent,support,1)": "1",
		"QUEUE_EXISTS(support)":                      "1",
		"QUEUE_WAITING_COUNT(support)":               "0",
		"QUEUE_MEMBER(support,ready)":                "1",
	} {
		w.asterisk.SetFunction(name, value)
	}
	w.asterisk.SetSound(prompt, 4*time.Second)
	return w
}

func exampleAccount() *callback.Account {
	return &callback.Account{
		Name: "acme", Mode: callback.ModeLive, Country: "SE", Location: time.UTC, Lines: 15, MinTalk: time.Second,
		Numbers: []string{"+4685550000"},
		Regions: map[string]callback.Region{"sweden": {
			Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}, Dial: "PJSIP/{number}@pstn",
			NumberFormat: callback.FormatPlusE164, Formats: "ulaw", ToneZone: "se",
		}},
		Queues: map[string]callback.Queue{"support": {Name: "support"}},
		Rules: []callback.Rule{{
			Name: "lost", MissedIn: callback.MissedInContactCenter, Enabled: true,
			DialingIntervals: []time.Duration{0, 5 * time.Minute, 30 * time.Minute},
			WaitForCustomer:  30 * time.Second, AgentPrompt: "callback", Schedule: hours.Always(),
			Recording: &callback.RecordingSettings{Keep: 90 * 24 * time.Hour},
		}},
	}
}

// queueOf makes the dialplan of an agent leg: Queue(), which rings its member
// for as long as the leg waits.
func queueOf(member func(*aritest.Call)) func(*aritest.Call) {
	return func(c *aritest.Call) {
		c.Execute("Queue", "support,rC")
		for c.Wait(0) {
			leg := c.Dial("PJSIP/alice")
			member(leg)
			select {
			case <-leg.Done():
			case <-c.Done():
			}
			c.Wait(time.Second) // retry
		}
	}
}

// alice answers after a while and stays on the line.
func alice(after time.Duration) func(*aritest.Call) { return aritest.Answers(after, -1) }

// library has every sound, and speaks texts in a while.
type library struct{ speaking time.Duration }

func (library) Media(_, _ string, s callback.Sound) (string, error) {
	if s.Say != nil {
		return "sound:/sounds/said: " + s.Say.Text, nil
	}
	return "sound:/sounds/" + s.Play, nil
}

func (l library) Speak(ctx context.Context, _ callback.Speech) error {
	select {
	case <-time.After(l.speaking):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Write takes callbackd's log.
func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

// start starts callbackd on the world's database.
func (w *world) start() {
	ctx, kill := context.WithCancel(context.Background())
	w.kill = kill
	db, err := storage.Open(ctx, w.file)
	require.NoError(w.t, err)
	w.store = db
	o := w.asterisk.Options("callbackd")
	var store callback.Store = db
	if w.between != nil {
		store, o.DialContext = w.between(store, o.DialContext)
	}
	log := zerolog.New(w).Level(zerolog.DebugLevel).With().Timestamp().Logger()
	intake := callback.NewIntake(store, w.rules, func(callback.MissedCall) {})
	var scheduler *callback.Scheduler
	w.presence = callback.NewPresence(w.rules)
	w.menu = callback.NewReception(callback.ReceptionOptions{
		Store: store, Rules: w.rules, Desk: callback.NewDesk(store, w.rules), Log: log, Came: w.cameOf,
	})
	options := pbx.Options{
		Name: w.pbxName, URL: o.URL, Username: o.Username, Password: o.Password, Application: o.Application, DialContext: o.DialContext,
		Rules: w.rules, Sounds: library{w.speaking}, Log: log, Presence: w.presence, Meter: &w.meter, Menu: w.menu,
		Take: intake.Take, Freed: func() { scheduler.Wake() }, Changed: func() {
			scheduler.Wake()
			if w.changed != nil {
				w.changed()
			}
		},
	}
	if w.logs != nil {
		w.reader = w.readerOf(intake, log)
		options.Logs = w.reader
	}
	exchange, err := pbx.New(options)
	require.NoError(w.t, err)
	w.exchange = exchange
	dialer := callback.NewDialer(store, w.rules, map[string]callback.Exchange{w.pbxName: exchange}, callback.Pace{}, log)
	w.dialer = dialer
	scheduler = callback.NewScheduler(store, w.rules, dialer, log)
	scheduler.Watch(w.presence)
	db.Observe(dialer.Observe)
	db.Observe(scheduler.Observe)
	if w.also != nil {
		w.also(ctx, scheduler)
	}
	if err := dialer.Abandon(ctx); !errors.Is(err, errCut) { // killed before it could
		require.NoError(w.t, err)
	}
	w.gone.Go(func() { _ = exchange.Run(ctx, dialer) })
	w.gone.Go(func() { _ = scheduler.Run(ctx) })
	if w.logs != nil {
		w.gone.Go(func() { _ = w.reader.Run(ctx) })
	}
}

// end kills callbackd: no goodbye to Asterisk beyond what a closing socket is.
func (w *world) end() {
	w.kill()
	w.gone.Wait()
	synctest.Wait()
	require.NoError(w.t, w.store.Close())
}

func (w *world) restart() {
	w.end()
	w.start()
}

// after lets time pass.
func (w *world) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// loses plays a customer's call that gives up in the queue after ten seconds.
func (w *world) loses(number string) {
	id := w.enters(number)
	w.after(10 * time.Second)
	w.leaves(id)
	synctest.Wait()
}

// enters plays a customer's call into the queue, and gives its id.
func (w *world) enters(number string) (id string) {
	w.calls++
	id = fmt.Sprintf("%d.%d", time.Now().Unix(), 90000+w.calls)
	w.emit("ChannelCreated", id, number, `"Ring"`, "")
	w.emit("ChannelDialplan", id, number, `"Ring"`, `,"dialplan_app":"Queue","dialplan_app_data":"support,,,,60"`)
	return id
}

func (w *world) leaves(id string) {
	w.emit("ChannelHangupRequest", id, "", `"Ring"`, `,"cause":127,"tech_cause":487`)
	w.emit("ChannelDestroyed", id, "", `"Ring"`, `,"cause":127,"cause_txt":"Interworking, unspecified","tech_cause":487`)
}

func (w *world) emit(kind, id, number, state, more string) {
	app := `"Queue","app_data":"support,,,,60"`
	if kind == "ChannelCreated" {
		app = `"","app_data":""`
	}
	require.NoError(w.t, w.asterisk.Emit(fmt.Sprintf(
		`{"type":%q,"timestamp":%q,"channel":{"id":%q,"name":"PJSIP/pstn-%08x","state":%s,"caller":{"name":"","number":%q},"connected":{"name":"","number":""},"dialplan":{"context":"from-pstn","exten":"+4685550000","priority":1,"app_name":%s},"creationtime":%q,"language":"en"}%s}`,
		kind, w.stamp(), id, w.calls, state, number, app, w.stamp(), more)))
}

// task gives the only task.
func (w *world) task() callback.Task {
	tasks := w.tasks()
	require.Len(w.t, tasks, 1)
	return tasks[0]
}

func (w *world) tasks() (tasks []callback.Task) {
	require.NoError(w.t, w.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		tasks, err = tx.Tasks(callback.TaskFilter{})
		return err
	}))
	return tasks
}

func (w *world) missed() (list []callback.MissedCall) {
	require.NoError(w.t, w.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		list, err = tx.MissedCalls(callback.MissedCallFilter{})
		return err
	}))
	return list
}

// attempts lists the attempts of the only task, oldest first.
func (w *world) attempts() (list []callback.Attempt) {
	id := w.task().ID
	require.NoError(w.t, w.store.View(context.Background(), func(tx callback.ReadTx) (err error) {
		list, err = tx.Attempts(id)
		return err
	}))
	return list
}

// results lists how the attempts ended: "customer_busy", "agent_no_answer
// (doesn't count)".
func (w *world) results() (list []string) {
	for _, a := range w.attempts() {
		if a.State != callback.AttemptEnded {
			continue
		}
		result := string(a.Result)
		if !a.Counted {
			result += " (doesn't count)"
		}
		list = append(list, result)
	}
	return list
}

// rung counts how often the customer's phone was made to ring.
func (w *world) rung() int {
	n := 0
	for _, r := range w.asterisk.Requests("POST /channels") {
		if strings.Contains(string(r.Body), `"customer"`) {
			n++
		}
	}
	return n
}

// tidy checks that nothing of callbackd's is left in Asterisk.
func (w *world) tidy() {
	w.t.Helper()
	client, err := ari.New(w.asterisk.Options("observer"))
	require.NoError(w.t, err)
	channels, err := client.Channels(context.Background())
	require.NoError(w.t, err)
	for _, c := range channels {
		if strings.HasPrefix(c.ID, "callbackd-") && !strings.HasPrefix(c.ID, "callbackd-probe-") {
			w.t.Errorf("channel %s (%s) is left over", c.ID, c.Name)
		}
	}
	bridges, err := client.Bridges(context.Background())
	require.NoError(w.t, err)
	for _, b := range bridges {
		if strings.HasPrefix(b.ID, "callbackd-") {
			w.t.Errorf("bridge %s is left over", b.ID)
		}
	}
}
