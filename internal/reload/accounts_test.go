package reload

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/config"
)

func TestANewAccount(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.write("rules/other.yaml", other)
		s.after(lookEvery + quiet)
		require.Equal(t, "30s", s.wait("other"))
		require.Equal(t, StateInForce, s.status("other.yaml").State)
		require.Equal(t, map[string]string{"acme": acme, "other": other}, s.kept())
	})
}

// Of two files about one account the one in force wins, whatever its name.
func TestTwoFilesForOneAccount(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "b.yaml", acme)
		s.start()
		s.write("rules/a.yaml", waiting(acme, "45"))
		s.after(lookEvery + quiet)
		require.Equal(t, "30s", s.wait("acme"))
		require.Equal(t, StateInForce, s.status("b.yaml").State)
		st := s.status("a.yaml")
		require.Equal(t, StateNotInForce, st.State)
		require.Equal(t, "acme", st.Account)
		require.NotEmpty(t, st.Problems)

		s.restart()
		require.Equal(t, "30s", s.wait("acme"), "also after a restart")

		s.remove("rules/b.yaml") // it was renamed, with an edit
		s.after(lookEvery + quiet)
		require.Equal(t, "45s", s.wait("acme"))
		require.Len(t, s.Status(), 1)
		require.Equal(t, StateInForce, s.status("a.yaml").State)
	})
}

func TestAFileUnderAnotherName(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		s.remove("rules/acme.yaml")
		s.write("rules/first.yaml", acme)
		s.after(lookEvery + quiet)
		require.Equal(t, StateInForce, s.status("first.yaml").State)
		require.Len(t, s.Status(), 1)
		lines := s.log.take()
		require.Len(t, lines, 1)
		require.Equal(t, s.path("rules/acme.yaml"), lines[0]["before"])
	})
}

// Whoever changes the name in a file makes a new account; the old one goes on
// with its last good rules, and its numbers stay its own until it is forgotten.
func TestAnAccountUnderAnotherName(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		renamed := with(acme, "account: acme", "account: ajax")
		s.write("rules/acme.yaml", renamed)
		s.after(lookEvery + quiet)
		require.Equal(t, "30s", s.wait("acme"))
		require.Empty(t, s.wait("ajax"))
		lines := s.log.take()
		require.Contains(t, messages(lines), "the account's rules file is about account ajax now; its last good rules stay in force")
		require.NotContains(t, fmt.Sprint(lines), "forget", "it may be a slip")
		var absences []Absence
		for _, st := range s.Status() {
			absences = append(absences, st.Absence)
		}
		require.Equal(t, []Absence{{Why: AbsentOther, Now: "ajax"}, {}}, absences)

		require.NoError(t, s.Forget(t.Context(), "acme"))
		require.Equal(t, "30s", s.wait("ajax"))
		require.Empty(t, s.wait("acme"))
		require.Len(t, s.Status(), 1)
		require.Equal(t, StateInForce, s.status("acme.yaml").State)
	})
}

func TestForgetting(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme, "other.yaml", other)
		s.start()
		ctx := t.Context()
		err := s.Forget(ctx, "acme")
		require.ErrorIs(t, err, callback.ErrInForce)
		require.ErrorContains(t, err, s.path("rules/acme.yaml"))
		s.write("rules/acme.yaml", "account: [")
		require.ErrorIs(t, s.Forget(ctx, "acme"), callback.ErrInForce, "a faulty file may be about it")
		s.remove("rules/acme.yaml")
		require.NoError(t, s.Forget(ctx, "acme"))
		require.Empty(t, s.wait("acme"))
		require.Equal(t, "30s", s.wait("other"))
		require.NoError(t, s.Forget(ctx, "acme"), "again changes nothing")
		s.after(lookEvery + quiet)
		require.Len(t, s.Status(), 1)
		s.remove("rules/other.yaml")
		require.ErrorIs(t, s.Forget(ctx, "other"), ErrUnlisted, "so looks a folder that isn't mounted")
		s.write("rules/nobody.yaml", "")
		require.NoError(t, s.Forget(ctx, "other"), "the last one can be forgotten, too")
	})
}

// A number moves to another account when both files are saved, in whatever
// order and whichever of them is believed first.
func TestANumberMovesToAnotherAccount(t *testing.T) {
	without, claims := with(acme, "+4685550000", "+4685552222"), with(other, "+4685551111", "+4685550000")
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme, "other.yaml", other)
		s.start()
		s.write("rules/other.yaml", claims)
		s.after(lookEvery + quiet)
		require.Equal(t, StateLastGood, s.status("other.yaml").State, "acme has it")
		s.write("rules/acme.yaml", without)
		s.after(lookEvery + quiet + time.Millisecond)
		require.Equal(t, StateInForce, s.status("acme.yaml").State)
		require.Equal(t, StateInForce, s.status("other.yaml").State)
		require.Equal(t, map[string]string{"acme": without, "other": claims}, s.kept())
	})
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme, "other.yaml", other)
		s.start()
		s.log.take()
		s.write("rules/other.yaml", claims)
		s.happened <- struct{}{}
		s.after(lookAfter + quiet/2)
		s.write("rules/acme.yaml", without)
		s.happened <- struct{}{}
		s.after(quiet/2 + lookAfter)
		require.Equal(t, map[string]string{"acme": acme, "other": other}, s.kept(), "until the file that gives it up is believed")
		s.after(lookEvery + quiet)
		owner := s.Rules().Book().AccountOf("pbx1", "PJSIP/pstn", "+4685550000")
		require.Equal(t, "other", owner.Name)
		require.Equal(t, []string{"the rules are in force", "the rules are in force"}, messages(s.log.take()))
	})
}

func TestStarting(t *testing.T) {
	t.Run("with nothing good and nothing kept", func(t *testing.T) {
		s := newSite(t, "acme.yaml", faultyAcme, "other.yaml", with(other, "numbers", "nubmers"))
		for _, err := range []error{Check(s.options()), s.open()} {
			var problems config.Problems
			require.ErrorAs(t, err, &problems)
			require.ErrorContains(t, err, "contry")
			require.ErrorContains(t, err, "nubmers")
		}
		require.Empty(t, s.log.take(), "what is answered isn't logged as well")
		require.Empty(t, s.kept())
	})
	t.Run("without any file", func(t *testing.T) {
		s := newSite(t)
		require.ErrorContains(t, s.open(), "ACCOUNT.yaml")
		require.ErrorContains(t, Check(s.options()), "ACCOUNT.yaml")
	})
	t.Run("with one good file", func(t *testing.T) {
		s := newSite(t, "acme.yaml", faultyAcme, "other.yaml", other)
		require.NoError(t, Check(s.options()))
		require.NoError(t, s.open())
		require.Equal(t, "30s", s.wait("other"))
		st := s.status("acme.yaml")
		require.Equal(t, StateNotInForce, st.State)
		require.NotEmpty(t, st.Problems)
		require.Contains(t, messages(s.log.take()), "the rules file is faulty, and the account has no earlier rules: it isn't in force")
	})
	t.Run("with a faulty file and what is kept", func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		require.NoError(t, s.open())
		began := s.status("acme.yaml")
		s.write("rules/acme.yaml", faultyAcme)
		require.NoError(t, s.open())
		require.Equal(t, "30s", s.wait("acme"))
		st := s.status("acme.yaml")
		require.Equal(t, StateLastGood, st.State)
		require.Equal(t, began.Since, st.Since)
		require.Equal(t, began.Version, st.Version)
	})
	t.Run("with an edit that nobody saw", func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		require.NoError(t, s.open())
		s.write("rules/acme.yaml", waiting(acme, "45"))
		require.NoError(t, s.open())
		require.Equal(t, "45s", s.wait("acme"))
		require.Equal(t, waiting(acme, "45"), s.kept()["acme"])
	})
	t.Run("with kept rules that can't be read any more", func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme, "other.yaml", other)
		require.NoError(t, s.open())
		s.write("callbackd.yaml", "asterisk:\n  pbx2: {url: \"http://127.0.0.1:8088\", username: callbackd, password: secret}\n")
		s.write("rules/other.yaml", with(other, "pbx1", "pbx2"))
		s.log.take()
		require.NoError(t, s.open())
		require.Empty(t, s.wait("acme"))
		require.Equal(t, "30s", s.wait("other"))
		st := s.status("acme.yaml")
		require.Equal(t, StateNotInForce, st.State)
		require.Zero(t, st.Since)
		require.NotEmpty(t, st.Problems)
		var alarms []any
		for _, line := range s.log.take() {
			if line["alarm"] != nil {
				alarms = append(alarms, line["alarm"])
			}
		}
		require.Contains(t, alarms, "rules_unusable")
		require.Equal(t, acme, s.kept()["acme"], "a program that can read them finds them")
	})
	t.Run("with a sound that is gone", func(t *testing.T) {
		s := newSite(t, "acme.yaml", with(acme, "schedule: always", "schedule: always, agent_prompt: hello"))
		require.NoError(t, s.open())
		o := s.options()
		o.CheckSound = func(_, _, name string) error { return errors.New("there is no sound " + name) }
		var err error
		s.Reloader, err = Open(t.Context(), o)
		require.NoError(t, err)
		require.Equal(t, "30s", s.wait("acme"))
		require.Equal(t, StateLastGood, s.status("acme.yaml").State)
	})
}

// What a file refers to may come after it.
func TestASoundThatComesLater(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		o, there := s.options(), new(atomic.Bool)
		o.CheckSound = func(_, _, _ string) error {
			if there.Load() {
				return nil
			}
			return errors.New("no such sound")
		}
		var err error
		s.Reloader, err = Open(t.Context(), o)
		require.NoError(t, err)
		s.run()
		s.write("rules/acme.yaml", with(waiting(acme, "45"), "schedule: always", "schedule: always, agent_prompt: hello"))
		s.after(lookEvery + quiet)
		require.Equal(t, StateLastGood, s.status("acme.yaml").State)
		there.Store(true)
		s.after(retryFaulty + lookEvery)
		require.Equal(t, "45s", s.wait("acme"))
		require.Equal(t, StateInForce, s.status("acme.yaml").State)
	})
}

// failing is a store whose updates fail while it is told to.
type failing struct {
	callback.Store
	mu      sync.Mutex
	updates int
	fail    func(update int) error // nil: it doesn't
}

var errFull = errors.New("the disk is full")

func (f *failing) Update(ctx context.Context, fn func(callback.Tx) error) error {
	if err := f.next(); err != nil {
		return err
	}
	return f.Store.Update(ctx, fn)
}

func (f *failing) next() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.updates++
	if f.fail == nil {
		return nil
	}
	return f.fail(f.updates)
}

// failWith counts updates from now on, which end as fail says.
func (f *failing) failWith(fail func(update int) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail, f.updates = fail, 0
}

// onFailing starts and runs on a store that can fail.
func onFailing(t *testing.T) (*site, *failing) {
	s := newSite(t, "acme.yaml", acme)
	store := &failing{Store: s.db}
	o := s.options()
	o.Store = store
	var err error
	s.Reloader, err = Open(t.Context(), o)
	require.NoError(t, err)
	s.run()
	s.log.take()
	return s, store
}

// What can't be stored isn't in force: a restart would find something else.
func TestADatabaseThatCantBeWritten(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s, store := onFailing(t)
		store.failWith(func(int) error { return errFull })
		s.write("rules/acme.yaml", waiting(acme, "45"))
		s.write("rules/other.yaml", other)
		s.after(time.Minute)
		require.Equal(t, "30s", s.wait("acme"))
		require.Empty(t, s.woken)
		lines := s.log.take()
		require.Len(t, lines, 1)
		require.Equal(t, "rules_not_stored", lines[0]["alarm"])
		require.Equal(t, []any{"acme", "other"}, lines[0]["accounts"])
		const unstored = "the file is good, but could not be stored: store the rules that are to be in force: the disk is full"
		st := s.status("acme.yaml")
		require.Equal(t, StateLastGood, st.State, "not as the file stands")
		require.Equal(t, []string{unstored}, st.wrong())
		st = s.status("other.yaml")
		require.Equal(t, StateNotInForce, st.State)
		require.Equal(t, []string{unstored}, st.wrong())

		store.failWith(nil)
		s.after(lookEvery)
		require.Equal(t, "45s", s.wait("acme"))
		require.Equal(t, StateInForce, s.status("acme.yaml").State)
		require.Empty(t, s.status("acme.yaml").Problems)
		require.Equal(t, StateInForce, s.status("other.yaml").State)
	})
}

func TestADatabaseThatFailsAfterTheSwap(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s, store := onFailing(t)
		store.failWith(func(update int) error {
			switch update {
			case 1:
				require.Equal(t, "30s", s.wait("acme"), "the text is committed before it is in force")
			case 2:
				require.Equal(t, "45s", s.wait("acme"), "what rests is roused when nobody decides by the old rules any more")
				return errFull
			}
			return nil
		})
		s.write("rules/acme.yaml", waiting(acme, "45"))
		s.after(lookEvery + quiet)
		require.Equal(t, "45s", s.wait("acme"))
		require.Equal(t, []string{"the rules are in force", "the rules are in force, but tasks that wait may wait longer than they have to; trying again"}, messages(s.log.take()))
		s.after(lookEvery)
		require.Equal(t, 3, store.updates, "rousing is tried again")
	})
}

// After a crash between the commit and the swap, the next start has what was
// committed, whatever has become of the file.
func TestACrashBeforeTheSwap(t *testing.T) {
	s := newSite(t, "acme.yaml", acme)
	require.NoError(t, s.open())
	require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error {
		return tx.KeepRules(callback.KeptRules{Account: "acme", Path: s.path("rules/acme.yaml"), Text: []byte(waiting(acme, "45"))})
	}))
	s.write("rules/acme.yaml", "")
	require.NoError(t, s.open())
	require.Equal(t, "45s", s.wait("acme"))
}
