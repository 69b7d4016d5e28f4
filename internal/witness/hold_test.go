package witness

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// A reading ends before a call that is held, and says so; the position is that of the call,
// for whoever goes on there.
func TestACallThatIsHeld(t *testing.T) {
	p := newPBX(t)
	held := map[string]bool{"1795160200.3": true}
	p.logs.Hold = func(f callback.Finding) bool { return held[f.(callback.Verdict).CallID] }
	w := p.witness(p.beginning())
	p.write(p.logs.CDR, cdrRow(1795160100, 2)+cdrRow(1795160200, 3)+cdrRow(1795160300, 4))
	p.now = p.now.Add(time.Minute)
	calls, r := p.read(w)
	require.Equal(t, []string{"1795160100.2"}, ids(calls))
	require.False(t, r.CaughtUp())
	require.Equal(t, 2, r.Waiting)
	require.Equal(t, int64(1795160200), r.Oldest.Truncate(10*time.Second).Unix())
	calls, _ = p.read(w)
	require.Empty(t, calls)

	delete(held, "1795160200.3")
	for name, witness := range map[string]*Witness{"the same witness": w, "another one": p.witness(r.Position)} {
		calls, again := p.read(witness)
		require.Equal(t, []string{"1795160200.3", "1795160300.4"}, ids(calls), name)
		require.True(t, again.CaughtUp())
	}
}
