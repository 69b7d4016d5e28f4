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
	said = difference{
		"variables and user events are in neither log: the call is whose it would be if nothing were said",
		"none; a rule for whom the logs name keeps it from being lost",
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
	"conf-agent-first": {"the row with both names is that of whoever was in the room first, here the agent's", "Dial or Queue to the agent instead"},
	"conf-agent-too-late": {
		"the CDR names whoever comes to the room, even while the customer still hears of being alone and isn't in it",
		"`announce_only_user = no` or `quiet = yes` in the user profile: the customer is in the room at once; or Dial or Queue to the agent",
	},
	"followme-not-accepted": {
		"the phone was up, and nothing in either log tells that the agent didn't accept",
		"Dial with `U()` for the confirmation instead of FollowMe",
	},
	"hunt-three": {
		"a Dial to a phone that isn't registered makes no channel and so no row, and is missing from those that were hunted through",
		"a rule for the smaller group, too; or one Dial of all three",
	},
	"ivr-goto-fails": {
		"the CDR has the context that the Goto named, though there is none; the events, the last one that there was",
		"mend the dialplan: `dialplan show` doesn't know the context",
	},
	"q-answered-half-second": {
		"queue_log says 0 s, as for an agent's announcement that the caller didn't wait for; by where in a second it fell, it may also say 1 s",
		"`min_talk: 1s`: then it is missed for the live verdict too",
	},
	"q-full":        aQueueThatTookNobody,
	"q-joinempty":   aQueueThatTookNobody,
	"q-joinunavail": aQueueThatTookNobody,
	"q-nosuch":      {aQueueThatTookNobody.why, "mend the dialplan: `queue show` doesn't know the queue"},

	"d-dialplan-dnd":    said,
	"d-userevent":       said,
	"execif-dial-busy":  said,
	"said-behind-local": said,
	"said-ignore":       {said.why, "none: it may be called back"},
	"said-in-h":         said,
	"said-mset":         said,
}

// TestDocument compares what the logs say with what the detector said of the same calls,
// and keeps the page that lists the differences.
func TestDocument(t *testing.T) {
	cases, verdicts := readCases(t), readVerdicts(t)
	var differs, byHand, unanswered, undialled []string
	seen := 0
	for _, r := range recordings(t) {
		found := readRecording(t, r)
		for _, d := range agents(found) {
			byHand = append(byHand, fmt.Sprintf("| %s | %s |", kind(r.name, cases), describeDialled(d)))
		}
		calls := customers(found)
		inLogs, live := describe(calls), verdicts[r.name]
		d, known := differences[r.name]
		if assert.Equal(t, inLogs != live, known, "%s: live %s, in the logs %s", r.name, live, inLogs) && known {
			seen++
			differs = append(differs, fmt.Sprintf("| %s | %s | %s | %s | %s |", kind(r.name, cases), live, inLogs, d.why, d.remedy))
		}
		usual := r
		usual.cdr = withoutUnanswered(r.cdr)
		if len(customers(readRecording(t, usual))) < len(calls) {
			unanswered = append(unanswered, "| "+kind(r.name, cases)+" |")
		}
		if dids := dialled(t, r.name); !slices.ContainsFunc(calls, func(c verdict) bool { return slices.Contains(dids, c.Dialled) }) && len(calls) > 0 {
			undialled = append(undialled, fmt.Sprintf("| %s | %s | %s |", kind(r.name, cases), strings.Join(dids, ", "), calls[0].Dialled))
		}
	}
	require.Equal(t, len(differences), seen, "differences that aren't any more")

	const page = "../../docs/logs.md"
	got := fmt.Sprintf(document, len(verdicts), strings.Join(differs, "\n"), strings.Join(byHand, "\n"), strings.Join(unanswered, "\n"), strings.Join(undialled, "\n"))
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

// describe says in one line what became of calls, as the golden files do; of an answered one
// not who might have lost it, of one that was lost in the dialplan only where it was last.
func describe(calls []verdict) string {
	var list []string
	for _, c := range calls {
		text := c.Caller + " " + outcome(c)
		switch {
		case outcome(c) == "answered":
		case c.Loss.Queue != "":
			text += " queue:" + c.Loss.Queue
		case len(c.Loss.Endpoints) > 0:
			text += " " + strings.Join(c.Loss.Endpoints, "&")
			for _, before := range c.Loss.Before {
				text += " after " + strings.Join(before, "&")
			}
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
	verdicts := map[string]string{}
	for name, calls := range readGolden(t, "verdicts.golden") {
		verdicts[name] = ofCustomers(calls)
	}
	for name, calls := range readGolden(t, "remarks.golden") {
		verdicts[name] = ofCustomers(calls)
	}
	return verdicts
}

// readGolden reads what the golden file of the recorded events has about each call.
func readGolden(t *testing.T, file string) map[string][]string {
	content, err := os.ReadFile(filepath.Join(recordedEvents, file))
	require.NoError(t, err)
	calls := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		name, text, _ := strings.Cut(line, ": ")
		calls[name] = strings.Split(text, "; ")
	}
	return calls
}

// ofCustomers leaves out who called by hand, and puts the rest as describe does.
func ofCustomers(calls []string) string {
	var list []string
	for _, call := range calls {
		if call == "no customer's call" || strings.Contains(call, " dialled by ") {
			continue
		}
		call, _, _ = strings.Cut(call, " then lost by ")
		if passed := strings.LastIndexByte(call, '>'); passed >= 0 {
			call = call[:strings.LastIndexByte(call, ' ')+1] + call[passed+1:]
		}
		list = append(list, call)
	}
	slices.Sort(list)
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, "; ")
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
