package torture

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/app"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

var (
	long = flag.Bool("torture", false, "go on for minutes instead of seconds")
	seed = flag.Uint64("seed", 0, "repeat the choices of a run; 0 takes new ones")
)

// serveVariable makes this test binary be callbackd.
const serveVariable = "CALLBACKD_TORTURE_SERVE"

func TestMain(m *testing.M) {
	if file := os.Getenv(serveVariable); file != "" {
		os.Exit(serve(file))
	}
	flag.Parse()
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	if err := flag.Set("test.parallel", "16"); err != nil { // they mostly wait
		panic(err)
	}
	status := m.Run()
	fmt.Printf("seed %d\n%s", *seed, &total)
	os.Exit(status)
}

func serve(file string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	err := app.Serve(ctx, app.Options{
		ConfigFile: file, Version: "test", Log: os.Stderr, ShowNumbers: true,
		ShortIntervals: true,
		Pace:           callback.Pace{ComeBack: 250 * time.Millisecond, AgentWait: 8 * time.Second},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "callbackd:", err)
		return 1
	}
	return 0
}

const promptHz = 1000 // the agents' prompt in these tests: a tone

// world is a lab with a proxy before its Asterisk, and people at its phones.
// Each lane is a number that customers dial, its queue, and the one agent there.
type world struct {
	*lab.Lab
	t      *testing.T
	proxy  *proxy
	lanes  []lane
	figure *figures
	chance *chance

	people sync.WaitGroup
	home   context.Context // ends when everybody goes home

	mu        sync.Mutex
	customers map[string]*customer
	faults    []string        // what must not happen and did
	known     map[string]bool // leftovers that were reported
	deaths    []time.Time     // of Asterisk
}

type lane struct{ number, queue, agent string }

// newWorld starts Asterisk and phones; callbackd isn't started.
func newWorld(t *testing.T, lanes int) *world {
	t.Helper()
	t.Parallel()
	w := &world{t: t, customers: map[string]*customer{}, known: map[string]bool{}, figure: new(figures), chance: newChance(t.Name())}
	c := lab.Config{
		Dir:    t.TempDir(),
		Agents: []string{},
		Sounds: map[string][]byte{
			"callback": softphone.EncodeWAV(softphone.Tone(promptHz).Samples(400*time.Millisecond), 8000),
		},
		Callbackd: func(file string) *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), serveVariable+"="+file)
			return cmd
		},
		Progress: os.Stderr,
	}
	queues := "queues:"
	for i := range lanes {
		l := lane{number: fmt.Sprintf("+46855501%02d", i), queue: fmt.Sprintf("queue%d", i), agent: fmt.Sprintf("agent%d", i)}
		w.lanes = append(w.lanes, l)
		c.Agents = append(c.Agents, l.agent)
		c.Queues = append(c.Queues, private.Queue{Name: l.queue, Members: []string{l.agent}, Timeout: 5 * time.Second})
		c.Numbers = append(c.Numbers, private.Number{
			Number:   l.number,
			Dialplan: []string{"Queue(" + l.queue + ",r)", "Hangup()"}, // who hears ringing is in the queue
		})
		queues += fmt.Sprintf("\n  %s: {}", l.queue)
	}
	c.Rules = strings.NewReplacer(
		"regions:", "callable: {burst: none}\nregions:", // the customers are neighbours who are soon gone
		"queues:\n  support: {}", queues,
		"immediately, 5m, 30m", "immediately"+strings.Repeat(", 1s", 14),
		"wait_for_customer: 30s", "wait_for_customer: 4s",
	).Replace(lab.ExampleRules)
	var err error
	w.Lab, err = lab.Start(t.Context(), c)
	require.NoError(t, err)
	w.proxy = newProxy(t, w.Asterisk.URL)
	home, leave := context.WithCancel(context.Background())
	w.home = home
	t.Cleanup(func() {
		if t.Failed() {
			w.keepLog()
		}
		leave()
		require.NoError(t, w.Close())
		w.people.Wait()
		w.proxy.close()
		total.add(w.figure)
	})
	w.point(w.proxy.URL)
	for _, l := range w.lanes {
		w.people.Go(func() { w.serveQueue(l) })
	}
	return w
}

// point tells callbackd where its Asterisk is, from its next start on.
func (w *world) point(url string) {
	w.t.Helper()
	text, err := os.ReadFile(w.ConfigFile)
	require.NoError(w.t, err)
	text = []byte(strings.NewReplacer(w.Asterisk.URL, url, w.proxy.URL, url).Replace(string(text)))
	require.NoError(w.t, os.WriteFile(w.ConfigFile, text, 0o644))
}

// start starts callbackd and waits until it is ready.
func (w *world) start() {
	w.t.Helper()
	require.NoError(w.t, w.StartCallbackd(w.t.Context()))
}

// killCallbackd ends callbackd as a power cut would.
func (w *world) killCallbackd() {
	w.proxy.blind()
	w.KillCallbackd()
	w.figure.killsOfCallbackd.Add(1)
}

// killAsterisk ends Asterisk as a power cut would, and starts it again after a
// while. The phones notice, as phones do that get no audio, and hang up.
func (w *world) killAsterisk(pause time.Duration) {
	w.t.Helper()
	w.proxy.blind()
	w.Asterisk.Kill()
	w.mu.Lock()
	w.deaths = append(w.deaths, time.Now())
	w.mu.Unlock()
	w.figure.killsOfAsterisk.Add(1)
	phones := []*softphone.Phone{w.Network}
	for _, phone := range w.Agents {
		phones = append(phones, phone)
	}
	for _, phone := range phones {
		for _, call := range phone.Calls() {
			if _, over := call.End(); !over && !call.Outgoing() {
				w.people.Go(func() { _ = call.Hangup() }) // nobody confirms, or the next Asterisk, which knows nothing of it
			}
		}
	}
	w.pause(pause)
	require.NoError(w.t, w.Asterisk.Restart(w.t.Context()))
	for _, phone := range w.Agents {
		require.NoError(w.t, phone.Register(w.t.Context()))
	}
}

// diedIn reports whether Asterisk died between two moments, and with it every
// call, though the phones may go on for a while.
func (w *world) diedIn(from, to time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.deaths, func(at time.Time) bool { return from.Before(at) && at.Before(to) })
}

// violated notes what must not happen.
func (w *world) violated(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// pause lets d pass.
func (w *world) pause(d time.Duration) { pause(w.t.Context(), d) }

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// keepLog shows the end of callbackd's log, and keeps all of it where the tests
// run with -artifacts.
func (w *world) keepLog() {
	log, _ := os.ReadFile(w.LogFile)
	file := filepath.Join(w.t.ArtifactDir(), "callbackd.log")
	if err := os.WriteFile(file, log, 0o600); err != nil {
		w.t.Log(err)
	}
	lines := strings.SplitAfter(string(log), "\n")
	w.t.Logf("the end of %s:\n%s", file, strings.Join(lines[max(0, len(lines)-100):], ""))
}

// chance makes the choices of one test; -seed repeats them.
type chance struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newChance(name string) *chance {
	var own uint64
	for _, b := range []byte(name) {
		own = own*31 + uint64(b)
	}
	return &chance{r: rand.New(rand.NewPCG(*seed, own))}
}

func (c *chance) between(least, most time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return least + time.Duration(c.r.Int64N(int64(most-least)+1))
}

// oneIn is true once in n times.
func (c *chance) oneIn(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.r.IntN(n) == 0
}

func pick[T any](c *chance, list []T) T {
	c.mu.Lock()
	defer c.mu.Unlock()
	return list[c.r.IntN(len(list))]
}
