package endtoend

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/internal/softphone"
)

// Where the agent's phone doesn't speak the codec of the Local channel that leads to it,
// both hear each other all the same, whatever numbers the packets of the customer's phone
// have.
func TestAudioWhereTheLocalHasAnotherFormat(t *testing.T) {
	t.Parallel()
	var list []coding
	for _, agent := range []softphone.Codec{softphone.PCMU, softphone.PCMA} {
		for _, formats := range []string{"ulaw", "alaw", "slin", "slin16"} {
			for _, recording := range []string{"none", "{keep: 90d, channels: 2}"} {
				if formats != agent.Format() {
					list = append(list, coding{agent: agent, formats: formats, customer: softphone.PCMU, recording: recording})
				}
			}
		}
	}
	w := newAudioLab(t, list)
	w.converses(list)
	require.False(t, t.Failed())
	w.nothingLeft()
}
