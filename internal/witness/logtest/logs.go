package logtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Logs are those of one Asterisk, which don't exist before the first line.
type Logs struct {
	CDR      string // path of Master.csv
	QueueLog string // path

	t        testing.TB
	channels int
}

// New makes logs that will lie in folder.
func New(t testing.TB, folder string) *Logs {
	return &Logs{t: t, CDR: filepath.Join(folder, "Master.csv"), QueueLog: filepath.Join(folder, "queue_log")}
}

// Call is a call on the trunk PJSIP/pstn that is over.
type Call struct {
	ID     string // unique id; it says when the call began, see ID
	Number string // the customer's
	Lasted time.Duration
	Ended  time.Time // zero is now
}

// ID makes the unique id of a channel that began at a moment.
func ID(began time.Time, serial int) string { return fmt.Sprintf("%d.%d", began.Unix(), serial) }

// Abandoned writes what a call leaves that waited in queue until the caller hung up, while
// alice's phone rang.
func (l *Logs) Abandoned(queue string, c Call) {
	began, ended := c.times()
	l.Append(l.QueueLog, l.entered(queue, c, began)+fmt.Sprintf("%d|%s|%s|NONE|ABANDON|1|1|%d\n", ended.Unix(), c.ID, queue, seconds(c.Lasted)))
	l.Append(l.CDR, l.row(c, "PJSIP/alice", "Queue", queue+",,,,60", 0))
}

// Connected writes what a call leaves that alice took from queue and that was then talked
// for so long.
func (l *Logs) Connected(queue string, c Call, talked time.Duration) {
	began, ended := c.times()
	waited := seconds(c.Lasted - talked)
	l.Append(l.QueueLog, l.entered(queue, c, began)+
		fmt.Sprintf("%d|%s|%s|PJSIP/alice|CONNECT|%d|%s|1\n", ended.Add(-talked).Unix(), c.ID, queue, waited, ID(began, 99))+
		fmt.Sprintf("%d|%s|%s|PJSIP/alice|COMPLETECALLER|%d|%d|1\n", ended.Unix(), c.ID, queue, waited, seconds(talked)))
	l.Append(l.CDR, l.row(c, "PJSIP/alice", "Queue", queue+",,,,60", talked))
}

// Answered writes what a call leaves that was put through to endpoint ("PJSIP/alice").
func (l *Logs) Answered(endpoint string, c Call, talked time.Duration) {
	l.Append(l.CDR, l.row(c, endpoint, "Dial", endpoint+",20", talked))
}

// Unanswered writes what a call leaves that rang at endpoint until the caller hung up.
func (l *Logs) Unanswered(endpoint string, c Call) {
	l.Append(l.CDR, l.row(c, endpoint, "Dial", endpoint+",20", 0))
}

// Offered writes what a call leaves that was answered by a menu of application, in which a
// callback from queue was offered, until the caller hung up.
func (l *Logs) Offered(application, queue string, c Call) {
	l.Append(l.CDR, l.row(c, "", "Stasis", application+",offer,"+queue, c.Lasted))
}

// Dialled writes what the call of an agent ("PJSIP/alice") to c.Number leaves, that the
// customer answered if they talked.
func (l *Logs) Dialled(agent string, c Call, talked time.Duration) {
	row := l.row(c, "PJSIP/pstn", "Dial", "PJSIP/"+c.Number+"@pstn,30", talked)
	l.Append(l.CDR, strings.Replace(row, `"PJSIP/pstn-`, `"`+agent+"-", 1))
}

// Append writes text behind what a log holds.
func (l *Logs) Append(path, text string) {
	l.t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	require.NoError(l.t, err)
	_, err = file.WriteString(text)
	require.NoError(l.t, err)
	require.NoError(l.t, file.Close())
	// The file system's clock knows nothing of a bubble's.
	require.NoError(l.t, os.Chtimes(path, time.Now(), time.Now()))
}

func (l *Logs) entered(queue string, c Call, began time.Time) string {
	return fmt.Sprintf("%d|%s|%s|NONE|ENTERQUEUE||%s|1\n", began.Unix(), c.ID, queue, c.Number)
}

// row is a row of a CDR with loguniqueid=yes and unanswered=yes.
func (l *Logs) row(c Call, peer, app, data string, talked time.Duration) string {
	began, ended := c.times()
	l.channels++
	answer, disposition := "", "NO ANSWER"
	if talked > 0 {
		answer, disposition = `"`+ended.Add(-talked).UTC().Format(time.DateTime)+`"`, "ANSWERED"
	}
	if peer != "" {
		peer = fmt.Sprintf("%s-%08x", peer, 2*l.channels+1)
	}
	return strings.Join([]string{
		`""`, `"` + c.Number + `"`, `"+4685550000"`, `"from-pstn"`, `""""" <` + c.Number + `>"`,
		fmt.Sprintf(`"PJSIP/pstn-%08x"`, 2*l.channels), `"` + peer + `"`, `"` + app + `"`, `"` + data + `"`,
		`"` + began.UTC().Format(time.DateTime) + `"`, answer, `"` + ended.UTC().Format(time.DateTime) + `"`,
		fmt.Sprint(seconds(c.Lasted)), fmt.Sprint(seconds(talked)), `"` + disposition + `"`, `"DOCUMENTATION"`, `"` + c.ID + `"`, `""`,
	}, ",") + "\n"
}

func (c Call) times() (began, ended time.Time) {
	ended = c.Ended
	if ended.IsZero() {
		ended = time.Now()
	}
	return ended.Add(-c.Lasted), ended
}

func seconds(d time.Duration) int { return int(d / time.Second) }
