package pbx_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/catchup"
	"callbackd/internal/witness"
	"callbackd/internal/witness/logtest"
)

// meter counts what happened, as "gap" or "live_unseen".
type meter struct {
	mu     sync.Mutex
	counts map[string]int
}

func (m *meter) add(what string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil {
		m.counts = map[string]int{}
	}
	m.counts[what] += n
}

func (m *meter) of(what string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts[what]
}

func (m *meter) Malformed(string)          { m.add("malformed", 1) }
func (m *meter) Gap(string)                { m.add("gap", 1) }
func (m *meter) Forgot(_ string, n int)    { m.add("forgot", n) }
func (m *meter) LeftOver(_ string, n int)  { m.add("left over", n) }
func (m *meter) LogTrouble(_, kind string) { m.add(kind, 1) }
func (m *meter) Disagreed(_, kind string)  { m.add(kind, 1) }

// readerOf reads the world's logs.
func (w *world) readerOf(intake *callback.Intake, log zerolog.Logger) *catchup.Reader {
	intake.With(callback.IntakeOptions{Log: log, Logged: []string{w.pbxName}})
	return catchup.New(catchup.Options{
		Logs: witness.Logs{
			PBX: w.pbxName, CDR: w.logs.CDR, QueueLog: w.logs.QueueLog,
			Trunk: func(endpoint string) bool { return endpoint == "PJSIP/pstn" },
			Own:   func(id string) bool { return strings.HasPrefix(id, "callbackd-") },

			Application: "callbackd",
		},
		Store: w.store, Rules: w.rules, Take: intake.CatchUp, Meter: &w.meter, Log: log,
	})
}

// withLogs runs a scenario beside an Asterisk whose logs are read.
func withLogs(t *testing.T, scenario func(*world)) {
	folder := t.TempDir()
	inWorldOf(t, func(w *world) { w.logs = logtest.New(t, folder) }, scenario)
}

// call is a customer's call that has just ended, as the logs know it.
func (w *world) call(number string, lasted time.Duration) logtest.Call {
	w.calls++
	return logtest.Call{ID: logtest.ID(time.Now().Add(-lasted), 90000+w.calls), Number: number, Lasted: lasted}
}

func (w *world) ready() bool {
	_, err := w.exchange.Ready()
	return err == nil
}

// said counts the lines of callbackd's log that hold text.
func (w *world) said(text string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.log.String(), text)
}
