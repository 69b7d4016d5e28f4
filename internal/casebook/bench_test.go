package casebook

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/pbx"
	"callbackd/internal/witness"
)

// bench is a world that callbackd watches: an exchange beside its Asterisk, and
// rules for each office.
type bench struct {
	*World
	tap   *Tap // what the exchange is sent
	rules *callback.Rules
	*judgement
	logs *witness.Witness

	mu       sync.Mutex
	verdicts []callback.Verdict
	more     chan struct{} // closed when there is another verdict
	byHand   []handmade
	played   []played
}

// handmade is a call that an agent made to a customer, as callbackd saw it.
type handmade struct {
	callback.LiveCall
	answered bool
}

// played is a case that is over.
type played struct {
	office   Office
	of       Case
	verdicts []callback.Verdict
}

// newBench starts a world; change changes each office's account.
func newBench(t *testing.T, offices int, change ...func(*callback.Account)) *bench {
	t.Helper()
	w, err := Start(t.Context(), Options{Offices: offices, Progress: os.Stderr})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	var accounts []*callback.Account
	for _, o := range w.Offices() {
		a := account(o)
		for _, edit := range change {
			edit(a)
		}
		accounts = append(accounts, a)
	}
	b := &bench{World: w, tap: new(Tap), more: make(chan struct{})}
	b.rules = callback.NewRules(callback.NewRulebook(accounts...))
	b.judgement = newJudgement(t, b.rules)
	b.openLogs(t)
	b.watch(t)
	return b
}

// watch connects the exchange, until the test ends.
func (b *bench) watch(t *testing.T) {
	t.Helper()
	ready := make(chan struct{})
	x, err := pbx.New(pbx.Options{
		Name: pbxName, URL: b.Asterisk.URL, Username: b.Asterisk.Username, Password: b.Asterisk.Password,
		Application: "callbackd", DialContext: b.tap.Dial,
		Rules: b.rules, Log: zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel),
		Take: b.found, Changed: sync.OnceFunc(func() { close(ready) }),
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = x.Run(ctx, nobodysAttempts{}) // ends with ctx; until then it says in the log what fails
	}()
	t.Cleanup(func() {
		stop()
		<-over
	})
	select {
	case <-ready:
	case <-time.After(step):
		t.Fatal("the exchange doesn't become ready")
	}
}

// nobodysAttempts is a dialer that has never dialled.
type nobodysAttempts struct{}

func (nobodysAttempts) Reconcile(context.Context, string, func(callback.Names) callback.Standing) ([]callback.Attempt, error) {
	return nil, nil
}

// found notes what the exchange found.
func (b *bench) found(ctx context.Context, f callback.Finding) error {
	if v, over := f.(callback.Verdict); over {
		if err := b.take(ctx, v); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch f := f.(type) {
	case callback.Verdict:
		b.verdicts = append(b.verdicts, f)
		close(b.more)
		b.more = make(chan struct{})
	case callback.CallBegan:
		if f.Outbound {
			b.byHand = append(b.byHand, handmade{LiveCall: f.LiveCall})
		}
	case callback.CallAnswered:
		for i := range b.byHand {
			if b.byHand[i].ID == f.ID {
				b.byHand[i].answered = true
			}
		}
	}
	return nil
}

// judgeLimit is how long a verdict may take when the last channel is gone.
const judgeLimit = 5 * time.Second

// judged waits until there are n verdicts about an office's calls after the
// first ones, and gives them in the order in which they came; or what there is
// when time is over.
func (b *bench) judged(ctx context.Context, o Office, first, n int) []callback.Verdict {
	ctx, stop := context.WithTimeout(ctx, judgeLimit)
	defer stop()
	for {
		b.mu.Lock()
		var list []callback.Verdict
		for _, v := range b.verdicts[first:] {
			if v.Trunk == o.Local("PJSIP/pstn") || v.Trunk == o.Local("PJSIP/pstn2") {
				list = append(list, v)
			}
		}
		more := b.more
		b.mu.Unlock()
		if len(list) >= n {
			return list
		}
		select {
		case <-more:
		case <-ctx.Done():
			return list
		}
	}
}

// sofar is the number of verdicts, and of calls by hand.
func (b *bench) sofar() (verdicts, byHand int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.verdicts), len(b.byHand)
}

// called lists the calls that an office's agents made after the first ones.
func (b *bench) called(o Office, first int) (list []ByHand) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.byHand[first:] {
		if h.Trunk == o.Local("PJSIP/pstn") {
			agent := strings.TrimPrefix(o.Common(h.Agent), "PJSIP/")
			list = append(list, ByHand{Agent: agent, Number: h.Number, Answered: h.answered})
		}
	}
	return list
}

// check plays a case and compares what callbackd saw with the truth.
func (b *bench) check(t *testing.T, o Office, c Case) {
	t.Helper()
	first, firstByHand := b.sofar()
	event := len(b.tap.Events())
	fault := b.Play(t.Context(), o, c)
	verdicts := b.judged(t.Context(), o, first, len(c.Truth))
	b.mu.Lock()
	b.played = append(b.played, played{o, c, verdicts})
	b.mu.Unlock()
	saw, byHand := describe(b.truths(o, verdicts)), b.called(o, firstByHand)
	strange := slices.ContainsFunc(verdicts, func(v callback.Verdict) bool {
		return v.Dialled != Number(c.Name) || c.Withheld != (v.Presentation == callback.PresentationWithheld)
	})
	if fault != nil || strange || saw != describe(c.Truth) || !slices.Equal(byHand, c.ByHand) {
		t.Errorf("%s: %s\n  dialplan: %s\n  expected: %s %v\n  callbackd: %s %v\n  verdicts: %+v\n  played: %v\n  events: %s",
			c.Name, c.Row, o.Local(c.Steps()), describe(c.Truth), c.ByHand, saw, byHand, verdicts, fault, b.keep(t, o, c, event))
	}
}

// keep writes what the exchange was sent about an office, from an event on, to
// where it outlives the test, and says where.
func (b *bench) keep(t *testing.T, o Office, c Case, from int) string {
	t.Helper()
	var about [][]byte
	for _, event := range b.tap.Events()[from:] {
		if slices.ContainsFunc(channelNames.FindAllSubmatch(event, -1), func(m [][]byte) bool { return o.owns(string(m[1])) }) {
			about = append(about, event)
		}
	}
	folder, err := os.MkdirTemp("", "callbackd-casebook-") // for whoever looks into it
	require.NoError(t, err)
	path := filepath.Join(folder, c.Name+".jsonl")
	writeLines(t, path, about)
	return path
}

// channelNames finds channels in an event.
var channelNames = regexp.MustCompile(`"name":"([A-Za-z0-9]+/[^"]+)"`)

func writeLines(t *testing.T, path string, lines [][]byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, append(bytes.Join(lines, []byte("\n")), '\n'), 0o644))
}
