package pbx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An event that can't be read is counted and told, but not shown: it may have a number that
// is withheld.
func TestAMalformedEventIsNotLogged(t *testing.T) {
	inWorld(t, func(w *world) {
		w.after(time.Second)
		w.asterisk.Send("callbackd", []byte(`{"type":"ChannelCreated","channel":{"name":"PJSIP/pstn-00000001","caller":{"number":"`+customer+`"}}}`))
		w.after(time.Second)
		require.Equal(t, 1, w.meter.of("malformed"))
		w.mu.Lock()
		defer w.mu.Unlock()
		require.Contains(t, w.log.String(), "an event of Asterisk can't be read")
		require.NotContains(t, w.log.String(), customer)
	})
}
