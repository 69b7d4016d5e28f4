package endtoend

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/app"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

const (
	customer = "+46701234567"
	promptHz = 1000 // the agents' prompt in these tests: a tone
	ringHz   = 425  // ring tone of zone se

	shortQueue = "+4685551111" // not the account's; its queue gives up after two seconds
)

// serveVariable makes this test binary be callbackd.
const serveVariable = "CALLBACKD_ENDTOEND_SERVE"

func TestMain(m *testing.M) {
	if file := os.Getenv(serveVariable); file != "" {
		os.Exit(serve(file))
	}
	if err := flag.Set("test.parallel", "6"); err != nil { // they mostly wait
		panic(err)
	}
	os.Exit(m.Run())
}

func serve(file string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	err := app.Serve(ctx, app.Options{
		ConfigFile: file, Version: "test", Log: os.Stderr, ShowNumbers: true,
		ShortIntervals: true,
		Pace:           callback.Pace{ComeBack: 2 * time.Second, AgentWait: 20 * time.Second},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "callbackd:", err)
		return 1
	}
	return 0
}

// world is a lab with shorthands.
type world struct {
	*lab.Lab
	t      testing.TB
	daemon *exec.Cmd // callbackd, as it was started last
}

// newWorld starts Asterisk and phones: alice serves the queue support. edit
// changes the rules' text.
func newWorld(t *testing.T, edit ...string) *world {
	t.Helper()
	return newWorldOf(t, lab.Config{
		Queues: []private.Queue{{Name: "support", Members: []string{"alice"}, Timeout: 5 * time.Second}},
		// Not answered: the customer hears ringing, as in most queues' first seconds.
		Numbers: []private.Number{
			{Number: lab.MainNumber, Queue: "support"},
			{Number: shortQueue, Queue: "support", Timeout: 2 * time.Second},
		},
		Rules: strings.NewReplacer(edit...).Replace(lab.ExampleRules),
		Sounds: map[string][]byte{
			"callback": prompt(1500 * time.Millisecond),
		},
	})
}

// newWorldOf is newWorld as c says. Tests run side by side: they mostly wait.
func newWorldOf(t *testing.T, c lab.Config) *world {
	t.Helper()
	t.Parallel()
	return worldOf(t, c)
}

// worldOf is newWorldOf for whoever wants the machine alone: a benchmark.
func worldOf(t testing.TB, c lab.Config) *world {
	t.Helper()
	w := &world{t: t}
	c.Dir, c.Progress = t.TempDir(), os.Stderr
	c.Callbackd = func(file string) *exec.Cmd {
		w.daemon = exec.Command(os.Args[0])
		w.daemon.Env = append(os.Environ(), serveVariable+"="+file)
		return w.daemon
	}
	l, err := lab.Start(t.Context(), c)
	require.NoError(t, err)
	w.Lab = l
	t.Cleanup(func() {
		if t.Failed() {
			for _, file := range []string{l.LogFile, l.Asterisk.QueueLog, l.Asterisk.CDR} {
				log, _ := os.ReadFile(file)
				t.Logf("%s:\n%s", file, log)
			}
		}
		require.NoError(t, l.Close())
	})
	return w
}

// in is the world in a test of its own, one of several that share it.
func (w *world) in(t testing.TB) *world {
	own := *w
	own.t = t
	return &own
}

// prompt is a WAV file of the tone that agents hear.
func prompt(d time.Duration) []byte {
	return softphone.EncodeWAV(softphone.Tone(promptHz).Samples(d), 8000)
}

// promptLasts shortens or lengthens the agents' prompt, before callbackd is started.
func (w *world) promptLasts(d time.Duration) *world {
	w.t.Helper()
	w.must(os.WriteFile(filepath.Join(w.Dir, "sounds/callback.wav"), prompt(d), 0o600))
	return w
}

// start starts callbackd and waits until it is ready.
func (w *world) start() *world {
	w.t.Helper()
	require.NoError(w.t, w.StartCallbackd(w.t.Context()))
	return w
}

// loses has a customer call, hear alice's phone ring for nothing, and give up.
func (w *world) loses(number string) {
	w.t.Helper()
	w.losesAt(lab.MainNumber, number, "alice")
}

// aliceRings waits until alice's phone rings.
func (w *world) aliceRings() *softphone.Call {
	w.t.Helper()
	return w.rings("alice")
}

// customerRings waits until the customer's phone rings.
func (w *world) customerRings(number string) *softphone.Call {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	call, err := w.CustomersPhone(ctx, number)
	require.NoError(w.t, err)
	w.must(call.Ring())
	return call
}

// aliceAnswers lets alice answer the callback and hear the prompt.
func (w *world) aliceAnswers() *softphone.Call {
	w.t.Helper()
	return w.answers("alice")
}

// talk lets both hear each other.
func (w *world) talk(agent, customer *softphone.Call) {
	w.t.Helper()
	agent.MustHear(w.t, lab.CustomersVoice)
	customer.MustHear(w.t, w.Voice("alice"))
}

func (w *world) must(err error) {
	w.t.Helper()
	require.NoError(w.t, err)
}

// task waits until the only task is in a state, and gives its story.
func (w *world) task(state callback.TaskState) httpapi.TaskStory {
	w.t.Helper()
	return w.awaitTask("task 1 "+string(state), func(t httpapi.TaskStory) bool { return t.State == state })
}

func (w *world) awaitTask(what string, ok func(httpapi.TaskStory) bool) httpapi.TaskStory {
	w.t.Helper()
	story, err := w.AwaitTask(w.t.Context(), 1, what, ok)
	require.NoError(w.t, err)
	tasks, err := w.Tasks(w.t.Context())
	require.NoError(w.t, err)
	require.Len(w.t, tasks, 1)
	return story
}

// ended waits until n attempts of the task have ended, and lists their results.
func (w *world) ended(n int) []string {
	w.t.Helper()
	story := w.awaitTask(fmt.Sprintf("%d attempts ended", n), func(t httpapi.TaskStory) bool { return len(results(t)) == n })
	return results(story)
}

// results lists how attempts ended: "customer_busy", "agent_no_answer (doesn't count)".
func results(story httpapi.TaskStory) (list []string) {
	for _, a := range story.Attempts {
		switch {
		case a.State != callback.AttemptEnded:
		case a.Counted:
			list = append(list, string(a.Result))
		default:
			list = append(list, string(a.Result)+" (doesn't count)")
		}
	}
	return list
}

// nothingLeft checks that Asterisk holds no channel, no bridge and no snoop of
// callbackd's, but for the probe, which goes when callbackd does, and records nothing.
// Asterisk answers that a bridge is deleted while its channels' threads still hold it,
// and lists it for some milliseconds until they have let go.
func (w *world) nothingLeft() {
	w.t.Helper()
	require.EventuallyWithT(w.t, func(c *assert.CollectT) {
		channels, err := w.ARI.Channels(w.t.Context())
		require.NoError(c, err)
		for _, channel := range channels {
			if !strings.HasPrefix(channel.ID, "callbackd-probe-") {
				assert.NotContains(c, channel.ID, "callbackd-", "channel %s is left over", channel.Name)
			}
			assert.NotContains(c, channel.Name, "Snoop/", "somebody listens on")
		}
		bridges, err := w.ARI.Bridges(w.t.Context())
		require.NoError(c, err)
		for _, bridge := range bridges {
			assert.NotContains(c, bridge.ID, "callbackd-", "a bridge is left over")
		}
		for _, name := range w.recorded(c) {
			assert.False(c, w.isRecording(c, name), "%s is still being recorded", name)
		}
	}, 2*time.Second, 20*time.Millisecond)
}

// recorded lists the files that Asterisk has made, and those that it writes, by their
// names in ARI.
func (w *world) recorded(t require.TestingT) (names []string) {
	folder := os.DirFS(filepath.Join(w.Asterisk.Dir, "spool/recording"))
	require.NoError(t, fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(path, ".wav"); ok && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	return names
}

// isRecording asks Asterisk, which has no list of what it records.
func (w *world) isRecording(t require.TestingT, name string) bool {
	address := w.Asterisk.URL + "/ari/recordings/live/" + url.PathEscape(name)
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	request.SetBasicAuth(w.Asterisk.Username, w.Asterisk.Password)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Contains(t, []int{http.StatusOK, http.StatusNotFound}, response.StatusCode, address)
	return response.StatusCode == http.StatusOK
}
