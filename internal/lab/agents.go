package lab

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"callbackd/internal/softphone"
)

// CustomersVoice is the frequency at which customers speak, in Hz. It is apart
// from every agent's, from the music on hold and from the tones of the network.
const CustomersVoice = 620

// agentVoices are the frequencies at which agents speak, in Hz: 100 Hz and more
// from each other and from the customers', so that a mixture tells who speaks.
var agentVoices = []int{440, 840, 1040, 1240}

// Voice is the frequency at which an agent speaks, in Hz; 0 for who isn't one.
func (l *Lab) Voice(agent string) int {
	i := slices.Index(l.config.Agents, agent)
	if i < 0 {
		return 0
	}
	return agentVoices[i%len(agentVoices)]
}

// Account is what a person enters into a softphone to be an agent here. SIP
// goes over UDP.
type Account struct {
	User, Password string
	Address        string // of Asterisk, 127.0.0.1:PORT
}

// Account is the SIP account of an agent or guest.
func (l *Lab) Account(name string) Account {
	return Account{User: name, Password: l.passwords[name], Address: l.Asterisk.SIP}
}

// AgentsPhone waits for the next call to an agent's softphone and returns it. It
// doesn't ring by itself: that is up to [softphone.Call.Ring].
func (l *Lab) AgentsPhone(ctx context.Context, agent string) (*softphone.Call, error) {
	phone := l.Agents[agent]
	if phone == nil {
		return nil, fmt.Errorf("wait for a call to %s: there is no such agent", agent)
	}
	call, err := phone.Incoming(ctx)
	if err != nil {
		return nil, l.Explain(err)
	}
	return call, nil
}

func (l *Lab) startAgents(ctx context.Context) error {
	for _, name := range l.config.Agents {
		account := l.Account(name)
		phone, err := softphone.Start(ctx, softphone.Options{
			User: account.User, Password: account.Password, Registrar: account.Address,
			Codecs: []softphone.Codec{l.config.Codecs[name]}, Keeps: l.config.Packets, Sequence: l.config.Sequence,
			Says: softphone.Tone(l.Voice(name)),
		})
		if err != nil {
			return fmt.Errorf("agent %s: %w", name, err)
		}
		l.Agents[name] = phone
	}
	return nil
}

// codecOptions are the lines of an agent's endpoint that give it the codec of its phone.
func (l *Lab) codecOptions(agent string) []string {
	codec, other := l.config.Codecs[agent]
	if !other {
		return nil
	}
	return []string{"disallow = all", "allow = " + codec.Format()}
}

// newPassword makes one that can be typed: no letters that look alike.
func newPassword() string { return rand.Text()[:10] }
