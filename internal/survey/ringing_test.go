package survey

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// How many callbacks are sent into a queue at once, and how many callers it lets ring agents.
func TestRinging(t *testing.T) {
	const (
		ringsAll = "error acme: queues.support.ringing: Asterisk pbx1 rings all members of queue support for each caller (ringall): " +
			"of the callbacks that `ringing: each` sends there at once, one rings them all and the others wait in the queue"
		inTurn = "warning acme: queues.support.ringing: Asterisk pbx1 lets callers of queue support ring agents one after the other (autofill is off): " +
			"the callbacks that `ringing: each` sends there at once wait in the queue for a second each"
		could = "advice acme: queues.support: Asterisk pbx1 could ring several of the 4 members of queue support at the same time (rrmemory, autofill), " +
			"and callbacks ring one after the other"
	)
	for name, row := range map[string]struct {
		ringing callback.Ringing
		queue   QueueSettings
		members string
		want    []string
	}{
		"each, ringall":              {callback.RingingEach, QueueSettings{"ringall", true}, "4", []string{ringsAll}},
		"each, ringall, no autofill": {callback.RingingEach, QueueSettings{"ringall", false}, "4", []string{ringsAll}},
		"each, no autofill":          {callback.RingingEach, QueueSettings{"rrmemory", false}, "4", []string{inTurn}},
		"each":                       {callback.RingingEach, QueueSettings{"rrmemory", true}, "4", nil},
		"one, ringall":               {callback.RingingOne, QueueSettings{"ringall", true}, "4", nil},
		"one, no autofill":           {callback.RingingOne, QueueSettings{"rrmemory", false}, "4", nil},
		"one of many members":        {callback.RingingOne, QueueSettings{"rrmemory", true}, "4", []string{could}},
		"one of few":                 {callback.RingingOne, QueueSettings{"rrmemory", true}, "3", nil},
		"nothing written":            {"", QueueSettings{"rrmemory", true}, "4", []string{could}},
		"a queue of a database":      {callback.RingingEach, QueueSettings{}, "4", nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv, account := aritest.New(t), acme()
				complete(srv)
				srv.SetFunction("QUEUE_MEMBER(support,count)", row.members)
				account.Queues["support"] = callback.Queue{Name: "support", Ringing: row.ringing}
				pbx := pbxOf("pbx1", srv)
				pbx.Queue = func(name string) (QueueSettings, bool) {
					assert.Equal(t, "support", name)
					return row.queue, row.queue != QueueSettings{}
				}
				o := Options{PBXs: []PBX{pbx}, Accounts: []*callback.Account{account}, SoundPath: soundPath, Thorough: true}
				var list []string
				for _, f := range Run(t.Context(), o) {
					if strings.HasPrefix(f.Path, "queues.") {
						list = append(list, lines([]Finding{f})...)
					}
				}
				assert.Equal(t, row.want, list)

				// What is wrong is said to everybody, what could be better isn't.
				o.Thorough = false
				list = slices.DeleteFunc(list, func(line string) bool { return line == could })
				assert.ElementsMatch(t, list, lines(Run(t.Context(), o)))
			})
		})
	}
}
