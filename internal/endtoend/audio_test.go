package endtoend

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// coding is one combination of what an agent's phone, the Local channel between and
// the customer's trunk speak, and how the conversation is recorded.
type coding struct {
	agent     softphone.Codec
	formats   string // of the region
	customer  softphone.Codec
	recording string // of the rule
	line      int    // of several that are alike
}

// name is one of a rule, a region, a scenario and a dialplan context.
func (c coding) name() string {
	recorded := "none"
	switch {
	case strings.Contains(c.recording, "channels"):
		recorded = "two"
	case c.recording != "none":
		recorded = "mono"
	}
	name := fmt.Sprintf("%s-%s-%s-%s", c.agent.Format(), c.formats, c.customer.Format(), recorded)
	if c.line > 0 {
		name += fmt.Sprintf("-%d", c.line)
	}
	return name
}

// codings are all combinations in which the conversation is mixed as a recording of one
// channel makes it be, or in which it needn't be: the Local channel has the agent's codec.
// See TestAudioWhereTheLocalHasAnotherFormat for the others.
func codings() (list []coding) {
	for _, agent := range []softphone.Codec{softphone.PCMU, softphone.PCMA} {
		for _, customer := range softphone.AllCodecs {
			for _, recording := range []string{"none", "{keep: 90d, channels: 2}"} {
				list = append(list, coding{agent: agent, formats: agent.Format(), customer: customer, recording: recording})
			}
			for _, formats := range []string{"ulaw", "alaw", "slin", "slin16"} {
				list = append(list, coding{agent: agent, formats: formats, customer: customer, recording: "{keep: 90d}"})
			}
		}
	}
	return list
}

// highSequence is where RTP sequence numbers begin in these tests.
const highSequence = 40_000

// agentsOfACodec is how many agents have a codec: all lines of the account may need it.
const agentsOfACodec = 8

// newAudioLab is a world in which every coding has a menu in which customers are lost.
func newAudioLab(t testing.TB, list []coding) *world {
	t.Helper()
	c := lab.Config{Codecs: map[string]softphone.Codec{}, Packets: true, Sequence: highSequence, Further: map[string]string{}}
	for _, codec := range []softphone.Codec{softphone.PCMU, softphone.PCMA} {
		queue := private.Queue{Name: codec.Format(), Strategy: "rrmemory", Autofill: true}
		for i := range agentsOfACodec {
			agent := fmt.Sprintf("%s%d", codec.Format(), i)
			queue.Members, c.Agents, c.Codecs[agent] = append(queue.Members, agent), append(c.Agents, agent), codec
		}
		c.Queues = append(c.Queues, queue)
	}
	var trunks, regions, scenarios, rules, menus strings.Builder
	for i, one := range list {
		name := one.name()
		c.Numbers = append(c.Numbers, private.Number{Number: numberOf(i), Dialplan: []string{"Goto(" + name + ",s,1)"}})
		fmt.Fprintf(&menus, "[%s]\nexten => s,1,Answer()\n same => n,Wait(60)\n", name)
		fmt.Fprintf(&scenarios, "  %s: {contexts: [%s]}\n", name, name)
		fmt.Fprintf(&trunks, "[%s]\ntype = endpoint\ntransport = udp\ncontext = from-pstn\naors = pstn\ndirect_media = no\n"+
			"disallow = all\nallow = %s\n", name, one.customer.Format())
		fmt.Fprintf(&regions, "  %s: {pbx: pbx1, trunks: [PJSIP/%s], dial: \"PJSIP/{number}@%s\", formats: \"%s\", tone_zone: se}\n",
			name, name, name, one.formats)
		fmt.Fprintf(&rules, "  - {name: %s, missed_in: scenario, scenarios: [%s], region: %s, recording: %s, queue: %s, dialing_intervals: [immediately]}\n",
			name, name, name, one.recording, one.agent.Format())
	}
	c.Dialplan = menus.String()
	c.Further["pjsip.conf"] = trunks.String()
	c.Further["modules.conf"] = "load = codec_g722.so\n"
	c.Rules = `account: acme
country: "SE"
timezone: Europe/Stockholm
numbers: ["+46855500*"]
regions:
  in: {pbx: pbx1, trunks: [PJSIP/pstn], dial: "PJSIP/{number}@pstn"}
` + regions.String() + "queues: {ulaw: {}, alaw: {}}\nscenarios:\n" + scenarios.String() +
		"defaults: {schedule: always}\nrules:\n" + rules.String()
	return worldOf(t, c).start()
}

// numberOf is what customers of the i-th coding dial.
func numberOf(i int) string { return fmt.Sprintf("+46855500%02d", i) }

// customerOf is a customer; neighbouring numbers would look like one-ring fraud.
func customerOf(i int) string { return fmt.Sprintf("+4670%02d34567", i) }

// converses loses a customer of each coding at once, has all of them called back, side
// by side, talk for a while and hang up, every second time the agent; and measures.
func (w *world) converses(list []coding) []figures {
	w.t.Helper()
	agents := w.everybodyAnswers()
	w.losesEach(list)
	ctx, stop := context.WithTimeout(w.t.Context(), time.Minute)
	defer stop()
	all, faults := make([]figures, len(list)), make([]error, len(list))
	var conversations sync.WaitGroup
	for i, one := range list {
		conversations.Go(func() { all[i], faults[i] = w.converse(ctx, agents, one.name(), customerOf(i), i%2 == 0) })
	}
	conversations.Wait()
	for i, err := range faults {
		assert.NoError(w.t, err, list[i].name())
	}
	return all
}

// losesEach has a customer of each coding call its menu and give up, one after the other.
func (w *world) losesEach(list []coding) {
	w.t.Helper()
	for i := range list {
		in := w.dials(numberOf(i), customerOf(i))
		in.MustBeAnswered(w.t)
		in.MustHangup(w.t)
	}
}

func (w *world) converse(ctx context.Context, agents *answering, name, number string, agentHangsUp bool) (figures, error) {
	agent, customer, err := agents.calledBack(ctx, number)
	if err != nil {
		return figures{}, fmt.Errorf("%s: %w", name, err)
	}
	const enough = 1200 * time.Millisecond
	if _, err := agent.call.HearsFor(ctx, enough, lab.CustomersVoice); err != nil {
		return figures{}, fmt.Errorf("%s: the agent: %w", name, err)
	}
	voice := w.Voice(agent.agent)
	if _, err := customer.HearsFor(ctx, enough, voice); err != nil {
		return figures{}, fmt.Errorf("%s: the customer: %w", name, err)
	}
	leaves, stays := customer, agent.call
	if agentHangsUp {
		leaves, stays = agent.call, customer
	}
	if err := leaves.Hangup(); err != nil {
		return figures{}, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := stays.Ended(ctx); err != nil {
		return figures{}, fmt.Errorf("%s: %w", name, err)
	}
	return measured(name, agent.call, customer, voice)
}

// Both hear each other within 50 ms of the customer's answer, and until one hangs up. How
// much later a machine that is busy with other tests makes it, the packets of the same
// conversations tell: what is asserted is 50 ms and that, in the median; and of every
// single conversation, that it had no hole which a person would notice.
func TestAudioInAllCodings(t *testing.T) {
	t.Parallel()
	list := codings()
	w := newAudioLab(t, list)
	all := w.converses(list)
	require.False(t, t.Failed())
	for _, f := range all {
		t.Logf("%-24s agent hears after %v, customer after %v; longest gap %v; not heard %v; silence before the end %v",
			f.name, f.agentHears, f.customerHears, f.gap, f.unheard, f.silence)
		assert.Less(t, f.gap, time.Second/2, f.name)
		assert.Less(t, f.silence, time.Second/2, f.name)
	}
	agent := median(all, func(f figures) time.Duration { return f.agentHears })
	customer := median(all, func(f figures) time.Duration { return f.customerHears })
	t.Logf("median: the agent hears after %v, the customer after %v; the machine adds %v", agent, customer, stall(all))
	require.Less(t, agent, 50*time.Millisecond+stall(all))
	require.Less(t, customer, 50*time.Millisecond+stall(all))

	for i, one := range list {
		story := w.taskOf(customerOf(i), callback.TaskCompleted)
		assert.Equal(t, one.recording != "none", story.Attempts[0].RecordingOK, one.name())
	}
	w.nothingLeft()
}
