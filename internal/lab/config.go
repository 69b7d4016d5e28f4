package lab

import (
	_ "embed"
	"io"
	"os/exec"
	"slices"

	"callbackd/asterisk-config/private"
	"callbackd/internal/softphone"
)

// MainNumber is the number that customers dial.
const MainNumber = "+4685550000"

// ExampleRules is the rules file of the account acme: calls that are lost in
// the queue support are called back at once, after 5 and after 30 minutes.
//
//go:embed acme.yaml
var ExampleRules string

// Config says what the world is to be. The zero Config is one in which alice
// serves the queue support, to which MainNumber leads, under ExampleRules; it
// has no callbackd.
type Config struct {
	// Dir is the folder in which everything lies. It is made where missing, and
	// stays after Close. Empty: a temporary one, which Close removes.
	Dir string

	// Agents have a softphone here that is registered; alice if nil. The first
	// four have voices of their own.
	Agents []string
	// Guests are agents who bring a phone of their own: accounts without a
	// softphone. See [Lab.Account].
	Guests []string

	// Codecs are the codecs of agents' phones that take another than PCMU, by their
	// names. The network takes all, and what is used there is up to the trunk.
	Codecs map[string]softphone.Codec
	// Packets says that every phone keeps the packets that it gets, so that a test
	// can measure them ([softphone.Call.Packets]).
	Packets bool
	// Sequence is the first RTP sequence number of every phone; 1 if zero. Debian's
	// Asterisk 22.10.1 takes the packets of a generated sound for number 0, and what
	// comes after it with a number above 32768 for late where it has to translate: with
	// numbers as real phones have them, half of the calls would meet that.
	Sequence uint16

	Queues   []private.Queue  // nil: support, with all agents
	Numbers  []private.Number // nil: MainNumber, answered with music, leads to support
	Dialplan string           // further contexts of extensions.conf

	// Further is text added to the end of Asterisk's other files, by their names:
	// a second trunk in pjsip.conf, for instance.
	Further map[string]string

	Rules  string            // text of the rules file; ExampleRules if empty
	Sounds map[string][]byte // WAV files by name, for the sound library

	// Callbackd makes the command that runs the daemon with a configuration
	// file. Its environment, if it has none, is this program's; what it prints
	// is the log.
	Callbackd func(configFile string) *exec.Cmd

	Progress io.Writer // is told what is downloaded where Asterisk isn't installed; nil: nobody
	Log      io.Writer // gets callbackd's log too, as it is written; nil: nobody
}

func (c Config) withDefaults() Config {
	if c.Agents == nil {
		c.Agents = []string{"alice"}
	}
	if c.Queues == nil {
		members := slices.Concat(c.Agents, c.Guests)
		c.Queues = []private.Queue{{Name: "support", Members: members}}
	}
	if c.Numbers == nil {
		c.Numbers = []private.Number{{Number: MainNumber, Answer: true, Queue: "support"}}
	}
	if c.Sequence == 0 {
		c.Sequence = 1
	}
	if c.Rules == "" {
		c.Rules = ExampleRules
	}
	return c
}
