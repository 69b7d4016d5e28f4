package repertoire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/alarms"
	"callbackd/internal/repertoire"
	"callbackd/sounds"
)

// library is a sound library whose sounds all lie in /lib; texts lie there under themselves.
type library struct {
	mu     sync.Mutex
	spoken map[sounds.Speech]time.Time // and when each was wanted last
	said   []string                    // what was spoken, in order
	fails  map[string]error            // why a text can't be spoken
	takes  time.Duration               // what it takes to speak one
	lacks  map[string]bool             // sounds that aren't there
}

func (l *library) Find(k sounds.Key) (sounds.Sound, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lacks[k.Name] {
		return sounds.Sound{}, sounds.ErrUnknown
	}
	return sounds.Sound{Key: k, Path: "/lib/" + k.String()}, nil
}

func (l *library) Ready(s sounds.Speech) (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.spoken[s]
	return "/spoken/" + s.Text, ok
}

func (l *library) Say(ctx context.Context, s sounds.Speech) (string, error) {
	if path, ok := l.Ready(s); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.spoken[s] = time.Now()
		return path, nil
	}
	select {
	case <-time.After(l.takes):
	case <-ctx.Done():
		return "", ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.fails[s.Text]; err != nil {
		return "", fmt.Errorf("speak a text: %w", err)
	}
	l.spoken[s] = time.Now()
	l.said = append(l.said, s.Text)
	return "/spoken/" + s.Text, nil
}

func (l *library) Sweep(_ context.Context, unused time.Duration) (removed int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for text, wanted := range l.spoken {
		if time.Since(wanted) > unused {
			delete(l.spoken, text)
			removed++
		}
	}
	return removed, nil
}

// fail has a text fail from now on, or not any more.
func (l *library) fail(text string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fails[text] = err
}

// has lists what is spoken.
func (l *library) has() (list []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.spoken {
		list = append(list, s.Text)
	}
	slices.Sort(list)
	return list
}

// elsewhere is an Asterisk on another host, whose addresses change every day at midnight UTC.
type elsewhere struct {
	mu      sync.Mutex
	asked   [][]string // what it was asked to fetch, each time
	fails   error
	refuses string // what it can't fetch
	between func() // happens once, after it was asked and before it has answered

	lifetime context.Context // of the connection; nil while it is away
	lose     context.CancelFunc
}

const day = 24 * time.Hour

func (e *elsewhere) Elsewhere() *repertoire.Elsewhere {
	return &repertoire.Elsewhere{
		Ready: func() (context.Context, error) {
			e.mu.Lock()
			defer e.mu.Unlock()
			if e.lifetime == nil {
				return nil, errors.New("Asterisk there is away")
			}
			return e.lifetime, nil
		},
		Base: "http://callbackd.example:8080/",
		Address: func(file string, at time.Time) (string, error) {
			return fmt.Sprintf("http://x%s?%d", file, at.Unix()/86400), nil
		},
		Changes: func(at time.Time) time.Time { return at.Truncate(day).Add(day) },
		Fetch: func(_ context.Context, media []string) (fetched []string, err error) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.asked = append(e.asked, slices.Clone(media))
			if happens := e.between; happens != nil {
				e.between = nil
				e.mu.Unlock()
				happens()
				e.mu.Lock()
			}
			for _, m := range media {
				switch {
				case e.fails != nil:
					return nil, e.fails
				case m == e.refuses:
					err = errors.New(m + ": it can't be played")
				default:
					fetched = append(fetched, m)
				}
			}
			return fetched, err
		},
	}
}

// fetches takes what it was asked for since the last time.
func (e *elsewhere) fetches() (list []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, media := range e.asked {
		list = append(list, media...)
	}
	e.asked = nil
	return list
}

// away ends the connection, if there is one.
func (e *elsewhere) away() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lifetime != nil {
		e.lose()
		e.lifetime = nil
	}
}

// connect begins a connection, in place of the one of before.
func (e *elsewhere) connect() {
	e.away()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lifetime, e.lose = context.WithCancel(context.Background())
}

func (e *elsewhere) fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fails = err
}

// theatre is a running repertoire: an Asterisk here, and one elsewhere.
type theatre struct {
	*repertoire.Repertoire
	t         *testing.T
	rules     *callback.Rules
	library   *library
	elsewhere *elsewhere
	planned   []callback.Sound
	log       bytes.Buffer
}

// inTheatre runs a test in virtual time; run starts the repertoire.
func inTheatre(t *testing.T, rules []callback.Rule, test func(th *theatre, run func())) {
	synctest.Test(t, func(t *testing.T) {
		th := &theatre{
			t: t, rules: callback.NewRules(callback.NewRulebook(acme(rules...))), elsewhere: &elsewhere{},
			library: &library{spoken: map[sounds.Speech]time.Time{}, fails: map[string]error{}, lacks: map[string]bool{}, takes: time.Second},
		}
		th.Repertoire = repertoire.New(repertoire.Options{
			Rules: th.rules, Library: th.library, Log: zerolog.New(&th.log),
			PBXs:    []repertoire.PBX{{Name: "here"}, {Name: "there", Elsewhere: th.elsewhere.Elsewhere()}},
			Planned: func(context.Context) ([]callback.Sound, error) { return th.planned, nil },
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		close(ended)
		defer func() {
			stop()
			<-ended
		}()
		test(th, func() {
			ended = make(chan struct{})
			go func() {
				defer close(ended)
				th.Run(ctx)
			}()
		})
	})
}

// acme calls back through both PBXs, each in a region of its own.
func acme(rules ...callback.Rule) *callback.Account {
	return &callback.Account{
		Name: "acme", Rules: rules,
		Regions: map[string]callback.Region{"near": {Name: "near", PBX: "here"}, "far": {Name: "far", PBX: "there"}},
	}
}

func say(text string) callback.Sound {
	return callback.Sound{Say: &callback.Speech{Language: "sv", Text: text}}
}

// noticing is a rule in Swedish with a prompt and a notice that is spoken.
func noticing(region, notice string) callback.Rule {
	return callback.Rule{
		Region: region, AgentPrompt: "callback", Language: "sv", Recording: &callback.RecordingSettings{Notice: say(notice)},
	}
}

// edit puts other rules in force.
func (th *theatre) edit(rules ...callback.Rule) {
	th.rules.Replace(callback.NewRulebook(acme(rules...)))
	th.Changed()
}

// pass lets so much time go by.
func (th *theatre) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// connect has the Asterisk elsewhere connected, perhaps anew.
func (th *theatre) connect() {
	th.elsewhere.connect()
	th.Ready("there")
}

// alarms counts the lines of the log with an alarm.
func (th *theatre) alarms(name string) int {
	return len(regexp.MustCompile(`"level":"error"[^\n]*"alarm":"`+name+`"`).FindAll(th.log.Bytes(), -1))
}

// over are the alarms that whoever reads the log knows, and whether each is over.
func (th *theatre) over() map[string]bool {
	book := alarms.NewBook()
	for _, line := range bytes.SplitAfter(th.log.Bytes(), []byte("\n")) {
		_, err := book.Write(line)
		require.NoError(th.t, err)
	}
	_, list := book.List()
	over := map[string]bool{}
	for _, a := range list {
		over[a.Name+" "+a.About] = !a.Over.IsZero()
	}
	return over
}

// media is what a PBX is told to play.
func (th *theatre) media(pbx string, sound callback.Sound) string {
	th.t.Helper()
	media, err := th.On(pbx).Media("acme", "sv", sound)
	assert.NoError(th.t, err)
	return media
}
