package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/config"
)

// premises are an Asterisk's logs and configuration in a folder, with nothing wrong, and an
// examination of them.
type premises struct {
	*examination
	t      *testing.T
	folder string
	pbx    config.PBX
}

func newPremises(t *testing.T) *premises {
	t.Helper()
	folder := t.TempDir()
	p := &premises{t: t, folder: folder, pbx: config.PBX{
		Name: "pbx1", URL: "http://127.0.0.1:8088",
		CatchUp: config.CatchUp{CDR: filepath.Join(folder, "log/cdr-csv/Master.csv"), QueueLog: filepath.Join(folder, "log/queue_log")},
	}}
	p.examination = &examination{
		config: &config.Config{
			File: filepath.Join(folder, "callbackd.yaml"), Database: filepath.Join(folder, "callbackd.db"),
			Asterisk: map[string]config.PBX{"pbx1": p.pbx},
		},
		files: []config.RulesFile{{Account: &callback.Account{
			Name:    "acme",
			Regions: map[string]callback.Region{"sweden": {Name: "sweden", PBX: "pbx1", Trunks: []string{"PJSIP/pstn"}}},
		}}},
		settings: filepath.Join(folder, "etc"), now: time.Now().Truncate(time.Second),
	}
	p.reader = whoReads(p.config)
	p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", -time.Minute, 30))
	p.write("log/queue_log", fmt.Sprintf("%d|NONE|NONE|NONE|QUEUESTART|\n", p.now.Unix()))
	p.write("etc/cdr.conf", "[general]\nenable = yes\nunanswered = yes\n[csv]\nloguniqueid = yes\n")
	p.write("etc/logger.conf", "[general]\n")
	return p
}

func (p *premises) path(name string) string { return filepath.Join(p.folder, name) }

func (p *premises) write(name, text string) {
	p.t.Helper()
	require.NoError(p.t, os.MkdirAll(filepath.Dir(p.path(name)), 0o755))
	require.NoError(p.t, os.WriteFile(p.path(name), []byte(text), 0o644))
}

func (p *premises) remove(name string) {
	p.t.Helper()
	require.NoError(p.t, os.RemoveAll(p.path(name)))
}

// rows are n calls of an endpoint, the last of which began so long from now.
func (p *premises) rows(endpoint string, began time.Duration, n int) string {
	var text strings.Builder
	for i := range n {
		at := p.now.Add(began).Unix() - int64(n-1-i)
		text.WriteString(row(endpoint, fmt.Sprintf(`"%d.%d"`, at, i)))
	}
	return text.String()
}

// silent makes a CDR to which nothing has been written for so long.
func (p *premises) silent(since time.Duration) {
	p.t.Helper()
	p.write("log/cdr-csv/Master.csv", p.rows("PJSIP/pstn", -since, 3))
	at := p.now.Add(-since)
	require.NoError(p.t, os.Chtimes(p.path("log/cdr-csv/Master.csv"), at, at))
}

// row is a row of the CDR with some columns behind those that are always there.
func row(endpoint, more string) string {
	return strings.TrimSuffix(fmt.Sprintf(`"","+46701234567","+4685550000","from-pstn","","%s-00000001","","Hangup","","2026-11-20 07:31:05","","2026-11-20 07:31:15",10,0,"NO ANSWER","DOCUMENTATION",%s`,
		endpoint, more), ",") + "\n"
}

// lines are what was found, as "warning message", and all hints.
func (p *premises) lines() (list []string, hints string) {
	for _, f := range p.found {
		list = append(list, strings.ReplaceAll(string(f.Level)+" "+f.Message, p.folder, "."))
		hints += f.Hint + "\n"
	}
	return list, hints
}
