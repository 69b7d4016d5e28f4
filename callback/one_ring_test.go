package callback_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// shielded is an account that takes five brief calls of one block within ten minutes for
// fraud.
func shielded(change ...func(*callback.Account)) *callback.Account {
	account := inAnHour()
	account.Callable.Burst = callback.Burst{Calls: 5, Within: 10 * time.Minute}
	for _, f := range change {
		f(account)
	}
	return account
}

// street is where calls of one ring come in, at a workbench.
type street struct {
	*workbench
	calls int
	log   bytes.Buffer
}

func atStreet(t *testing.T, account *callback.Account, test func(*street)) {
	atWorkbench(t, account, func(w *workbench) {
		s := &street{workbench: w}
		w.intake.With(callback.IntakeOptions{Log: zerolog.New(&s.log)})
		test(s)
	})
}

// ring has somebody call for as long as took, and waits for a second.
func (s *street) ring(number string, took time.Duration) {
	s.calls++
	s.take(call(fmt.Sprint("ring", s.calls), func(v *callback.Verdict) { v.Caller, v.Arrived = number, v.Ended.Add(-took) }))
	s.after(time.Second)
}

// brief has the nth number of a block call for two seconds.
func (s *street) brief(n int) { s.ring(neighbour(n), 2*time.Second) }

func neighbour(n int) string { return fmt.Sprintf("+4670123%04d", n) }

func (s *street) held() int { return s.count(callback.TaskHeld) }

func (s *street) alarms() int { return strings.Count(s.log.String(), `"alarm":"one_ring_burst"`) }

// The call that makes it a burst holds all of it, those that follow are held as they
// come, and the operator is told once, with no number in full.
func TestABurstOfOneRing(t *testing.T) {
	atStreet(t, shielded(), func(s *street) {
		for n := range 4 {
			s.brief(n)
		}
		assert.Zero(t, s.held())
		assert.Zero(t, s.alarms())
		s.brief(4)
		assert.Equal(t, 5, s.held())
		s.brief(5)
		s.brief(6)
		assert.Equal(t, 7, s.held())
		assert.Equal(t, 1, s.alarms())
		assert.Contains(t, s.log.String(), `"block":"+4670123xxxx"`)
		assert.Contains(t, s.log.String(), `"account":"acme"`)
		assert.Contains(t, s.log.String(), "callbackd tasks release --account acme --held-by one_ring")
		assert.NotContains(t, s.log.String(), "+46701230")

		task, _ := s.read(1)
		assert.Equal(t, callback.ByOneRing, task.HeldBy)
		assert.Equal(t, "held by one_ring since 2000-01-01 00:00 UTC (5 numbers of +4670123xxxx rang briefly within 10m: one-ring fraud looks like that): "+
			"release it (callbackd tasks release 1), or all of them (callbackd tasks release --account acme --held-by one_ring)", task.WaitingFor)
		s.after(24 * time.Hour)
		assert.Zero(t, s.pbxs["pbx1"].rung.Load())
	})
}

// What isn't a burst holds nothing.
func TestWhatIsNoBurst(t *testing.T) {
	for name, row := range map[string]struct {
		account *callback.Account
		calls   func(*street)
	}{
		"one number again and again": {shielded(), func(s *street) {
			for range 20 {
				s.brief(1)
			}
		}},
		"numbers of many blocks": {shielded(), func(s *street) {
			for n := range 20 {
				s.ring(fmt.Sprintf("+46701%02d4567", n), 2*time.Second)
			}
		}},
		"calls that waited": {shielded(), func(s *street) {
			for n := range 20 {
				s.ring(neighbour(n), 6001*time.Millisecond)
			}
		}},
		"calls far apart": {shielded(), func(s *street) {
			for n := range 20 {
				s.brief(n)
				s.after(150 * time.Second)
			}
		}},
		"numbers of another length": {shielded(), func(s *street) {
			for n := range 4 {
				s.ring(fmt.Sprintf("+4930123%05d", 45670+n), 2*time.Second)
			}
			s.ring("+49301234567", 2*time.Second)
			for _, m := range s.missed() {
				assert.NotEmpty(s.t, m.Number)
			}
		}},
		"one that is heard of late": {shielded(), func(s *street) {
			for n := range 4 {
				s.brief(n)
			}
			s.take(call("late", func(v *callback.Verdict) {
				v.Caller, v.Ended = neighbour(5), v.Ended.Add(-5*time.Minute)
				v.Arrived = v.Ended.Add(-2 * time.Second)
			}))
		}},
		"a shield that is off": {inAnHour(), func(s *street) {
			for n := range 20 {
				s.brief(n)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			atStreet(t, row.account, func(s *street) {
				row.calls(s)
				assert.Zero(t, s.held())
				assert.Zero(t, s.alarms())
			})
		})
	}
}

// Where calls that were over sooner than min_wait aren't called back, no longer ones
// are brief.
func TestBriefCallsWhereSomeAreTooShort(t *testing.T) {
	account := shielded(func(a *callback.Account) { a.Callable.MinWait = 20 * time.Second })
	atStreet(t, account, func(s *street) {
		for n := range 4 {
			s.ring(neighbour(n), 19*time.Second)
		}
		s.ring(neighbour(5), 21*time.Second)
		assert.Equal(t, 1, s.count(callback.TaskScheduled))
		s.ring(neighbour(6), 20*time.Second)
		assert.Equal(t, 1, s.held(), "refused calls are a part of the burst")
		assert.Equal(t, 1, s.count(callback.TaskScheduled), "who waited is a customer")
		for _, m := range s.missed()[:4] {
			assert.Equal(t, callback.ReasonTooShort, m.Reason)
		}
	})
}

// A customer who has waited before is a customer, whatever the neighbours do; one whose
// calls were all brief is held with them.
func TestACustomerAmongABurst(t *testing.T) {
	atStreet(t, shielded(), func(s *street) {
		s.ring(neighbour(0), time.Minute)
		s.brief(1)
		for n := range 5 {
			s.brief(n)
		}
		task, _ := s.read(1)
		assert.Equal(t, callback.TaskScheduled, task.State)
		task, _ = s.read(2)
		assert.Equal(t, callback.TaskHeld, task.State)
		assert.Equal(t, 4, s.held())
		s.ring(neighbour(7), time.Minute)
		assert.Equal(t, 4, s.held(), "who waits now isn't held either")
		s.ring(neighbour(1), time.Minute)
		assert.Equal(t, 3, s.held(), "who waits after all is a customer")
		task, _ = s.read(2)
		assert.Equal(t, callback.TaskScheduled, task.State)
		assert.Empty(t, task.HeldBy)
	})
}

// What a person has released stays released, also when the same burst goes on. A new
// one, of calls after the release, holds again.
func TestABurstThatIsReleased(t *testing.T) {
	atStreet(t, shielded(), func(s *street) {
		for n := range 6 {
			s.brief(n)
		}
		require.Equal(t, 6, s.held())
		n, err := callback.ReleaseAll(context.Background(), s.store, "acme", callback.ByOneRing, "bob")
		require.NoError(t, err)
		require.Equal(t, 6, n)
		s.after(time.Second)
		for n := range 4 {
			s.brief(10 + n)
		}
		assert.Zero(t, s.held())
		s.brief(14)
		assert.Equal(t, 5, s.held(), "those of the new burst")
		for id := range int64(6) {
			task, _ := s.read(id + 1)
			assert.Equal(t, callback.TaskScheduled, task.State)
		}
	})
}

// Who is released alone doesn't free the others.
func TestOneOfABurstThatIsReleased(t *testing.T) {
	atStreet(t, shielded(), func(s *street) {
		for n := range 6 {
			s.brief(n)
		}
		_, err := callback.Release(context.Background(), s.store, 6, "bob")
		require.NoError(t, err)
		s.after(time.Second)
		s.brief(7)
		assert.Equal(t, 6, s.held())
		task, _ := s.read(6)
		assert.Equal(t, callback.TaskScheduled, task.State)
	})
}

// The alarm comes again while a burst lasts, once in its window; and for each block.
func TestTheAlarmOfALongBurst(t *testing.T) {
	atStreet(t, shielded(), func(s *street) {
		for n := range 25 * 60 / 30 {
			s.brief(n)
			s.after(29 * time.Second)
		}
		assert.Equal(t, 3, s.alarms())
		for n := range 5 {
			s.ring(fmt.Sprintf("+4670999%04d", n), 2*time.Second)
		}
		assert.Equal(t, 4, s.alarms())
	})
}

// The decision is made by the database: another daemon on it goes on where the first
// died.
func TestABurstAcrossARestart(t *testing.T) {
	atStreet(t, shielded(), func(s *street) {
		for n := range 4 {
			s.brief(n)
		}
		s.intake = callback.NewIntake(s.store, s.rules, func(callback.MissedCall) {})
		s.brief(4)
		assert.Equal(t, 5, s.held())
	})
}
