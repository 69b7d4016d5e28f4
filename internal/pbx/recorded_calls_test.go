package pbx

import (
	"bufio"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/callback"
)

var update = flag.Bool("update", false, "rewrite golden files")

const recordings = "../../testdata/ari"

// recorded is one kind of call as Asterisk told it.
type recorded struct {
	name          string
	stream        []ari.Event // what passes the filter that an exchange sets in Asterisk
	withVariables []ari.Event // what passes where an account asks for messages left
	whole         []ari.Event
}

func recordedCalls(t *testing.T) (all []recorded) {
	files, err := filepath.Glob(filepath.Join(recordings, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		r := recorded{name: strings.TrimSuffix(filepath.Base(f), ".jsonl"), whole: readStream(t, f)}
		for _, e := range r.whole {
			if e.EventType() == "ChannelVarset" || !slices.Contains(disallowedEvents, e.EventType()) {
				r.withVariables = append(r.withVariables, e)
			}
			if !slices.Contains(disallowedEvents, e.EventType()) && translate(e) != nil {
				r.stream = append(r.stream, e)
			}
		}
		all = append(all, r)
	}
	return all
}

func readStream(t *testing.T, path string) (stream []ari.Event) {
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		e := ari.Decode(slices.Clone(lines.Bytes()))
		_, malformed := e.(*ari.Malformed)
		require.False(t, malformed, "%s: %s", path, lines.Text())
		stream = append(stream, e)
	}
	require.NoError(t, lines.Err())
	return stream
}

// readTruth gives the verdicts of each case, with commas: "missed,missed", ""
// where there is no customer's call, "either" where milliseconds decide.
func readTruth(t *testing.T) map[string]string {
	content, err := os.ReadFile(filepath.Join(recordings, "truth.tsv"))
	require.NoError(t, err)
	truth := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n")[1:] {
		fields := strings.Split(line, "\t")
		name, what := fields[0], fields[1]
		switch what {
		case "internal", "outbound":
			truth[name] = ""
		default:
			truth[name] = strings.TrimSuffix(what, "(xfer lost)")
		}
	}
	return truth
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// sight is what a detector saw.
type sight struct {
	verdicts []callback.Verdict
	dialled  map[string]callback.LiveCall // by hand
	answered map[string]bool
	going    map[string]bool // begun and not over
}

func newDetector() *callback.Detector {
	return callback.NewDetector("pbx1",
		func(endpoint string) bool { return endpoint == "PJSIP/pstn" || endpoint == "PJSIP/pstn2" },
		func(string) bool { return false })
}

func (r recorded) replay(stream []ari.Event) *sight {
	s := newSight()
	s.observe(newDetector(), stream)
	return s
}

func newSight() *sight {
	return &sight{dialled: map[string]callback.LiveCall{}, answered: map[string]bool{}, going: map[string]bool{}}
}

func (s *sight) observe(d *callback.Detector, stream []ari.Event) {
	for _, e := range stream {
		if seen := translate(e); seen != nil {
			s.found(d.Observe(seen))
		}
	}
}

func (s *sight) found(findings []callback.Finding) {
	for _, f := range findings {
		switch f := f.(type) {
		case callback.CallBegan:
			s.going[f.ID] = true
			if f.Outbound {
				s.dialled[f.ID] = f.LiveCall
			}
		case callback.CallAnswered:
			s.answered[f.ID] = true
		case callback.CallOver:
			delete(s.going, f.ID)
		case callback.Verdict:
			s.verdicts = append(s.verdicts, f)
		}
	}
}

func (s *sight) outcomes() map[string]string {
	of := map[string]string{}
	for _, v := range s.verdicts {
		of[v.CallID] += outcome(v)
	}
	return of
}

func (s *sight) losses() map[string]string {
	of := map[string]string{}
	for _, v := range s.verdicts {
		of[v.CallID] = lossOf(v)
	}
	return of
}

func outcome(v callback.Verdict) string {
	if v.Talked > 0 {
		return "answered"
	}
	return "missed"
}

// lossOf tells who lost a call: whoever the dialplan says, or whom it tried last, and whom
// it hunted before. It is "" where nobody did.
func lossOf(v callback.Verdict) string {
	said, err := v.Loss.SaidBy()
	switch {
	case v.Talked > 0 && v.Loss.Queue == "" && len(v.Loss.Endpoints) == 0:
		return ""
	case v.Loss.Said == callback.SaidIgnore:
		return "said ignore"
	case err == nil && !said.IsZero():
		return "said " + said.String()
	}
	text := triedLast(v)
	for _, before := range lost(v).Before {
		text += " after " + strings.Join(before, "&")
	}
	return text
}

// lost is a verdict's loss, that of before a talk of no time at all.
func lost(v callback.Verdict) callback.Loss {
	if v.Talked == 0 && v.Loss.Earlier != nil {
		return *v.Loss.Earlier
	}
	return v.Loss
}

// triedLast tells whom a call tried last, whatever the dialplan says.
func triedLast(v callback.Verdict) string {
	loss := lost(v)
	switch {
	case loss.Queue != "":
		return "queue:" + loss.Queue
	case len(loss.Endpoints) > 0:
		return strings.Join(loss.Endpoints, "&")
	case v.Talked > 0:
		return ""
	}
	return "in " + strings.Join(loss.Contexts, ">")
}

// verdictsIn tells each customer's call, by id, and as who says who lost it.
func (s *sight) verdictsIn(who func(callback.Verdict) string) (calls []string) {
	slices.SortFunc(s.verdicts, func(a, b callback.Verdict) int { return strings.Compare(a.CallID, b.CallID) })
	for _, v := range s.verdicts {
		text := v.Caller + " " + outcome(v)
		switch lost := who(v); {
		case v.Talked > 0 && lost != "":
			text += " then lost by " + lost
		case lost != "":
			text += " " + lost
		}
		calls = append(calls, text)
	}
	return calls
}

// short tells what package witness compares with the logs.
func (s *sight) short() string {
	if len(s.verdicts) == 0 {
		return "no customer's call"
	}
	return strings.Join(s.verdictsIn(triedLast), "; ")
}

// String tells everything that was found.
func (s *sight) String() string {
	calls := s.verdictsIn(lossOf)
	for i, v := range s.verdicts {
		if v.MessageLeft {
			calls[i] += ", message left"
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.dialled)) {
		text := fmt.Sprintf("%s dialled by %s", s.dialled[id].Number, s.dialled[id].Agent)
		if s.answered[id] {
			text += ", answered"
		}
		calls = append(calls, text)
	}
	if len(calls) == 0 {
		return "no customer's call"
	}
	return strings.Join(calls, "; ")
}
