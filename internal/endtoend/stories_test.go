package endtoend

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

const announcedHz = 2100

// callbackStory is one of several that share a lab: a customer was lost by a queue of one
// agent, whose phone rings for the callback.
type callbackStory struct {
	name string
	rule string // further settings
	tell func(w *world, s scene)
}

// scene is who takes part.
type scene struct {
	dialled  string // leads to the queue
	queue    string // of the agent alone, who has its name
	customer string
	ring     *softphone.Call // the agent's phone, for the callback
}

// Attempts with everything that a rule can say about them, as agents and customers
// experience them.
func TestCallbackStories(t *testing.T) {
	stories := slices.Concat(orderStories, greetingStories, keyStories, doNotCallStories)
	var settings []string
	for _, s := range stories {
		settings = append(settings, s.rule)
	}
	c := labOf(settings)
	c.Sounds["long"] = prompt(longPrompt)
	shared := newWorldOf(t, c).withSpeech().start()

	t.Run("story", func(t *testing.T) {
		for i, s := range stories {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				w, it := shared.in(t), scene{dialled: numberOf(i), queue: soleAgent(i), customer: customerOf(i)}
				w.losesAt(it.dialled, it.customer, it.queue)
				it.ring = w.rings(it.queue)
				s.tell(w, it)
			})
		}
	})
	shared.nothingLeft()
}

// labOf is a lab with a rule for each of the further settings, and a number, a queue and
// its only agent.
func labOf(settings []string) lab.Config {
	c := lab.Config{Sounds: sideSounds()}
	var queues, rules strings.Builder
	for i, further := range settings {
		name := soleAgent(i)
		c.Agents = append(c.Agents, name)
		c.Queues = append(c.Queues, private.Queue{Name: name, Members: []string{name}})
		c.Numbers = append(c.Numbers, private.Number{Number: numberOf(i), Queue: name})
		fmt.Fprintf(&queues, "  %s: {}\n", name)
		fmt.Fprintf(&rules, "  - {name: %s, missed_in: contact_center, from: [\"queue:%s\"], dialing_intervals: [immediately]%s}\n", name, name, further)
	}
	c.Rules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn", tone_zone: se}
queues:
` + queues.String() + "defaults: {agent_prompt: callback, schedule: always}\nrules:\n" + rules.String()
	return c
}

// soleAgent is the name of a queue of labOf, and of its agent.
func soleAgent(i int) string { return fmt.Sprintf("a%d", i) }

// withSpeech gives callbackd a program that speaks every text as one tone, and notes it in
// the file spoken.
func (w *world) withSpeech() *world {
	w.t.Helper()
	voice, program := filepath.Join(w.Dir, "voice.wav"), filepath.Join(w.Dir, "speak")
	w.must(os.WriteFile(voice, softphone.EncodeWAV(softphone.Tone(announcedHz).Samples(time.Second), 8000), 0o600))
	w.must(os.WriteFile(program, []byte("#!/bin/sh\ncp "+voice+" \"$1\"\necho \"$2\" >> "+w.spoken()+"\n"), 0o700))
	return w.configured("sounds: sounds", "sounds: sounds\nspeech: {command: ["+program+", \"{file}\", \"{text}\"]}")
}

func (w *world) spoken() string { return filepath.Join(w.Dir, "spoken") }

// soon is how long a story waits for what is to happen at once.
func (w *world) soon() context.Context {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.t.Context(), 10*time.Second)
	w.t.Cleanup(stop)
	return ctx
}

// answersAt has the customer answer, who says hello.
func (w *world) answersAt(number string, hello softphone.Sound) *softphone.Call {
	w.t.Helper()
	called := w.customerRings(number)
	called.Say(hello)
	called.MustAnswer(w.t)
	return called
}

// ends waits for the end of the customer's only attempt.
func (w *world) ends(number string) httpapi.TaskStory {
	w.t.Helper()
	return w.awaitTaskOf(number, "with an attempt that ended", func(s httpapi.TaskStory) bool { return len(results(s)) > 0 })
}

// heardInOrder checks that a call heard tones one after the other, each when the one
// before was over. What the phone tells apart are blocks of 50 ms.
func heardInOrder(t testing.TB, call *softphone.Call, tones ...int) {
	t.Helper()
	heard := call.Heard()
	var over time.Duration
	for i, hz := range tones {
		segment, ok := heard.Find(hz)
		require.True(t, ok, "%d Hz: %v", hz, heard)
		if i > 0 {
			require.GreaterOrEqual(t, segment.From, over-50*time.Millisecond, "%d Hz after %d Hz: %v", hz, tones[i-1], heard)
		}
		over = segment.To
	}
}

// heardWhole checks that a call heard a sound once, to its end. An Asterisk that stalls on
// a busy machine stretches what it plays, but leaves nothing out.
func heardWhole(t testing.TB, call *softphone.Call, hz int, lasts time.Duration) {
	t.Helper()
	heard := call.Heard().Total(hz)
	require.Greater(t, heard, lasts-120*time.Millisecond, "%v", call.Heard())
	require.Less(t, heard, lasts+time.Second/2, "%v", call.Heard())
}
