package reload

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/storage"
)

const operatorsFile = `asterisk:
  pbx1: {url: "http://127.0.0.1:8088", username: callbackd, password: secret}
`

const acme = `account: acme
country: "SE"
numbers: ["+4685550000"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn"}
queues: {support: {}, billing: {}}
defaults: {schedule: always}
rules:
  - {name: lost, missed_in: contact_center, dialing_intervals: [5m, 5m], wait_for_customer: 30s}
`

// with is a rules file with some of its text replaced.
func with(text string, oldnew ...string) string { return strings.NewReplacer(oldnew...).Replace(text) }

var (
	faultyAcme = with(acme, "country", "contry")
	other      = with(acme, "account: acme", "account: other", "+4685550000", "+4685551111")
)

// wait is an account's wait_for_customer, which tells versions of a file apart.
func waiting(text string, seconds string) string {
	return with(text, "wait_for_customer: 30s", "wait_for_customer: "+seconds+"s")
}

// site is a folder with all that callbackd reads, its database, and a log.
type site struct {
	*testing.T
	folder string
	db     *storage.DB
	log    *logged
	*Reloader

	happened chan struct{} // stands for events of the file system
	woken    chan struct{}
	stop     func()
}

func newSite(t *testing.T, files ...string) *site {
	s := &site{T: t, folder: t.TempDir(), log: new(logged)}
	s.write("callbackd.yaml", operatorsFile)
	require.NoError(t, os.Mkdir(filepath.Join(s.folder, "rules"), 0o755))
	for i := 0; i < len(files); i += 2 {
		s.write("rules/"+files[i], files[i+1])
	}
	s.openDB()
	return s
}

func (s *site) openDB() {
	var err error
	s.db, err = storage.Open(s.Context(), s.path("callbackd.db"))
	require.NoError(s, err)
	s.Cleanup(func() { _ = s.db.Close() })
}

func (s *site) path(name string) string { return filepath.Join(s.folder, name) }

func (s *site) write(name, text string) {
	require.NoError(s, os.WriteFile(s.path(name), []byte(text), 0o600))
}

func (s *site) remove(name string) { require.NoError(s, os.Remove(s.path(name))) }

func (s *site) options() Options {
	cfg, err := config.Load(s.path("callbackd.yaml"))
	require.NoError(s, err)
	return Options{Config: cfg, Store: s.db, Log: zerolog.New(s.log)}
}

// open starts without running.
func (s *site) open() error {
	var err error
	s.Reloader, err = Open(s.Context(), s.options())
	return err
}

// start opens and runs in the bubble of the test.
func (s *site) start() {
	require.NoError(s, s.open())
	s.run()
}

func (s *site) run() {
	ctx, cancel := context.WithCancel(s.Context())
	ended := make(chan struct{})
	s.happened, s.woken = make(chan struct{}, 1), make(chan struct{}, 100)
	go func() {
		defer close(ended)
		s.Reloader.run(ctx, func() { s.woken <- struct{}{} }, s.happened, func() {})
	}()
	s.stop = func() { cancel(); <-ended }
	s.Cleanup(s.stop)
	synctest.Wait()
}

// restart is a new process on the same folder.
func (s *site) restart() {
	s.stop()
	require.NoError(s, s.db.Close())
	s.openDB()
	s.start()
}

// after lets virtual time pass.
func (s *site) after(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// wait tells an account's wait_for_customer as it is in force; "" if the
// account isn't.
func (s *site) wait(account string) string {
	a, ok := s.Rules().Book().Account(account)
	if !ok {
		return ""
	}
	return a.Rules[0].WaitForCustomer.String()
}

// status finds the one entry about a file.
func (s *site) status(file string) Status {
	var found []Status
	for _, st := range s.Status() {
		if st.File == s.path("rules/"+file) {
			found = append(found, st)
		}
	}
	require.Len(s, found, 1)
	return found[0]
}

// wrong lists what is wrong with a file.
func (st Status) wrong() (list []string) {
	for _, p := range st.Problems {
		list = append(list, p.Message)
	}
	return list
}

// logged is a log, line by line.
type logged struct {
	mu    sync.Mutex
	lines []map[string]any
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fields := map[string]any{}
	if err := json.Unmarshal(bytes.TrimSpace(line), &fields); err != nil {
		return 0, err
	}
	l.lines = append(l.lines, fields)
	return len(line), nil
}

// take gives the lines since the last time.
func (l *logged) take() []map[string]any {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

// messages are the messages of lines.
func messages(lines []map[string]any) (list []string) {
	for _, fields := range lines {
		list = append(list, fields["message"].(string))
	}
	return list
}

// kept tells what the database keeps, by account.
func (s *site) kept() map[string]string {
	texts := map[string]string{}
	require.NoError(s, s.db.View(s.Context(), func(tx callback.ReadTx) error {
		kept, err := tx.KeptRules()
		for _, k := range kept {
			texts[k.Account] = string(k.Text)
		}
		return err
	}))
	return texts
}

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}
