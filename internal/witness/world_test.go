package witness

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// pbx is a folder with Asterisk's logs in it.
type pbx struct {
	testing.TB
	folder string
	logs   Logs
	now    time.Time
}

func newPBX(t testing.TB) *pbx {
	p := &pbx{TB: t, folder: t.TempDir(), now: time.Unix(1795200000, 0).UTC()}
	p.logs = Logs{
		PBX:      "pbx1",
		CDR:      filepath.Join(p.folder, "Master.csv"),
		QueueLog: filepath.Join(p.folder, "queue_log"),
		Trunk:    func(endpoint string) bool { return endpoint == "PJSIP/pstn" || endpoint == "PJSIP/pstn2" },
		Own:      func(id string) bool { return strings.HasPrefix(id, "callbackd-") },

		Application: "callbackd",
	}
	return p
}

// beginning is the position of logs that didn't exist when they were looked at first.
func (p *pbx) beginning() Position {
	p.Helper()
	_, r := p.read(p.witness(Position{}))
	return r.Position
}

func (p *pbx) witness(from Position) *Witness {
	w := New(p.logs, from)
	p.Cleanup(func() { require.NoError(p, w.Close()) })
	return w
}

// write appends to a log, as of now.
func (p *pbx) write(path, text string) {
	p.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	require.NoError(p, err)
	_, err = file.WriteString(text)
	require.NoError(p, err)
	require.NoError(p, file.Close())
	require.NoError(p, os.Chtimes(path, p.now, p.now))
}

// read reads until everything that can be judged now has been.
func (p *pbx) read(w *Witness) (calls []Call, last Reading) {
	p.Helper()
	for range 1000 {
		r, err := w.Read(p.now)
		require.NoError(p, err)
		calls, last = append(calls, r.Calls...), r
		if !r.More {
			return calls, last
		}
	}
	p.Fatal("the reading doesn't end")
	return nil, last
}

// customers is what became of customers' calls among those that were found.
func customers(calls []Call) (list []verdict) {
	for _, c := range calls {
		if v, is := c.Finding.(callback.Verdict); is {
			list = append(list, verdict{v, c.Doubt})
		}
	}
	return list
}

type verdict struct {
	callback.Verdict
	Doubt Doubt
}

// agents is the calls that agents made, among those that were found.
func agents(calls []Call) (list []callback.Dialled) {
	for _, c := range calls {
		if d, is := c.Finding.(callback.Dialled); is {
			list = append(list, d)
		}
	}
	return list
}

// ids is the unique ids by which calls go.
func ids(calls []Call) (list []string) {
	for _, c := range calls {
		switch f := c.Finding.(type) {
		case callback.Verdict:
			list = append(list, f.CallID)
		case callback.Dialled:
			list = append(list, f.ID)
		}
	}
	return list
}
