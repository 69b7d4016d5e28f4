package lab

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/internal/config"
	"callbackd/internal/softphone"
	"callbackd/sounds"
)

// withoutAsterisk is a world in which nothing runs.
func withoutAsterisk(t *testing.T, c Config) *Lab {
	t.Helper()
	c.Dir = t.TempDir()
	l := &Lab{
		config: c.withDefaults(),
		Asterisk: &private.Asterisk{
			URL: "http://127.0.0.1:8088", Username: private.ARIUser, Password: "secret",
			QueueLog: "/var/log/asterisk/queue_log", CDR: "/var/log/asterisk/cdr-csv/Master.csv",
		},
	}
	require.NoError(t, l.makeFolder())
	require.NoError(t, l.writeConfiguration(t.Context()))
	return l
}

func TestCallbackdAcceptsTheConfiguration(t *testing.T) {
	prompt := softphone.EncodeWAV(softphone.Tone(1000).Samples(time.Second), 8000)
	l := withoutAsterisk(t, Config{Sounds: map[string][]byte{"hello": prompt}})
	t.Setenv(passwordVariable, "secret")

	c, err := config.Load(l.ConfigFile)
	require.NoError(t, err)
	assert.Empty(t, c.Warnings)
	assert.Equal(t, l.listen, c.Listen)
	assert.Equal(t, "secret", c.Asterisk["pbx1"].Password)
	assert.NoError(t, sounds.Check(c.Sounds, sounds.Key{Name: "hello"}), "the sound is where callbackd looks for it")

	rules, warnings, err := config.LoadRules(c)
	require.NoError(t, err)
	assert.Len(t, warnings, 1, "customers aren't told that they are recorded")
	assert.Len(t, rules.Accounts(), 1)
}

func TestCustomersAreToldApart(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l := &Lab{}
	require.NoError(t, l.startNetwork(ctx))
	defer func() {
		l.stop()
		l.exchange.Wait()
		require.NoError(t, l.Network.Close())
	}()
	exchange, err := softphone.Start(ctx, softphone.Options{})
	require.NoError(t, err)
	defer exchange.Close()

	const bert, doris = "+46701740606", "+46701740607"
	for _, name := range []string{"first", "second"} {
		for _, number := range []string{bert, doris} {
			call, err := exchange.Dial(ctx, l.Network.URI(number), softphone.Caller{Number: MainNumber, Name: name + " " + number})
			require.NoError(t, err)
			require.Eventually(t, func() bool { return len(l.CallsTo(number)) > 0 && l.arrived(number, name) }, 5*time.Second, time.Millisecond)
			defer call.Hangup()
		}
	}
	for _, number := range []string{doris, bert} {
		for _, name := range []string{"first", "second"} {
			call, err := l.CustomersPhone(ctx, number)
			require.NoError(t, err)
			assert.Equal(t, name+" "+number, call.From().Name)
		}
	}
	over, stop := context.WithCancel(ctx)
	stop()
	_, err = l.CustomersPhone(over, bert)
	assert.ErrorContains(t, err, "no call came to "+bert)
}

// arrived tells whether the newest call to number is of that name.
func (l *Lab) arrived(number, name string) bool {
	l.arrivals.mu.Lock()
	defer l.arrivals.mu.Unlock()
	calls := l.arrivals.waiting[number]
	return len(calls) > 0 && calls[len(calls)-1].From().Name == name+" "+number
}

func TestErrorsShowCallbackdsLog(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	l := withoutAsterisk(t, Config{Callbackd: func(file string) *exec.Cmd {
		return exec.Command("sh", "-c", `echo "cannot read $0: $CALLBACKD_ARI_PASSWORD" >&2; exit 3`, file)
	}})
	err := l.StartCallbackd(ctx)
	require.ErrorContains(t, err, "exit status 3")
	assert.ErrorContains(t, err, "cannot read "+l.ConfigFile+": secret")
}

func TestStopKillsWhoDoesNotEnd(t *testing.T) {
	l := withoutAsterisk(t, Config{Callbackd: func(file string) *exec.Cmd {
		return exec.Command("sh", "-c", `trap "" TERM; echo deaf; exec sleep 60`)
	}})
	require.NoError(t, l.LaunchCallbackd())
	require.ErrorContains(t, l.LaunchCallbackd(), "it runs already")
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(l.LogFile)
		return err == nil && string(text) == "deaf\n"
	}, 5*time.Second, time.Millisecond)
	pid := l.daemon.PID()

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, l.StopCallbackd(ctx), "killed, because it didn't end by itself")
	process, err := os.FindProcess(pid)
	require.NoError(t, err)
	assert.ErrorIs(t, process.Signal(os.Interrupt), os.ErrProcessDone)
	assert.NoError(t, l.StopCallbackd(t.Context()), "nothing is left to stop")
}
