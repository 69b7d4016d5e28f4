package callback

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// patientPBX is a PBX on which an agent's phone rings until the attempt is given
// up. The release of its legs waits for a word of the test.
type patientPBX struct {
	Exchange
	steps
	lifetime context.Context
	asked    func()        // what happens when it is asked to admit
	closing  chan struct{} // nil: at once
	rung     bool
}

func (p *patientPBX) Prefix() string { return "callbackd" }

func (p *patientPBX) Ready() (context.Context, error) { return p.lifetime, nil }

func (p *patientPBX) Admit(context.Context, Admission) (string, error) {
	if p.asked != nil {
		p.asked()
	}
	return "", nil
}

func (p *patientPBX) Call(context.Context, Attempt, Standing) Call { return p }

func (p *patientPBX) StopKey() <-chan struct{} { return nil }

func (p *patientPBX) Speak(context.Context, Speech) error { return nil }

func (p *patientPBX) RingAgent(ctx context.Context, _ AgentLeg) (string, error) {
	if ctx.Err() == nil {
		p.rung = true
	}
	<-ctx.Done()
	return "", context.Cause(ctx)
}

func (p *patientPBX) Close(context.Context) (RecordingFound, error) {
	if p.closing != nil {
		<-p.closing
	}
	return RecordingFound{}, nil
}

// steps are those that no test comes to.
type steps = Call

// patience makes a scheduler over pbx and a task that is due.
func patience(pbx *patientPBX) (*state, *Scheduler) {
	d := asBuilt()
	s := d.initial()
	s.task.Due = time.Time{}
	rules := NewRules(d.book)
	dialer := NewDialer(&s.ledger, rules, map[string]Exchange{"pbx1": pbx}, Pace{}, zerolog.Nop())
	return &s, NewScheduler(&s.ledger, rules, dialer, zerolog.Nop())
}

// lifetime is that of a connection, until a gap.
func lifetime() (ctx context.Context, gap func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	return ctx, func() { cancel(ErrGap) }
}

func nothingStands(Names) Standing { return Standing{} }

// A claim that is being made when the connection is lost is seen by the
// reconciliation, or it would never be ended.
func TestAGapDuringAClaim(t *testing.T) {
	before, gap := lifetime()
	pbx := &patientPBX{lifetime: before}
	s, scheduler := patience(pbx)
	after, over := lifetime()
	defer over()
	reconciled := make(chan error, 1)
	pbx.asked = func() {
		gap()
		go func() {
			_, err := scheduler.dialer.Reconcile(after, "pbx1", nothingStands)
			reconciled <- err
		}()
		// It may overtake the claim now, if it can.
		for range 1000 {
			runtime.Gosched()
		}
	}
	_, err := scheduler.serve(t.Context(), scheduler.rules.Book(), s.task, refusals{})
	require.NoError(t, err)
	require.NoError(t, <-reconciled)
	require.False(t, pbx.rung)
	require.Equal(t, TaskScheduled, s.task.State)
	require.Equal(t, ResultInterrupted, s.attempts[0].Result)
}

// While a PBX is reconciled its callbacks wait, and nobody waits with them: those over other
// PBXs are served.
func TestAReconciliationHoldsNobodyUp(t *testing.T) {
	connection, over := lifetime()
	defer over()
	s, scheduler := patience(&patientPBX{lifetime: connection})
	claims := scheduler.dialer.claims["pbx1"]
	claims.Lock()
	defer claims.Unlock()
	served := make(chan obstacle, 1)
	go func() {
		o, _ := scheduler.serve(context.Background(), scheduler.rules.Book(), s.task, refusals{})
		served <- o
	}()
	select {
	case o := <-served:
		require.Equal(t, refusal{pbx: "pbx1"}, o.of)
		require.True(t, o.ask, "it is looked at again")
	case <-time.After(10 * time.Second):
		require.Fail(t, "the scheduler waits")
	}
}

// An attempt that is on its way out when the connection is lost ends before it is
// judged: its own outcome is the one that is stored.
func TestAGapWhileAnAttemptEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, gap := lifetime()
		pbx := &patientPBX{lifetime: before, closing: make(chan struct{})}
		s, scheduler := patience(pbx)
		_, err := scheduler.serve(t.Context(), scheduler.rules.Book(), s.task, refusals{})
		require.NoError(t, err)
		synctest.Wait()
		require.True(t, pbx.rung)
		scheduler.dialer.Observe([]Change{{TaskID: s.task.ID, Input: string(TaskCancel), To: string(TaskDialing), Reason: CancelByPerson}})
		synctest.Wait() // it gives way, and releases its legs
		gap()
		after, over := lifetime()
		defer over()
		go func() { _, _ = scheduler.dialer.Reconcile(after, "pbx1", nothingStands) }()
		synctest.Wait()
		close(pbx.closing)
		synctest.Wait()
		require.Equal(t, ResultSuperseded, s.attempts[0].Result)
	})
}

// What comes between the claim's commit and the attempt's beginning is heard: a
// cancellation, and the end of callbackd. Nobody's phone rings.
func TestBetweenClaimAndBeginning(t *testing.T) {
	for name, happens := range map[string]func(*state, *Dialer){
		"somebody cancels": func(s *state, _ *Dialer) {
			_, err := Cancel(context.Background(), &s.ledger, s.task.ID, CancelByPerson, "ann")
			require.NoError(t, err)
		},
		"callbackd is being stopped": func(_ *state, d *Dialer) { d.Drain(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now, over := lifetime()
				defer over()
				pbx := &patientPBX{lifetime: now}
				s, scheduler := patience(pbx)
				account, _ := scheduler.rules.Book().Account("acme")
				claimed, _, err := scheduler.claim(t.Context(), account, s.task.ID, "pbx1")
				require.NoError(t, err)
				happens(s, scheduler.dialer)
				scheduler.dialer.start(now, account, *claimed, Standing{})
				synctest.Wait()
				require.False(t, pbx.rung)
				for _, a := range s.attempts {
					if a != nil && a.ID == claimed.ID {
						require.Equal(t, ResultSuperseded, a.Result)
					}
				}
			})
		})
	}
}

// A task that was found due, and changed before it was claimed, isn't claimed.
func TestATaskThatChangesBeforeItIsClaimed(t *testing.T) {
	for name, change := range map[string]func(*Task){
		"a person holds it": func(task *Task) { task.State = TaskHeld },
		"it is due later":   func(task *Task) { task.Due = time.Now().Add(time.Hour) },
		"it has expired":    func(task *Task) { task.GiveUp = time.Now().Add(-time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			s, scheduler := patience(&patientPBX{})
			account, _ := scheduler.rules.Book().Account("acme")
			change(&s.task)
			claimed, waiting, err := scheduler.claim(t.Context(), account, s.task.ID, "pbx1")
			require.NoError(t, err)
			require.Nil(t, claimed)
			require.Empty(t, waiting)
			require.Equal(t, AttemptScheduled, s.newest().State)
		})
	}
}

// What was switched off, or edited, between the look at a due task and its claim
// is read in the claim's transaction.
func TestWhatForbidsBetweenTheLookAndTheClaim(t *testing.T) {
	for name, row := range map[string]struct {
		happens func(*state, *Rules)
		waiting string
	}{
		"callbackd is stopped":    {func(s *state, _ *Rules) { s.stopped = true }, "callbackd is stopped"},
		"the account is frozen":   {func(s *state, _ *Rules) { s.frozen = true }, "account acme is frozen"},
		"the rule is deactivated": {func(s *state, _ *Rules) { s.off = true }, `rule "lost" is deactivated`},
		// Its new file decides in the next round.
		"the file is edited":  {func(_ *state, r *Rules) { r.Replace(NewRulebook(exampleAccount())) }, ""},
		"the account is gone": {func(_ *state, r *Rules) { r.Replace(NewRulebook()) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, scheduler := patience(&patientPBX{})
			account, _ := scheduler.rules.Book().Account("acme")
			row.happens(s, scheduler.rules)
			claimed, waiting, err := scheduler.claim(t.Context(), account, s.task.ID, "pbx1")
			require.NoError(t, err)
			require.Nil(t, claimed)
			require.Contains(t, waiting.reason, row.waiting)
			require.Equal(t, row.waiting != "", waiting.stands())
			require.Equal(t, AttemptScheduled, s.newest().State)
		})
	}
}
