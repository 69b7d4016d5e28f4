package private

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// Config says what this Asterisk is to be: who works here, which queues they
// serve, and what happens to a customer's call. The zero value is an Asterisk
// without phones.
type Config struct {
	// Dir is the folder in which everything of this Asterisk lies. It is made
	// where missing, and kept by Stop. Empty: a new temporary folder, which
	// Stop removes.
	Dir string

	// Trunk is the far end of the trunk "pstn", the telephone network, as
	// 127.0.0.1:PORT. Calls to PJSIP/NUMBER@pstn go there, and calls from
	// 127.0.0.1 that aren't an agent's come from it. Empty: no trunk.
	Trunk string

	Agents  []Agent
	Queues  []Queue
	Numbers []Number

	// Dialplan is text added to the end of extensions.conf: further contexts.
	Dialplan string

	// Further is text added to the end of other files of etc, by their names:
	// more modules in modules.conf, a whole followme.conf. Sections that are
	// there already go on with [name](+).
	Further map[string]string

	// Codec is the codec of trunk and agents; ulaw if empty.
	Codec string

	// Progress is told what is being downloaded where no Asterisk is
	// installed yet. Nil: nobody.
	Progress io.Writer

	// BootTimeout is how long Asterisk may take until it is ready; 30 s if
	// zero. It takes less than one.
	BootTimeout time.Duration
}

// Agent is a phone that registers with name and password and is dialled as
// PJSIP/NAME.
type Agent struct {
	Name     string
	Password string
	Options  []string // further lines of the endpoint's section, as "named_call_group = 1"
}

// Queue is a queue of app_queue. Zero values are filled in as said.
type Queue struct {
	Name     string
	Strategy string        // ringall if empty
	Members  []string      // agents' names, or interfaces such as Local/x@y
	Timeout  time.Duration // how long a member rings; whole seconds, 15 s if zero
	Retry    time.Duration // pause before ringing again; whole seconds, 1 s if zero
	WrapUp   time.Duration // rest of a member after a call; whole seconds
	Autofill bool          // serve several callers at once; off in Asterisk too
	Options  []string      // further lines of the queue's section, as "maxlen = 1"
}

// Number is a number that customers dial.
type Number struct {
	Number string // as the trunk delivers it, such as +4685550000

	// Answer picks up before the queue, so that the customer hears its music.
	// Otherwise the customer hears ringing until an agent answers.
	Answer bool

	Queue   string        // where the caller waits
	Timeout time.Duration // after which the queue gives up; whole seconds, zero: never

	// Dialplan replaces all of the above: one application per line, the
	// first of them priority 1, as "Dial(PJSIP/alice,20)".
	Dialplan []string
}

// Steps are the applications that a call to the number passes.
func (n Number) Steps() []string {
	if len(n.Dialplan) > 0 {
		return n.Dialplan
	}
	var steps []string
	if n.Answer {
		steps = append(steps, "Answer()")
	}
	queue := fmt.Sprintf("Queue(%s)", n.Queue)
	if n.Timeout > 0 {
		queue = fmt.Sprintf("Queue(%s,,,,%d)", n.Queue, seconds(n.Timeout))
	}
	return append(steps, queue, "Hangup()")
}

// withDefaults returns a copy in which nothing is left open.
func (c Config) withDefaults() Config {
	if c.Codec == "" {
		c.Codec = "ulaw"
	}
	if c.Progress == nil {
		c.Progress = io.Discard
	}
	if c.BootTimeout == 0 {
		c.BootTimeout = 30 * time.Second
	}
	queues := make([]Queue, len(c.Queues))
	for i, q := range c.Queues {
		if q.Strategy == "" {
			q.Strategy = "ringall"
		}
		if q.Timeout == 0 {
			q.Timeout = 15 * time.Second
		}
		if q.Retry == 0 {
			q.Retry = time.Second
		}
		queues[i] = q
	}
	c.Queues = queues
	return c
}

var (
	// name is what may stand as a section of a configuration file, in a dial
	// string and as an extension at once.
	name        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	dialled     = regexp.MustCompile(`^\+?[0-9]+$|^_[][0-9XZNxzn+.!-]+$`)
	oneLine     = regexp.MustCompile(`^[^\r\n]+$`)
	password    = regexp.MustCompile(`^[^\s;]+$`)
	configFile  = regexp.MustCompile(`^[a-z0-9_]+\.conf$`)
	memberIface = regexp.MustCompile(`^[A-Za-z0-9]+/[^\s;]+$`)
)

// check finds what Asterisk would silently misread, all of it at once.
func (c Config) check() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf(format, args...))
	}
	if c.Trunk != "" {
		addr, err := netip.ParseAddrPort(c.Trunk)
		if err != nil || !addr.Addr().IsLoopback() || addr.Port() == 0 {
			fault("trunk %q: want 127.0.0.1:PORT", c.Trunk)
		}
	}
	if c.Codec != "" && !name.MatchString(c.Codec) {
		fault("codec %q: want one, such as ulaw", c.Codec)
	}
	for _, a := range c.Agents {
		if !name.MatchString(a.Name) || a.Name == "pstn" || a.Name == "udp" || a.Name == "global" {
			fault("agent %q: want a name of letters and digits other than pstn, udp and global", a.Name)
		}
		if !password.MatchString(a.Password) {
			fault("agent %q: want a password without blanks and semicolons", a.Name)
		}
		for _, o := range a.Options {
			if !oneLine.MatchString(o) {
				fault("agent %q: option %q: want one line", a.Name, o)
			}
		}
	}
	for _, q := range c.Queues {
		if !name.MatchString(q.Name) || q.Name == "general" {
			fault("queue %q: want a name of letters and digits other than general", q.Name)
		}
		if q.Strategy != "" && !name.MatchString(q.Strategy) {
			fault("queue %q: strategy %q: want one of app_queue's, such as ringall", q.Name, q.Strategy)
		}
		for _, m := range q.Members {
			if !name.MatchString(m) && !memberIface.MatchString(m) {
				fault("queue %q: member %q: want an agent's name or an interface", q.Name, m)
			}
		}
		for _, o := range q.Options {
			if !oneLine.MatchString(o) {
				fault("queue %q: option %q: want one line", q.Name, o)
			}
		}
	}
	for file := range c.Further {
		if !configFile.MatchString(file) {
			fault("further text for %q: want the name of a file of etc, such as followme.conf", file)
		}
	}
	for _, n := range c.Numbers {
		if !dialled.MatchString(n.Number) {
			fault("number %q: want digits, a leading + and nothing else, or a pattern of the dialplan", n.Number)
		}
		if len(n.Dialplan) == 0 && !name.MatchString(n.Queue) {
			fault("number %q: want a queue or a dialplan", n.Number)
		}
		for _, step := range n.Dialplan {
			if !oneLine.MatchString(step) {
				fault("number %q: step %q: want one line", n.Number, step)
			}
		}
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("configure the private Asterisk: %w", err)
	}
	return nil
}

// memberInterface is how queues.conf names a member.
func memberInterface(member string) string {
	if strings.Contains(member, "/") {
		return member
	}
	return "PJSIP/" + member
}

// seconds rounds up: app_queue counts in whole seconds, and half a second must
// not become "at once" or "never".
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}
