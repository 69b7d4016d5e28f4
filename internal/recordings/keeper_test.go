package recordings_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestARecordingIsKeptForItsTime(t *testing.T) {
	inHouse(t, func(h *house) {
		h.keeps()
		h.after(20 * time.Minute)
		r := h.recorded(1, callback.RecordingKept, eachSide)
		h.after(time.Hour)
		later := h.recorded(2, callback.RecordingKept)
		h.after(keep - time.Hour - time.Second)
		require.Equal(t, callback.RecordingKept, h.state(r.ID), "it has a second left")
		require.Len(t, h.pbx1.names(), 3)
		h.after(time.Hour)
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Equal(t, []string{later.Name}, h.pbx1.names(), "both files are gone, and nothing else")
		h.after(2 * time.Hour)
		require.Empty(t, h.pbx1.names())

		require.NoError(t, h.store.View(context.Background(), func(tx callback.ReadTx) error {
			history, err := tx.History(r.TaskID)
			require.NoError(t, err)
			last := history[len(history)-1]
			assert.Equal(t, "recording_deleted", last.Input)
			assert.Equal(t, r.AttemptID, last.AttemptID)
			assert.Equal(t, "kept until "+r.KeepUntil.Format("2006-01-02 15:04:05 UTC"), last.Reason)
			return nil
		}))
		require.Empty(t, h.log.String())
	})
}

// What is away is asked when it is back, and nobody is alarmed before.
func TestAPBXThatIsAwayWhenTheTimeIsOver(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		unseen := h.recorded(2, callback.RecordingUnverified)
		h.pbx1.change(func() { h.pbx1.away = errors.New("Asterisk pbx1 is away") })
		h.keeps()
		h.after(keep + 3*time.Hour)
		require.Equal(t, callback.RecordingKept, h.state(r.ID))
		require.Equal(t, callback.RecordingUnverified, h.state(unseen.ID))
		require.Empty(t, h.pbx1.deleted, "it isn't even asked")
		require.Empty(t, h.log.String())
		h.pbx1.change(func() { h.pbx1.away = nil })
		h.keeper.Wake()
		synctest.Wait()
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Equal(t, callback.RecordingDeleted, h.state(unseen.ID))
		require.Empty(t, h.pbx1.names())
	})
}

// callbackd starts with a clock of which nobody can say whether it is right: what it
// deletes can't be had back.
func TestAStartWithADoubtfulClock(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		h.after(keep + time.Hour)
		h.recorded(2, callback.RecordingUnverified)
		h.keeps()
		for range 22 {
			h.after(time.Hour)
			h.keeper.Wake()
			synctest.Wait()
		}
		require.Equal(t, callback.RecordingKept, h.state(r.ID))
		require.NotEmpty(t, h.pbx1.names())
		require.Equal(t, 1, h.alarms("clock_doubtful"))
		require.Contains(t, h.log.String(), "nothing had happened since 2000-01-01 00:00:00 UTC")
		h.after(3 * time.Hour)
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Equal(t, 1, h.alarms("clock_doubtful"))
	})
}

// Where nothing would be deleted, nobody need look at the clock.
func TestADoubtfulClockThatMattersToNobody(t *testing.T) {
	inHouse(t, func(h *house) {
		h.recorded(1, callback.RecordingKept)
		h.after(keep - 48*time.Hour)
		h.keeps()
		h.after(47 * time.Hour)
		require.Empty(t, h.log.String())
	})
}

// Its time is over before anybody could look at it: that its files are gone by now is
// nobody's loss.
func TestWhatIsDeletedIsNotVerifiedBefore(t *testing.T) {
	inHouse(t, func(h *house) {
		old := h.recorded(1, callback.RecordingUnverified)
		h.after(keep - 48*time.Hour)
		h.recorded(2, callback.RecordingKept)
		h.after(49 * time.Hour)
		h.keeps()
		require.Equal(t, callback.RecordingDeleted, h.state(old.ID))
		require.Empty(t, h.pbx1.looked)
	})
}

func TestAnAsteriskThatRefusesToDelete(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		h.recorded(2, callback.RecordingKept)
		h.pbx1.change(func() { h.pbx1.refuses = errors.New("read-only file system") })
		h.keeps()
		h.after(keep + 5*time.Hour)
		require.Equal(t, callback.RecordingKept, h.state(r.ID))
		require.GreaterOrEqual(t, len(h.pbx1.deleted), 8, "each hour")
		require.Equal(t, 2, h.alarms("recording_not_deleted"), "once for each")
		h.pbx1.change(func() { h.pbx1.refuses = nil })
		h.after(time.Hour)
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Empty(t, h.pbx1.names())
	})
}

// A connection that is lost while Asterisk is asked isn't waited for, and is no alarm.
func TestAConnectionThatIsLostWhileDeleting(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		lifetime, lost := context.WithCancel(context.Background())
		h.pbx1.change(func() { h.pbx1.lifetime, h.pbx1.hangs = lifetime, true })
		h.keeps()
		h.after(keep + time.Hour)
		lost()
		synctest.Wait()
		h.pbx1.change(func() { h.pbx1.lifetime, h.pbx1.hangs = context.Background(), false })
		h.after(time.Hour)
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Empty(t, h.log.String())
	})
}

// A store that fails once, after the files were deleted: what is refused then is told of
// again, for it is another matter.
func TestAnAlarmThatIsOver(t *testing.T) {
	inHouse(t, func(h *house) {
		h.recorded(1, callback.RecordingKept)
		refuse := func(err error) { h.pbx1.change(func() { h.pbx1.refuses = err }) }
		refuse(errors.New("read-only file system"))
		h.keeper = h.newKeeper(broken{h.store})
		h.keeps()
		h.after(keep + 2*time.Hour)
		require.Equal(t, 1, h.alarms("recording_not_deleted"))
		refuse(nil)
		h.after(time.Hour)
		refuse(errors.New("permission denied"))
		h.after(time.Hour)
		require.Equal(t, 2, h.alarms("recording_not_deleted"))
	})
}

// Who removed it by hand did what was wanted.
func TestAFileThatIsGoneAlready(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		lost := h.recorded(2, callback.RecordingMissing)
		h.pbx1.change(func() { clear(h.pbx1.files) })
		h.keeps()
		h.after(keep + time.Hour)
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Equal(t, callback.RecordingDeleted, h.state(lost.ID))
		require.Empty(t, h.log.String())
	})
}

// Recordings on a PBX that was taken out of the configuration can't be deleted:
// somebody is told, once.
func TestAPBXThatIsNotInTheConfigurationAnyMore(t *testing.T) {
	inHouse(t, func(h *house) {
		elsewhere := func(_ *callback.Attempt, r *callback.Recording) { r.PBX = "pbx2" }
		r := h.recorded(1, callback.RecordingKept, elsewhere)
		h.recorded(2, callback.RecordingKept, elsewhere)
		h.keeps()
		h.after(keep + 5*time.Hour)
		require.Equal(t, callback.RecordingKept, h.state(r.ID))
		require.Equal(t, 1, h.alarms("recording_not_deleted"))
		_, err := h.keeper.Delete(h.t.Context(), r.ID, "admin")
		require.ErrorIs(t, err, callback.ErrRecordingAway)
	})
}

// broken is a store that fails to write.
type broken struct{ callback.Store }

func (broken) Update(context.Context, func(callback.Tx) error) error {
	return errors.New("disk I/O error")
}

// The files are deleted, the index doesn't say so: the next run finds out.
func TestACrashBetweenFileAndIndex(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		h.keeper = h.newKeeper(broken{h.store})
		h.keeps()
		h.after(keep + time.Hour)
		require.Empty(t, h.pbx1.names())
		require.Equal(t, callback.RecordingKept, h.state(r.ID))
		h.keeper = h.newKeeper(h.store)
		h.keeps()
		h.after(25 * time.Hour) // for three months nothing has happened: is the clock right?
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Zero(t, h.alarms("recording_not_deleted"))
	})
}

func TestManyRecordings(t *testing.T) {
	inHouse(t, func(h *house) {
		for i := range 250 {
			state := callback.RecordingKept
			if i%10 == 0 {
				state = callback.RecordingUnverified
			}
			h.recorded(i, state)
		}
		h.keeps()
		h.after(keep + time.Hour)
		require.Empty(t, h.pbx1.names())
		require.NoError(t, h.store.View(context.Background(), func(tx callback.ReadTx) error {
			left, err := tx.ExpiredRecordings(time.Now(), callback.Recording{}, 1000)
			require.Empty(t, left)
			return err
		}))
	})
}

// What nobody could look at is looked at when its PBX is there.
func TestRecordingsAreVerified(t *testing.T) {
	inHouse(t, func(h *house) {
		h.pbx1.change(func() { h.pbx1.away = errors.New("not connected yet") })
		whole := h.recorded(1, callback.RecordingUnverified, eachSide)
		empty := h.recorded(2, callback.RecordingUnverified)
		missing := h.recorded(3, callback.RecordingUnverified)
		mere := h.recorded(4, callback.RecordingUnverified, neverBridged)
		none := h.recorded(5, callback.RecordingUnverified, neverBridged)
		some := h.recorded(6, callback.RecordingUnverified, neverBridged)
		h.pbx1.change(func() {
			h.pbx1.files[whole.Name+"-in"], h.pbx1.files[whole.Name+"-out"] = wave(make([]int16, 12_008)...), wave(make([]int16, 8000)...)
			h.pbx1.files[empty.Name], h.pbx1.files[mere.Name] = wave(), wave()
			h.pbx1.files[some.Name] = wave(1, 2, 3, 4, 5, 6, 7, 8)
		})
		h.keeps()
		require.Equal(t, callback.RecordingUnverified, h.state(whole.ID))
		h.pbx1.change(func() { h.pbx1.away = nil })
		h.keeper.Wake()
		synctest.Wait()

		r, err := h.row(whole.ID)
		require.NoError(t, err)
		assert.Equal(t, callback.RecordingKept, r.State)
		assert.EqualValues(t, 2*44+24_016+16_000, r.Bytes)
		assert.Equal(t, 1501*time.Millisecond, r.Duration)
		assert.Equal(t, callback.RecordingEmpty, h.state(empty.ID))
		assert.Equal(t, callback.RecordingMissing, h.state(missing.ID))
		assert.Equal(t, callback.RecordingKept, h.state(some.ID), "whoever talked, it holds audio")
		for _, never := range []int64{mere.ID, none.ID} {
			_, err := h.row(never)
			assert.ErrorIs(t, err, callback.ErrNotFound, "nobody talked, and there is nothing")
		}
		assert.NotContains(t, h.pbx1.names(), mere.Name)
		assert.Contains(t, h.pbx1.names(), empty.Name, "a file of a conversation stays")
		assert.Equal(t, map[string]bool{
			whole.Name + "-in " + whole.Name + "-out": true, empty.Name: true, missing.Name: true, mere.Name: false, none.Name: false, some.Name: false,
		}, h.pbx1.looked)
	})
}

func TestARecordingThatCannotBeVerifiedNow(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingUnverified)
		h.pbx1.change(func() {
			h.pbx1.files[r.Name] = wave(make([]int16, 8000)...)
			h.pbx1.refuses = errors.New("Asterisk is busy")
		})
		h.keeps()
		require.Equal(t, callback.RecordingUnverified, h.state(r.ID))
		h.pbx1.change(func() { h.pbx1.refuses = nil })
		h.after(time.Hour)
		require.Equal(t, callback.RecordingKept, h.state(r.ID))
	})
}

func TestARecordingIsDeletedBeforeItsTime(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept, eachSide)
		h.pbx1.change(func() { h.pbx1.refuses = errors.New("read-only file system") })
		_, err := h.keeper.Delete(h.t.Context(), r.ID, "admin")
		require.ErrorIs(t, err, callback.ErrRecordingRefused)
		require.Equal(t, callback.RecordingKept, h.state(r.ID))
		h.pbx1.change(func() { h.pbx1.refuses, h.pbx1.away = nil, errors.New("away") })
		_, err = h.keeper.Delete(h.t.Context(), r.ID, "admin")
		require.ErrorIs(t, err, callback.ErrRecordingAway)
		h.pbx1.change(func() { h.pbx1.away = nil })
		for range 2 {
			deleted, err := h.keeper.Delete(h.t.Context(), r.ID, "admin")
			require.NoError(t, err)
			require.Equal(t, callback.RecordingDeleted, deleted.State)
		}
		require.Empty(t, h.pbx1.names())
		require.Equal(t, []string{r.Name + "-in", r.Name + "-out", r.Name + "-in", r.Name + "-out"}, h.pbx1.deleted, "the second time nobody is asked")
		_, err = h.keeper.Delete(h.t.Context(), 4711, "admin")
		require.ErrorIs(t, err, callback.ErrNotFound)
	})
}

// Somebody deletes one by hand in the moment in which its time is over: the others
// are deleted all the same.
func TestARecordingThatIsDeletedTwice(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		other := h.recorded(2, callback.RecordingKept)
		h.pbx1.meanwhile = func() {
			_, err := h.keeper.Delete(context.Background(), r.ID, "admin")
			assert.NoError(h.t, err)
		}
		h.keeps()
		h.after(keep + time.Hour)
		require.Equal(t, callback.RecordingDeleted, h.state(r.ID))
		require.Equal(t, callback.RecordingDeleted, h.state(other.ID))
		require.Empty(t, h.log.String())
	})
}
