package callback

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// failedAt is a fault whose leg was sent and ended so many seconds after noon.
func failedAt(result Result, sent, ended int) TrunkFault {
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	return TrunkFault{Number: "+46701234567", Result: result, Sent: at(sent), Ended: at(ended)}
}

// afterAll is after all that fails.
var afterAll = noon.Add(24 * time.Hour)

func TestATrunkPauseIsMadeOfFaults(t *testing.T) {
	const failed, unreachable = ResultTrunkFailed, ResultUnreachable
	for name, row := range map[string]struct {
		faults []TrunkFault
		times  int
		until  int // seconds after noon
	}{
		"none":                            {},
		"one number alone":                {faults: []TrunkFault{failedAt(unreachable, 0, 1), failedAt(unreachable, 9, 10)}},
		"two numbers":                     {[]TrunkFault{failedAt(unreachable, 0, 1), failedAt(failed, 9, 10)}, 1, 70},
		"many at once":                    {[]TrunkFault{failedAt(unreachable, 0, 1), failedAt(failed, 0, 2), failedAt(failed, 1, 3), failedAt(failed, 0, 30)}, 1, 62},
		"sent when the pause began":       {[]TrunkFault{failedAt(failed, 0, 2), failedAt(failed, 2, 3)}, 1, 62},
		"a second one after the pause":    {[]TrunkFault{failedAt(failed, 0, 2), failedAt(failed, 62, 64)}, 2, 184},
		"one that ended first was second": {[]TrunkFault{failedAt(failed, 62, 64), failedAt(failed, 0, 2)}, 2, 184},
		"the number's own after a pause":  {[]TrunkFault{failedAt(failed, 0, 2), failedAt(unreachable, 62, 64)}, 1, 62},
	} {
		p := pauseOf(row.faults, afterAll)
		require.Equal(t, row.times, p.times, name)
		require.Equal(t, len(row.faults), p.faults, name)
		if row.times > 0 {
			require.Equal(t, noon.Add(time.Duration(row.until)*time.Second), p.until, name)
		}
	}
}

// Each pause is twice as long as the one before, up to a quarter of an hour.
func TestTrunkPausesGrow(t *testing.T) {
	var faults []TrunkFault
	sent := 0
	for _, minutes := range []int{1, 2, 4, 8, 15, 15, 15} {
		faults = append(faults, failedAt(ResultTrunkFailed, sent, sent+1))
		p := pauseOf(faults, afterAll)
		require.Equal(t, time.Duration(minutes)*time.Minute, p.until.Sub(p.began))
		require.Equal(t, noon.Add(time.Duration(sent+1)*time.Second), p.began)
		sent += 1 + minutes*60
	}
}

// A clock that was a day ahead for a while pauses nothing once it is right, and hides
// nothing that fails then.
func TestAClockThatWasAheadPausesNoTrunk(t *testing.T) {
	const day = 24 * 3600
	faults := []TrunkFault{failedAt(ResultTrunkFailed, day, day+1)}
	now := noon.Add(10 * time.Second)
	require.Zero(t, pauseOf(faults, now))
	p := pauseOf(append(faults, failedAt(ResultTrunkFailed, 5, 10)), now)
	require.Equal(t, trunkPause{times: 1, faults: 1, began: now, until: now.Add(time.Minute)}, p)
}

// What isn't counted to its end isn't said as if it were.
func TestHowOftenATrunkHasFailed(t *testing.T) {
	a, region := exampleAccount(), Region{Name: "sweden"}
	for faults, said := range map[int]string{
		1:              "the trunk of region sweden failed, another",
		2:              "the trunk of region sweden failed 2 times, another",
		faultsThatTell: "the trunk of region sweden failed 100 times or more, another",
	} {
		o := a.paused(ground{now: noon, trunk: trunkPause{times: 1, faults: faults}, trying: 1}, region)
		require.Contains(t, o.reason, said)
	}
}

// However the faults lie, a pause is as long as pauses are, begins with one of them,
// and is the same whatever their order.
func TestTrunkPausesInAnyOrder(t *testing.T) {
	t.Parallel()
	lengths := []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute}
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 0))
		var faults []TrunkFault
		for range random.IntN(12) {
			sent := random.IntN(3600)
			faults = append(faults, failedAt([]Result{ResultTrunkFailed, ResultUnreachable}[random.IntN(2)], sent, sent+random.IntN(40)))
		}
		p := pauseOf(faults, afterAll)
		random.Shuffle(len(faults), func(i, j int) { faults[i], faults[j] = faults[j], faults[i] })
		require.Equal(t, p, pauseOf(faults, afterAll), "seed %d", seed)
		failed := slices.ContainsFunc(faults, func(f TrunkFault) bool { return f.Result == ResultTrunkFailed })
		require.Equal(t, failed, p.times > 0, "seed %d", seed)
		if failed {
			require.Equal(t, lengths[min(p.times, len(lengths))-1], p.until.Sub(p.began), "seed %d", seed)
			require.True(t, slices.ContainsFunc(faults, func(f TrunkFault) bool { return f.Ended.Equal(p.began) }), "seed %d", seed)
		}
	}
}

// linesOf has the live attempts of a PBX.
type linesOf struct {
	ReadTx
	live []Attempt
}

func (l linesOf) LiveAttempts(string) ([]Attempt, error) { return l.live, nil }

// A conversation that began before the trouble doesn't keep anybody from trying. Two
// attempts that have their agents don't wait for each other, only for a customer's
// phone that may be ringing.
func TestWhoTriesATrunk(t *testing.T) {
	live := func(id int64, account, region string, state AttemptState) Attempt {
		return Attempt{ID: id, Account: account, State: state, Settings: Settings{Region: region}}
	}
	others := linesOf{live: []Attempt{
		live(1, "acme", "sweden", AttemptAgent), live(2, "acme", "sweden", AttemptAgentUp), live(3, "acme", "sweden", AttemptCustomer),
		live(4, "acme", "sweden", AttemptBridged), live(5, "acme", "norway", AttemptCustomer), live(6, "globex", "sweden", AttemptCustomer),
	}}
	for _, row := range []struct {
		id    int64
		state AttemptState
		want  int
	}{
		{7, AttemptScheduled, 3},
		{2, AttemptAgentUp, 1},
		{3, AttemptCustomer, 0},
	} {
		trying, err := tryingTrunk(others, live(row.id, "acme", "sweden", row.state), "pbx1")
		require.NoError(t, err)
		require.Equal(t, row.want, trying, row.state)
	}
}
