package callback

import (
	"context"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// life is a database of one customer who never answers.
type life struct {
	*history
	sent []time.Time
}

func (l *life) Update(ctx context.Context, fn func(Tx) error) error {
	return l.history.Update(ctx, func(tx Tx) error { return fn(&lifeTx{tx, l}) })
}

type lifeTx struct {
	Tx
	life *life
}

func (tx *lifeTx) Switches() (Switches, error) { return Switches{}, nil }

func (tx *lifeTx) CustomerLegs(_, _ string, since time.Time) (Legs, error) {
	return (&records{sent: tx.life.sent}).CustomerLegs("", "", since)
}

func (tx *lifeTx) RegionLines(string, string) (int, error) { return 0, nil }

// live dials for as long as the rules say, and answers when it did. It is what
// scheduler and dialer do between them, without a PBX.
func (l *life) live(t *testing.T, account *Account) (dialled []time.Time) {
	t.Helper()
	book := NewRulebook(account)
	step := func(fn func(tx Tx) error) { require.NoError(t, l.Update(t.Context(), fn)) }
	until := func(at time.Time) { <-time.After(time.Until(at)) }
	for l.task.State == TaskScheduled && len(dialled) < maxExplained {
		until(l.task.Due)
		for {
			if giveUp := l.task.GiveUp; !giveUp.IsZero() && !giveUp.After(time.Now()) {
				return dialled
			}
			var o obstacle
			step(func(tx Tx) error {
				g, err := surveyAttempt(tx, account, *l.newest(), time.Now())
				o = account.forbids(g, l.task, *l.newest())
				return err
			})
			if !o.stands() {
				break
			}
			if o.until.IsZero() {
				return dialled
			}
			require.True(t, o.until.After(time.Now()), o.reason)
			until(o.until)
		}
		step(func(tx Tx) error {
			attempt := *l.newest()
			if err := take(tx, l.task, &attempt, "pbx1", "callbackd", time.Now()); err != nil {
				return err
			}
			for _, in := range []AttemptInput{AttemptAgentAnswered, AttemptSendCustomer} {
				change, err := attempt.apply(in, "")
				if err != nil {
					return err
				}
				if err := tx.UpdateAttempt(&attempt, change); err != nil {
					return err
				}
			}
			return nil
		})
		dialled, l.sent = append(dialled, time.Now()), append(l.sent, time.Now())
		until(time.Now().Add(l.newest().Settings.WaitForCustomer))
		step(func(tx Tx) error {
			_, err := conclude(tx, book, l.newest().ID, ending{result: ResultCustomerNoAnswer}, Pace{}, time.Now())
			return err
		})
	}
	return dialled
}

// heardAtRandom gives a rule something to say and to play, or nothing.
func heardAtRandom(random *rand.Rand, r *Rule) {
	sound := func() Sound {
		return []Sound{{}, {Play: "hello"}, {Say: &Speech{Language: "sv", Text: "Hej"}}}[random.IntN(3)]
	}
	accept := func() *Accept {
		if random.IntN(2) == 0 {
			return nil
		}
		return &Accept{Key: string("0123456789*#"[random.IntN(12)]), Within: time.Duration(1+random.IntN(60)) * time.Second, Ask: sound()}
	}
	r.AgentAnnouncement, r.AgentAccept, r.CustomerAccept = sound().Say, accept(), accept()
	r.Voicemail = []Voicemail{{}, {Action: VoicemailConnect}, {Action: VoicemailHangUp}, {Action: VoicemailLeave, Message: Sound{Play: "sorry"}}}[random.IntN(4)]
	r.StopKey, r.Language = []string{"", "9", "*"}[random.IntN(3)], []string{"", "sv"}[random.IntN(2)]
	r.MaxCall = time.Duration(random.IntN(5)) * time.Hour
	if r.Recording = nil; random.IntN(2) == 0 {
		r.Recording = &RecordingSettings{Keep: 90 * 24 * time.Hour, Channels: 1 + random.IntN(2), Notice: sound()}
	}
}

// What explain foretells is what happens, whatever the rule: when each attempt is
// made, and what it says and shows.
func TestExplainForetellsWhatHappens(t *testing.T) {
	t.Parallel()
	dialledInAll, expired := 0, 0
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 0))
		minutes := func() time.Duration { return time.Duration(random.IntN(61)) * time.Minute }
		account := exampleAccount(func(a *Account) {
			a.Callable.PerNumber = Caps{Day: random.IntN(5), Month: random.IntN(12)}
			r := &a.Rules[0]
			r.DialingIntervals = []time.Duration{minutes()}
			for range random.IntN(5) {
				r.DialingIntervals = append(r.DialingIntervals, minutes()+time.Minute)
			}
			r.WaitForCustomer = time.Duration(10+random.IntN(50)) * time.Second
			r.GiveUpAfter = random.IntN(4)
			if random.IntN(2) == 0 {
				r.Schedule = weekdays()
			}
			heardAtRandom(random, r)
			if random.IntN(3) > 0 {
				r.Treatments = Treatments{ResultCustomerNoAnswer: {In: minutes() + time.Minute, AtMost: random.IntN(8)}}
			}
		})
		synctest.Test(t, func(t *testing.T) {
			now := time.Now().Add(time.Duration(random.Int64N(int64(14 * 24 * time.Hour)))).Truncate(time.Millisecond)
			<-time.After(time.Until(now))
			x, err := Explain(&records{}, NewRulebook(account), asking(func(q *Question) { q.Lost = now }))
			require.NoError(t, err)
			var foretold []time.Time
			var said []Settings
			for _, a := range x.Attempts {
				if a.Earliest != nil {
					foretold, said = append(foretold, a.Earliest.At), append(said, a.Settings)
				}
			}

			l := &life{history: &history{ledger: &ledger{hears: func(Change) error { return nil }}}}
			in := NewIntake(l, NewRules(NewRulebook(account)), func(MissedCall) {})
			require.NoError(t, in.Take(t.Context(), lostCall(func(v *Verdict) { v.Arrived, v.Ended = now, now })))
			var happened []time.Time
			for _, at := range l.live(t, account) {
				happened = append(happened, at.UTC())
			}
			require.Equal(t, foretold, happened, "seed %d", seed)
			for i, a := range l.ended {
				require.Equal(t, a.Settings, said[i], "seed %d, attempt %d", seed, i)
			}
			require.Len(t, l.ended, len(said))
			dialledInAll += len(happened)
			if l.task.State == TaskScheduled {
				expired++
			}
		})
	}
	require.Greater(t, dialledInAll, 400)
	require.Greater(t, expired, 10)
}
