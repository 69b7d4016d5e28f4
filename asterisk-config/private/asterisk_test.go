package private

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/lockfile"
)

// asParent, set in the environment, makes this test program start an Asterisk
// in the folder that it names, and wait to be killed.
const asParent = "CALLBACKD_TEST_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asParent); dir != "" {
		a, err := Start(context.Background(), Config{Dir: dir})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(a.URL)
		select {}
	}
	os.Exit(m.Run())
}

// soon bounds whatever a test waits for on a real Asterisk.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// startTest starts an Asterisk that ends with the test, at once: an orderly end
// takes a second, and those who are about it stop it themselves.
func startTest(t *testing.T, c Config) *Asterisk {
	t.Helper()
	a, err := Start(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() {
		a.Kill()
		assert.NoError(t, a.Stop(context.Background()))
	})
	return a
}

// get asks ARI with the given password and decodes what it answers.
func get(ctx context.Context, a *Asterisk, password, resource string, into any) (int, error) {
	return do(ctx, http.MethodGet, a, password, resource, into)
}

func do(ctx context.Context, method string, a *Asterisk, password, resource string, into any) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.URL+"/ari/"+resource, nil)
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(a.Username, password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if into == nil {
		return res.StatusCode, nil
	}
	return res.StatusCode, json.NewDecoder(res.Body).Decode(into)
}

// The whole promise: everything that was configured is there, and afterwards
// nothing is.
func TestStart(t *testing.T) {
	ctx := soon(t)
	network, err := net.ListenPacket("udp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer network.Close()

	begin := time.Now()
	a := startTest(t, shop(network.LocalAddr().String()))
	t.Logf("Asterisk %s was ready after %s", a.Version, time.Since(begin))

	t.Run("ARI", func(t *testing.T) {
		status, err := get(ctx, a, a.Password, "asterisk/ping", nil)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, status)
		status, err = get(ctx, a, "wrong", "asterisk/ping", nil)
		require.NoError(t, err)
		assert.Equal(t, http.StatusUnauthorized, status)
	})
	t.Run("endpoints", func(t *testing.T) {
		states := map[string]string{}
		for _, name := range []string{"pstn", "alice", "bob"} {
			var endpoint struct{ State string }
			status, err := get(ctx, a, a.Password, "endpoints/PJSIP/"+name, &endpoint)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, status)
			states[name] = endpoint.State
		}
		assert.Equal(t, map[string]string{"pstn": "online", "alice": "offline", "bob": "offline"}, states,
			"the trunk can be called, the phones have to register")
	})
	t.Run("console", func(t *testing.T) {
		tests := []struct {
			command string
			prints  []string
		}{
			{"dialplan show callbackd-agent", []string{"Set(QUEUE_PRIO=-10)", "Queue(${EXTEN},rC)", "[callbackd.conf:"}},
			{"dialplan show +4685550001@from-pstn", []string{"1. Answer()", "2. Queue(sales,,,,60)"}},
			{"dialplan show menu", []string{"WaitExten(10)"}},
			{"queue show support", []string{"'ringall' strategy", "PJSIP/alice (ringinuse disabled)", "PJSIP/bob"}},
			{"queue show sales", []string{"'rrmemory' strategy", "max 5"}},
			{"moh show files", []string{"lib/moh/hold"}},
			{"http show status", []string{"Bound to 127.0.0.1:"}},
			{"pjsip show transports", []string{a.SIP}},
		}
		for _, tt := range tests {
			out, err := a.CLI(ctx, tt.command)
			require.NoError(t, err)
			for _, part := range tt.prints {
				assert.Contains(t, out, part, tt.command)
			}
		}
	})
	t.Run("a clean log", func(t *testing.T) {
		text, err := os.ReadFile(a.Log)
		require.NoError(t, err)
		assert.NotRegexp(t, `(?m)^.*(WARNING|ERROR)\[.*$`, string(text))
		console, err := os.ReadFile(a.consoleLog())
		require.NoError(t, err)
		assert.Empty(t, string(console))
	})
	t.Run("stop", func(t *testing.T) {
		require.NoError(t, a.Stop(ctx))
		assert.Zero(t, a.PID())
		assertSilent(t, a.URL)
		assert.NoDirExists(t, a.Dir)
		assert.NoError(t, a.Stop(ctx), "a second time changes nothing")
	})
}

// assertSilent waits until nobody listens any more.
func assertSilent(t *testing.T, url string) {
	t.Helper()
	address := strings.TrimPrefix(url, "http://")
	assert.Eventually(t, func() bool {
		conn, err := net.Dial("tcp4", address)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, 5*time.Second, 10*time.Millisecond, "%s still answers", url)
}

// Who dials the number waits in the queue with music, and the call
// leaves its rows in queue_log and the CDR, joined by the unique id, which is
// how calls are found that were missed while callbackd was away.
func TestLogsOfACall(t *testing.T) {
	ctx := soon(t)
	a := startTest(t, Config{
		Agents: []Agent{{Name: "alice", Password: "alices-secret"}},
		Queues: []Queue{{Name: "support", Members: []string{"alice"}}},
		Numbers: []Number{
			{Number: "+4685550000", Answer: true, Queue: "support", Timeout: time.Second},
		},
		Dialplan: "[customer]\nexten => s,1,Wait(10)",
	})
	status, err := do(ctx, http.MethodPost, a, a.Password, "channels?endpoint=Local/%2B4685550000@from-pstn/n&context=customer&extension=s", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	assert.Eventually(t, func() bool {
		log, _ := os.ReadFile(a.QueueLog)
		cdr, _ := os.ReadFile(a.CDR)
		return strings.Contains(string(log), "|support|NONE|EXITWITHTIMEOUT|") &&
			strings.Contains(string(cdr), `"+4685550000","from-pstn"`)
	}, 10*time.Second, 20*time.Millisecond, "queue_log and CDR have the call")

	log, err := os.ReadFile(a.QueueLog)
	require.NoError(t, err)
	var uniqueid string
	for line := range strings.Lines(string(log)) {
		if fields := strings.Split(line, "|"); len(fields) > 4 && fields[4] == "ENTERQUEUE" {
			uniqueid = fields[1]
		}
	}
	require.NotEmpty(t, uniqueid)
	cdr, err := os.ReadFile(a.CDR)
	require.NoError(t, err)
	assert.Contains(t, string(cdr), `"`+uniqueid+`"`, "loguniqueid joins the two")

	full, err := os.ReadFile(a.Log)
	require.NoError(t, err)
	assert.Contains(t, string(full), "Started music on hold, class 'default'")
}

// A crash and a restart leave everything where callbackd looks for it.
func TestKillAndRestart(t *testing.T) {
	ctx := soon(t)
	dir := t.TempDir()
	a := startTest(t, Config{Dir: dir, Agents: []Agent{{Name: "alice", Password: "alices-secret"}}})
	recording := filepath.Join(a.Recordings, "kept.wav")
	require.NoError(t, os.WriteFile(recording, nil, 0o644))
	before := a.PID()

	a.Kill()
	assert.Zero(t, a.PID())
	assertSilent(t, a.URL)
	a.Kill() // there is nothing left to kill

	require.NoError(t, a.Restart(ctx))
	status, err := get(ctx, a, a.Password, "endpoints/PJSIP/alice", nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, status, "same address, same password")
	assert.NotEqual(t, before, a.PID())
	assert.FileExists(t, recording)

	killed := a.PID()
	require.NoError(t, a.Restart(ctx), "one that runs is stopped first")
	assert.NotEqual(t, killed, a.PID())

	require.NoError(t, a.Stop(ctx))
	assert.FileExists(t, recording, "a folder that was given stays")
	assert.ErrorContains(t, a.Restart(ctx), "start a new one")
}

// A folder deeper than a socket's address is long still works.
func TestDeepFolder(t *testing.T) {
	ctx := soon(t)
	dir := filepath.Join(t.TempDir(), strings.Repeat("deep-", 20))
	a := startTest(t, Config{Dir: dir})
	out, err := a.CLI(ctx, "core show uptime")
	require.NoError(t, err)
	assert.Contains(t, out, "System uptime")
	run := a.settings.RunDir
	require.NoError(t, a.Stop(ctx))
	assert.NoDirExists(t, run)
}

// Two in one folder would write into each other's logs.
func TestFolderInUse(t *testing.T) {
	ctx := soon(t)
	a := startTest(t, Config{Dir: t.TempDir()})
	_, err := Start(ctx, Config{Dir: a.Dir})
	require.ErrorIs(t, err, lockfile.ErrHeld)
	assert.ErrorContains(t, err, a.Dir)
	status, err := get(ctx, a, a.Password, "asterisk/ping", nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, status, "the first one isn't touched")
}

// An Asterisk that can't start says why, at once, and leaves nothing behind.
func TestStartFails(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	i, err := Install(t.Context(), os.Stderr)
	require.NoError(t, err)
	i.moduleDir = t.TempDir() // no modules: no SIP, no ARI
	c := Config{BootTimeout: time.Second}.withDefaults()
	_, err = start(t.Context(), i, c)
	require.Error(t, err)
	assert.ErrorContains(t, err, "not ready within 1s")
	assert.ErrorContains(t, err, "no SIP on 127.0.0.1:", "what is missing")
	assert.ErrorContains(t, err, "pbx_config.so: cannot open shared object file", "the log says why")
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// Somebody took a port in the moment before Asterisk did: that is told from
// all other failures, and Start tries other ports.
func TestPortTaken(t *testing.T) {
	ctx := soon(t)
	take := map[string]func(*Asterisk) (io.Closer, error){
		"SIP":  func(a *Asterisk) (io.Closer, error) { return net.ListenPacket("udp4", a.SIP) },
		"HTTP": func(a *Asterisk) (io.Closer, error) { return net.Listen("tcp4", strings.TrimPrefix(a.URL, "http://")) },
	}
	for name, take := range take {
		t.Run(name, func(t *testing.T) {
			a := startTest(t, Config{})
			a.Kill()
			thief, err := take(a)
			require.NoError(t, err)
			defer thief.Close()
			a.Config.BootTimeout = time.Second
			assert.ErrorIs(t, a.Restart(ctx), errPortTaken)
			assert.Zero(t, a.PID())
		})
	}
}

// A test that is killed runs no cleanup; its Asterisk goes with it all the same.
func TestDiesWithItsParent(t *testing.T) {
	ctx := soon(t)
	parent := exec.CommandContext(ctx, os.Args[0])
	parent.Env = append(os.Environ(), asParent+"="+t.TempDir())
	parent.Stderr = os.Stderr
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	url, readErr := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait() // "signal: killed", as meant
	require.NoError(t, readErr)
	require.True(t, strings.HasPrefix(url, "http://127.0.0.1:"))
	assertSilent(t, strings.TrimSpace(url))
}
