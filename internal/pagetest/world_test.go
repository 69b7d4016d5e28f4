package pagetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/app"
	"callbackd/internal/browser"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// Customers whose numbers are apart: neighbours look like one-ring fraud.
const (
	customer = "+46701234567"
	second   = "+46708112233"
	third    = "+46705998877"
	fourth   = "+46721445566"
)

// laterNumber leads to bob's queue, whose customers are called back after five
// minutes: the tasks that tests need while they wait.
const laterNumber = "+4685550001"

const password = "a long enough password"

// rules are an account with everything that a page shows.
const rules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
agents:
  alice: {endpoint: PJSIP/alice}
  bob: {endpoint: PJSIP/bob}
queues: {support: {}, sales: {}}
schedules:
  office: {mon-fri: 08:00-18:00}
defaults: {caller_id: "+4685550000", agent_prompt: callback, schedule: always, recording: {keep: 90d}}
rules:
  - name: lost in sales
    missed_in: contact_center
    from: [queue:sales]
    dialing_intervals: [5m, 30m]
  - name: lost in support
    missed_in: contact_center
    dialing_intervals: [immediately, 5m, 30m]
requests:
  queue: sales
  dialing_intervals: [immediately, 10m]
  form:
    title: We call you
    topics: [{name: My order, queue: sales}, {name: Offer, queue: sales}]
    appointments: advice
    origins: ["http://SITE"]
appointments:
  advice: {queue: sales, slot: 30m, per_slot: 2, schedule: office, ahead: 14d, at_least: 1h}
`

// serveVariable makes this test binary be callbackd.
const serveVariable = "CALLBACKD_PAGETEST_SERVE"

func TestMain(m *testing.M) {
	if file := os.Getenv(serveVariable); file != "" {
		os.Exit(serve(file))
	}
	if err := flag.Set("test.parallel", "3"); err != nil { // a browser each
		panic(err)
	}
	os.Exit(m.Run())
}

func serve(file string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	err := app.Serve(ctx, app.Options{
		ConfigFile: file, Version: "1.0", Log: os.Stderr, ShowNumbers: true,
		Pace: callback.Pace{ComeBack: 2 * time.Second, AgentWait: 20 * time.Second},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "callbackd:", err)
		return 1
	}
	return 0
}

// world is callbackd on an Asterisk, with phones and a browser.
type world struct {
	*lab.Lab
	t       *testing.T
	browser *browser.Browser
	api     *apiclient.Client
	site    *site // that may show the customers' form
}

// newWorld starts everything: alice serves the queue support, bob sales. The user
// eve is an admin.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{t: t, site: newSite(t)}
	l, err := lab.Start(t.Context(), lab.Config{
		Dir: t.TempDir(), Progress: os.Stderr, Rules: strings.Replace(rules, "SITE", w.site.Listener.Addr().String(), 1),
		Agents: []string{"alice", "bob"},
		Queues: []private.Queue{
			{Name: "support", Members: []string{"alice"}, Timeout: 15 * time.Second},
			{Name: "sales", Members: []string{"bob"}, Timeout: 15 * time.Second},
		},
		Numbers: []private.Number{{Number: lab.MainNumber, Queue: "support"}, {Number: laterNumber, Queue: "sales"}},
		Sounds:  map[string][]byte{"callback": softphone.EncodeWAV(softphone.Tone(1000).Samples(time.Second), 8000)},
		Callbackd: func(file string) *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), serveVariable+"="+file)
			return cmd
		},
	})
	require.NoError(t, err)
	w.Lab = l
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(l.LogFile)
			t.Logf("%s:\n%s", l.LogFile, log)
		}
		require.NoError(t, l.Close())
	})
	require.NoError(t, l.StartCallbackd(t.Context()))
	w.api, err = apiclient.Open(l.ConfigFile)
	require.NoError(t, err)
	w.user(httpapi.UserRequest{Name: "eve", Role: httpapi.UserRole(callback.RoleAdmin), AllAccounts: true})
	w.browser = browser.Start(t)
	return w
}

// user makes a user with the password of all.
func (w *world) user(want httpapi.UserRequest) {
	w.t.Helper()
	want.Password = password
	_, err := w.api.AddUser(w.t.Context(), want)
	require.NoError(w.t, err)
}

// signedIn is a window in which a user has signed in and sees a page.
func (w *world) signedIn(name string, l browser.Look, path string) *browser.Page {
	w.t.Helper()
	p := w.browser.Page(w.t, l)
	p.Open(w.URL() + path)
	p.Fill("Name", name)
	p.Fill("Password", password)
	p.Follow("Sign in")
	require.Equal(w.t, path, p.Path(), "one gets where one wanted to")
	return p
}

// loses has a customer dial a number, hear the agent's phone ring for nothing, and
// give up.
func (w *world) loses(dialled, number, agent string) {
	w.t.Helper()
	in, err := w.Network.Dial(w.t.Context(), w.URI(dialled), softphone.Caller{Number: number})
	require.NoError(w.t, err)
	ringing := w.Agents[agent].MustRing(w.t)
	require.NoError(w.t, in.Hangup())
	ringing.MustEnd(w.t)
}

// task waits until a customer's only task is in a state, and gives its story.
func (w *world) task(number string, state callback.TaskState) httpapi.TaskStory {
	w.t.Helper()
	tasks, err := w.AwaitTasks(w.t.Context(), number+" "+string(state), func(tasks []httpapi.Task) bool {
		for _, task := range tasks {
			if task.Number == number {
				return task.State == state
			}
		}
		return false
	})
	require.NoError(w.t, err)
	for _, task := range tasks {
		if task.Number == number {
			story, err := w.Task(w.t.Context(), task.ID)
			require.NoError(w.t, err)
			return story
		}
	}
	return httpapi.TaskStory{}
}
