package witness

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

var update = flag.Bool("update", false, "write docs/logs.md anew")

// difference says why the logs tell something else than the events, and what helps.
type difference struct{ why, remedy string }

var (
	aQueueThatTookNobody = difference{
		"the queue never took the caller, so queue_log has no line, and the CDR's application is the next one",
		"`same => n,ExecIf($[\"${QUEUESTATUS}\" != \"\"]?QueueLog(support,${CHANNEL(linkedid)},NONE,${QUEUESTATUS},${CALLERID(num)}))` behind the Queue",
	}
	forwardedByThePhone = difference{
		"the CDR shows who forwarded; the events also show to whom", "none needed: the agent whose phone forwards lost the call",
	}
)

// differences are the recorded kinds of call in which the logs differ from the live
// verdict. The test fails for one that isn't here, and for one that is and needn't be.
var differences = map[string]difference{
	"agi-dial-chanunavail": {"an AGI's Dial that makes no channel is in no event, but in the CDR", "none needed: the logs know more"},
	"cid-changed-by-dialplan": {
		"the CDR has the caller's number as the dialplan left it",
		"set CALLERID(num) to something that still is the customer's number, or leave it alone",
	},
	"followme-not-accepted": {
		"the phone was up, and nothing in either log tells that the agent didn't accept",
		"Dial with `U()` for the confirmation instead of FollowMe",
	},
	"fwd302-cancel": forwardedByThePhone,
	"q-full":        aQueueThatTookNobody,
	"q-joinunavail": aQueueThatTookNobody,
}

// TestDocument compares what the logs say with what the detector said of the same calls,
// and keeps the page that lists the differences.
func TestDocument(t *testing.T) {
	cases, verdicts := readCases(t), readVerdicts(t)
	var differs, unanswered, undialled []string
	seen := 0
	for _, r := range recordings(t) {
		calls := readRecording(t, r)
		inLogs, live := describe(calls), verdicts[r.name]
		if live == "" {
			live = "nothing"
		}
		d, known := differences[r.name]
		if assert.Equal(t, inLogs != live, known, "%s: live %s, in the logs %s", r.name, live, inLogs) && known {
			seen++
			differs = append(differs, fmt.Sprintf("| %s | %s | %s | %s | %s |", kind(r.name, cases), live, inLogs, d.why, d.remedy))
		}
		usual := r
		usual.cdr = withoutUnanswered(r.cdr)
		if len(readRecording(t, usual)) < len(calls) {
			unanswered = append(unanswered, "| "+kind(r.name, cases)+" |")
		}
		if dids := dialled(t, r.name); !slices.ContainsFunc(calls, func(c Call) bool { return slices.Contains(dids, c.Dialled) }) && len(calls) > 0 {
			undialled = append(undialled, fmt.Sprintf("| %s | %s | %s |", kind(r.name, cases), strings.Join(dids, ", "), calls[0].Dialled))
		}
	}
	require.Equal(t, len(differences), seen, "differences that aren't any more")

	const page = "../../docs/logs.md"
	got := fmt.Sprintf(document, strings.Join(differs, "\n"), strings.Join(unanswered, "\n"), strings.Join(undialled, "\n"))
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(got), 0o644))
	}
	want, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "run go test ./internal/witness -run TestDocument -update")
}

func kind(name string, cases map[string][]string) string {
	if c := cases[name]; len(c) == 2 && c[1] != "" {
		return name + ": `" + c[1] + "`"
	}
	return name
}

// unansweredRow is what cdr.c leaves out unless unanswered=yes: no other channel, and not
// answered.
var unansweredRow = regexp.MustCompile(`(?m)^.*,"(?:PJSIP|Local)/[^"]*","",.*,"(?:NO ANSWER|FAILED|BUSY|CONGESTION)",.*\n`)

func withoutUnanswered(cdr string) string { return unansweredRow.ReplaceAllString(cdr, "") }

// describe says in one line what became of calls; of an answered one not who might have
// lost it, of one that was lost in the dialplan only where it was last.
func describe(calls []Call) string {
	var list []string
	for _, c := range calls {
		text := c.Caller + " " + outcome(c)
		switch {
		case outcome(c) == "answered":
		case c.Loss.Queue != "":
			text += " queue:" + c.Loss.Queue
		case len(c.Loss.Endpoints) > 0:
			text += " " + strings.Join(c.Loss.Endpoints, "&")
		default:
			text += " in " + c.Loss.Contexts[len(c.Loss.Contexts)-1]
		}
		list = append(list, text)
	}
	slices.Sort(list)
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, "; ")
}

// readVerdicts reads what the detector said, and puts it as describe does.
func readVerdicts(t *testing.T) map[string]string {
	content, err := os.ReadFile(filepath.Join(recordedEvents, "verdicts.golden"))
	require.NoError(t, err)
	verdicts := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		name, text, _ := strings.Cut(line, ": ")
		if text == "no customer's call" {
			verdicts[name] = "nothing"
			continue
		}
		var list []string
		for _, v := range strings.Split(text, "; ") {
			words := strings.Split(v, " ")
			if words[1] == "answered" {
				words = words[:2]
			}
			last := len(words) - 1
			words[last] = words[last][strings.LastIndexByte(words[last], '>')+1:]
			list = append(list, strings.Join(words, " "))
		}
		slices.Sort(list)
		verdicts[name] = strings.Join(list, "; ")
	}
	return verdicts
}

// dialled are the numbers that customers dialled in a case, as the first events have them.
func dialled(t *testing.T, name string) (list []string) {
	file, err := os.Open(filepath.Join(recordedEvents, name+".jsonl"))
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct {
			Type    string
			Channel struct {
				Name, State string
				Dialplan    struct{ Exten string }
			}
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		if e.Type == "ChannelCreated" && e.Channel.State == "Ring" && strings.HasPrefix(callback.EndpointOf(e.Channel.Name), "PJSIP/pstn") {
			list = append(list, e.Channel.Dialplan.Exten)
		}
	}
	require.NoError(t, lines.Err())
	return list
}
