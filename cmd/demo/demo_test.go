package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/internal/softphone"
)

// TestDemonstration runs the demonstration as `make demo` does, and then plays
// the person who has read its invitation, with a softphone.
func TestDemonstration(t *testing.T) {
	d := startDemo(t, "--keep")
	d.sees(t, "It all happened as it should", time.Minute)
	d.sees(t, "Your turn", 5*time.Second)
	d.sees(t, "Asterisk's log", 5*time.Second) // the last line of the invitation
	server := d.word(t, `server +(\S+)`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	phone, err := softphone.Start(ctx, softphone.Options{
		User: d.word(t, `user +(\S+)`), Password: d.word(t, `password +(\S+)`), Registrar: server,
		Says: softphone.Tone(440),
	})
	require.NoError(t, err)
	defer phone.Close()

	asCustomer := phone.MustDial(t, "sip:100@"+server, softphone.Caller{})
	asCustomer.MustHear(t, private.HoldMusicHz)
	asCustomer.MustHangup(t)

	// The phone is the queue's, too: it may have rung for its own call.
	asAgent := phone.MustRing(t)
	for asAgent.From() == (softphone.Party{Number: yourNumber}) {
		asAgent.MustEnd(t)
		asAgent = phone.MustRing(t)
	}
	assert.Equal(t, softphone.Party{Number: yourNumber, Name: "Callback " + yourNumber}, asAgent.From())
	asAgent.MustAnswer(t)
	_, err = asAgent.HearsAfter(ctx, asAgent.Times().Answered.Add(4*time.Second), ringTone)
	require.NoError(t, err, "after the prompt, which takes longer than 4 s")
	for _, note := range []int{523, 659, 784, 1047} {
		asAgent.MustHear(t, note)
	}
	asAgent.MustHangup(t)
	d.sees(t, "task 2, "+yourNumber+": completed", 10*time.Second)
	require.NoError(t, phone.Close())
	assert.Contains(t, d.page(ctx, t), `<a class="number" href="/tasks/2">`, "the page has it")

	assert.Equal(t, 0, d.interrupt(t))
	assert.Contains(t, d.seen(), "Goodbye")
	assert.Contains(t, d.seen(), "\n  rm -r "+d.dir+"\n", "how to be rid of it")
	assert.Contains(t, d.seen(), "\n\n  $ "+d.word(t, `\$ (\S+) tasks`)+" tasks show", "a blank line before each command")
	for _, place := range regexp.MustCompile(`(?:^|[\s"=])(/\S+\.(wav|yaml|db|log))\b`).FindAllStringSubmatch(d.seen(), -1) {
		assert.FileExists(t, place[1], "what the demonstration names is there")
	}
}

// page is what callbackd's page shows at once to who signs in as the invitation says.
func (d *demonstration) page(ctx context.Context, t *testing.T) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := http.Client{Jar: jar}
	address := d.word(t, `page +(\S+)`)
	form := url.Values{"name": {you}, "password": {d.word(t, `page +\S+\s+name +\S+\s+password +(\S+)`)}, "next": {"/tasks"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/sign-in", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := browser.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	return string(text)
}

func TestInterruptedDemonstrationLeavesNothing(t *testing.T) {
	d := startDemo(t)
	d.sees(t, "alice's phone rings", 30*time.Second)
	assert.Equal(t, 1, d.interrupt(t))
	assert.NotContains(t, d.seen(), "It all happened")
}

func TestFailedDemonstrationSaysWhy(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "callbackd")
	require.NoError(t, os.WriteFile(broken, []byte("#!/bin/sh\necho out of order\nexit 7\n"), 0o700))
	var out strings.Builder
	status := run(t.Context(), []string{"--callbackd", broken, "--dir", filepath.Join(dir, "run")}, &out, &out)
	assert.Equal(t, 1, status)
	assert.Contains(t, out.String(), "exit status 7")
	assert.Contains(t, out.String(), "out of order", "the log is shown")
}

func TestRunWantsAFolderOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "callbackd.db"), []byte("of an earlier run"), 0o600))
	var out strings.Builder
	assert.Equal(t, 2, run(t.Context(), []string{"--callbackd", "/bin/sh", "--dir", dir}, &out, &out))
	assert.Contains(t, out.String(), dir+" isn't empty")
}

func TestMistakesInTheCommandLine(t *testing.T) {
	for _, args := range [][]string{{"--callbackd", "/nowhere/callbackd"}, {"--callbackd", "/bin/sh", "surplus"}, {"--unknown"}} {
		var out strings.Builder
		assert.Equal(t, 2, run(t.Context(), args, &out, &out), args)
		assert.Equal(t, 1, strings.Count(out.String(), "\n"), "one line: %s", out.String())
	}
}

func TestHelpShowsFlagsAsTheyAreWritten(t *testing.T) {
	var out, errs strings.Builder
	assert.Equal(t, 0, run(t.Context(), []string{"--help"}, &out, &errs))
	assert.Empty(t, errs.String())
	assert.Contains(t, out.String(), "\n  --keep\n        leave everything running")
	assert.Contains(t, out.String(), "\n  --dir folder\n        the folder")
}

// A prompt is known by its rhythm: neither silence, nor its half, nor one sound
// throughout passes for it.
func TestPromptIsKnownByItsRhythm(t *testing.T) {
	second := func(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
	line := func(from float64) softphone.Timeline {
		return softphone.Timeline{
			{Kind: softphone.Noise, From: second(from), To: second(from + 1)},
			{Kind: softphone.Silence, From: second(from + 1), To: second(from + 1.6)},
			{Kind: softphone.Noise, From: second(from + 1.6), To: second(from + 3)},
		}
	}
	p := prompt{sound: line(0), length: second(3)}
	assert.InDelta(t, 1, p.likeness(line(5), second(5)), 0.001)
	assert.Less(t, p.likeness(line(5)[:2], second(5)), agreement, "cut short")
	assert.Less(t, p.likeness(nil, second(5)), agreement, "nothing")
	assert.Less(t, p.likeness(softphone.Timeline{{Kind: softphone.Noise, From: 0, To: second(9)}}, second(5)), agreement, "noise")
}

// demonstration is the program as it runs.
type demonstration struct {
	cmd  *exec.Cmd
	dir  string
	done chan struct{} // closed when it has ended

	mu   sync.Mutex
	out  []byte
	more chan struct{} // closed and replaced with each output
}

// startDemo builds both programs and runs the demonstration.
func startDemo(t *testing.T, args ...string) *demonstration {
	t.Helper()
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".", "../callbackd")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))

	d := &demonstration{dir: filepath.Join(t.TempDir(), "run"), done: make(chan struct{}), more: make(chan struct{})}
	args = append([]string{"--callbackd", filepath.Join(bin, "callbackd"), "--dir", d.dir}, args...)
	d.cmd = exec.Command(filepath.Join(bin, "demo"), args...)
	d.cmd.Stdout, d.cmd.Stderr = d, d
	require.NoError(t, d.cmd.Start())
	go func() {
		defer close(d.done)
		_ = d.cmd.Wait() // the status is in ProcessState
	}()
	t.Cleanup(func() {
		_ = d.cmd.Process.Signal(syscall.SIGINT) // it has ended, unless the test has failed
		<-d.done
	})
	return d
}

// Write takes what the program prints.
func (d *demonstration) Write(text []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.out = append(d.out, text...)
	close(d.more)
	d.more = make(chan struct{})
	return len(text), nil
}

func (d *demonstration) seen() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return string(d.out)
}

// sees waits until the text has been printed.
func (d *demonstration) sees(t *testing.T, text string, limit time.Duration) {
	t.Helper()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		d.mu.Lock()
		seen, more := string(d.out), d.more
		d.mu.Unlock()
		if strings.Contains(seen, text) {
			return
		}
		select {
		case <-more:
		case <-d.done:
			require.Contains(t, d.seen(), text, "the demonstration has ended: %v", d.cmd.ProcessState)
			return
		case <-timer.C:
			require.Fail(t, "not printed within "+limit.String(), "%q in\n%s", text, seen)
		}
	}
}

// word finds what a pattern's group stands for.
func (d *demonstration) word(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(d.seen())
	require.NotNil(t, found, "%s in\n%s", pattern, d.seen())
	return found[1]
}

// interrupt presses Ctrl-C and returns the exit status. Nothing that the
// demonstration started is left then.
func (d *demonstration) interrupt(t *testing.T) int {
	t.Helper()
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGINT))
	select {
	case <-d.done:
	case <-time.After(20 * time.Second):
		require.Fail(t, "it doesn't end", d.seen())
	}
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	for _, file := range commands {
		command, _ := os.ReadFile(file) // a process may end meanwhile
		assert.NotContains(t, string(command), d.dir, file)
	}
	return d.cmd.ProcessState.ExitCode()
}
