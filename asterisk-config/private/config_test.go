package private

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestConfigCheck(t *testing.T) {
	tests := []struct {
		name   string
		config Config
		want   string // part of the error; empty: none
	}{
		{"nothing", Config{}, ""},
		{"all of it", shop("127.0.0.1:5070"), ""},
		{"pattern", Config{Numbers: []Number{{Number: "_+468555[0-4]X.", Queue: "support"}}}, ""},
		{"trunk without port", Config{Trunk: "127.0.0.1"}, `trunk "127.0.0.1": want 127.0.0.1:PORT`},
		{"trunk elsewhere", Config{Trunk: "192.0.2.1:5060"}, `want 127.0.0.1:PORT`},
		{"agent called like the trunk", Config{Agents: []Agent{{Name: "pstn", Password: "x"}}}, `agent "pstn"`},
		{"agent who breaks out", Config{Agents: []Agent{{Name: "alice]\n[bob", Password: "x"}}}, `agent "alice]\n[bob"`},
		{"agent without password", Config{Agents: []Agent{{Name: "alice"}}}, "want a password"},
		{"password with a comment", Config{Agents: []Agent{{Name: "alice", Password: "a;b"}}}, "want a password"},
		{"agent's option of two lines", Config{Agents: []Agent{{Name: "alice", Password: "x", Options: []string{"a = b\n[bob]"}}}}, `agent "alice": option`},
		{"further file elsewhere", Config{Further: map[string]string{"../cdr.conf": "x"}}, `further text for "../cdr.conf"`},
		{"queue called general", Config{Queues: []Queue{{Name: "general"}}}, `queue "general"`},
		{"strategy", Config{Queues: []Queue{{Name: "support", Strategy: "ring all"}}}, `strategy "ring all"`},
		{"two codecs", Config{Codec: "ulaw,alaw"}, `codec "ulaw,alaw"`},
		{"member", Config{Queues: []Queue{{Name: "support", Members: []string{"alice,bob"}}}}, `member "alice,bob"`},
		{"number", Config{Numbers: []Number{{Number: "08-555 00 00", Queue: "support"}}}, `number "08-555 00 00"`},
		{"number to nowhere", Config{Numbers: []Number{{Number: "+4685550000"}}}, "want a queue or a dialplan"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.config.check()
			if tt.want == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, tt.want)
			}
		})
	}
}

// Asterisk counts in whole seconds: a shortened time of a test must not become
// zero, which means "at once" or "never".
func TestSecondsRoundUp(t *testing.T) {
	assert.Equal(t, 0, seconds(0))
	assert.Equal(t, 1, seconds(time.Millisecond))
	assert.Equal(t, 1, seconds(time.Second))
	assert.Equal(t, 3, seconds(2500*time.Millisecond))
}

// shop is a small company with two agents, a queue and two numbers.
func shop(trunk string) Config {
	return Config{
		Trunk: trunk,
		Agents: []Agent{
			{Name: "alice", Password: "alices-secret"},
			{Name: "bob", Password: "bobs-secret", Options: []string{"named_call_group = sales"}},
		},
		Queues: []Queue{
			{Name: "support", Members: []string{"alice", "bob"}},
			{
				Name: "sales", Strategy: "rrmemory", Members: []string{"Local/bob@from-agents/n"},
				Timeout: 20 * time.Second, Retry: 1500 * time.Millisecond, WrapUp: 3 * time.Second,
				Autofill: true, Options: []string{"maxlen = 5"},
			},
		},
		Numbers: []Number{
			{Number: "+4685550000", Queue: "support"},
			{Number: "+4685550001", Answer: true, Queue: "sales", Timeout: time.Minute},
			{Number: "+4685550002", Dialplan: []string{"Answer()", "Goto(menu,s,1)"}},
		},
		Dialplan: "[menu]\nexten => s,1,WaitExten(10)\n same => n,Hangup()",
		Further: map[string]string{
			"features.conf": "[general](+)\natxfernoanswertimeout = 5\n",
			"followme.conf": "[alice]\ncontext = from-agents\nnumber = alice,10\n",
		},
	}
}
