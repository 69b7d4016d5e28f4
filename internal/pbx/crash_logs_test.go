package pbx_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/witness/logtest"
)

// diary is what Asterisk writes into its logs by itself, whether callbackd lives or
// not: the rows of each customer's call, when it ends. The lines of queue_log come
// then too, with the stamps of when they were due.
type diary struct {
	*logtest.Logs // where Asterisk writes

	readable  string        // where callbackd looks for the CDR
	late      time.Duration // how long after a call its rows come
	rotations int           // of the logs
	hidden    []blindness   // in which the CDR can't be read
	began     time.Time     // when it was first committed how far the logs are read
	ends      []entryEnd    // of the rows of lost calls
}

// entryEnd is where in the CDR the row of a call ends.
type entryEnd struct {
	call   string
	at     time.Time
	offset int64
}

// openDiary gives Asterisk logs, in which a call lies that was lost, and one that was
// helped, before callbackd was ever started. They are nobody's promise.
func (r *crashRun) openDiary() {
	folder := filepath.Join(r.folder, "asterisk")
	require.NoError(r.t, os.Mkdir(folder, 0o755))
	r.diary = &diary{Logs: logtest.New(r.t, folder)}
	r.diary.readable = r.diary.CDR
	r.logs = logtest.New(r.t, folder)
	if r.scenario.prepare != nil {
		r.scenario.prepare(r)
		return
	}
	for _, number := range []string{customer, stranger} {
		r.calls++
		r.diary.Abandoned("support", logtest.Call{ID: logtest.ID(time.Now().Add(-time.Minute), 80000+r.calls), Number: number, Lasted: 20 * time.Second})
	}
}

// nothing: no log was ever written.
func nothing(*crashRun) {}

// logsCall writes what a call leaves that has just ended.
func (r *crashRun) logsCall(in inbound) {
	if r.diary == nil {
		return
	}
	r.wait(r.diary.late)
	r.mu.Lock()
	defer r.mu.Unlock()
	call := logtest.Call{ID: in.id, Number: in.number, Lasted: in.ended.Sub(in.began)}
	if in.direct {
		r.diary.Answered("PJSIP/bob", call, in.talked)
		return
	}
	if in.helped() {
		r.diary.Connected("support", call, in.talked)
		return
	}
	r.diary.Abandoned("support", call)
	file, err := os.Stat(r.diary.CDR)
	require.NoError(r.t, err)
	r.diary.ends = append(r.diary.ends, entryEnd{in.id, in.ended, file.Size()})
}

// hides: the CDR can't be read for a while. Asterisk writes on.
func (r *crashRun) hides(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	aside := r.diary.readable + ".aside"
	assert.NoError(r.t, os.Rename(r.diary.readable, aside))
	assert.NoError(r.t, os.Mkdir(r.diary.readable, 0o755))
	r.diary.CDR = aside
	r.diary.hidden = append(r.diary.hidden, blindness{from: time.Now(), until: time.Now().Add(d)})
	r.pending++
	r.acting.Go(func() {
		r.wait(d)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.pending--
		assert.NoError(r.t, os.Remove(r.diary.readable))
		assert.NoError(r.t, os.Rename(aside, r.diary.readable))
		r.diary.CDR = r.diary.readable
	})
}

// rotates: logrotate renames the logs.
func (r *crashRun) rotates() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.diary.rotations++
	for _, log := range []string{r.diary.CDR, r.diary.QueueLog} {
		if _, err := os.Stat(log + ".1"); err == nil {
			assert.NoError(r.t, os.Rename(log+".1", log+".2"))
		}
		assert.NoError(r.t, os.Rename(log, log+".1"))
	}
}

// positioned: it was committed how far the logs are read. Every lost call before that
// must be in the database by now.
func (r *crashRun) positioned() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.diary.began.IsZero() {
		r.diary.began = time.Now()
	}
	if r.diary.rotations > 0 {
		return
	}
	var read struct {
		CDR struct{ Next struct{ Offset int64 } }
	}
	assert.NoError(r.t, r.store.View(context.Background(), func(tx callback.ReadTx) error {
		stored, err := tx.LogPosition(r.pbxName)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(stored, &read); err != nil {
			return err
		}
		for _, end := range r.diary.ends {
			if end.offset > read.CDR.Next.Offset || r.diary.before(end.at) {
				continue
			}
			if _, err := tx.SeenCall(r.pbxName, end.call); err != nil {
				r.violated("position ahead", "at %s the logs are read beyond call %s, which isn't stored: %v", time.Now().Format(time.TimeOnly), end.call, err)
			}
		}
		return nil
	}))
}

// before reports whether a call ended before callbackd had begun to read the logs, so
// that it is nobody's promise.
func (d *diary) before(ended time.Time) bool { return d.began.IsZero() || ended.Before(d.began) }

// unread reports whether the logs could be read again only a moment ago.
func (d *diary) unread() bool {
	return d != nil && slices.ContainsFunc(d.hidden, func(h blindness) bool { return time.Since(h.until) < quiet })
}

// callOf is the id of the call of a missed call: ids that come back have a moment
// behind them.
func callOf(m callback.MissedCall) string {
	id, _, _ := strings.Cut(m.CallID, "@")
	return id
}
