package callback_test

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

var links = callback.NewLinks([]byte("0123456789abcdef0123456789abcdef"))

func (w *workbench) holders() *callback.HolderDesk { return w.desk().ForHolders(links) }

// Whoever has the link sees the promise, moves it and cancels it.
func TestTheHolderOfALink(t *testing.T) {
	ctx := context.Background()
	atWorkbench(t, requestsAccount(changed(func(b *callback.AppointmentBook) { b.PerSlot = 1 })), func(w *workbench) {
		booked := w.book(alicesCustomer, time.Hour)
		secret := w.holders().Secret(booked)
		have, err := w.holders().Task(ctx, secret)
		require.NoError(t, err)
		assert.Equal(t, booked.ID, have.ID)
		assert.Equal(t, secret, w.holders().Secret(have), "it is the same whenever it is made")

		slots, err := w.holders().Slots(ctx, secret, time.Now(), time.Now().Add(2*time.Hour), 10)
		require.NoError(t, err)
		require.Len(t, slots, 7, "from 00:15 to 01:45")
		assert.Zero(t, slots[3].Free, "one's own is taken")
		moved, err := w.holders().Reschedule(ctx, secret, slots[5].Start)
		require.NoError(t, err)
		assert.True(t, slots[5].Start.Equal(moved.At))
		w.book("+46701234568", 75*time.Minute)
		refusal := w.refused(func(*callback.Desk) error {
			_, err := w.holders().Reschedule(ctx, secret, time.Now().Add(75*time.Minute))
			return err
		})
		assert.Equal(t, callback.RefusedSlotFull, refusal.Reason, "within the same limits as anybody")

		over, err := w.holders().Cancel(ctx, secret)
		require.NoError(t, err)
		assert.Equal(t, callback.TaskCancelled, over.State)
		assert.Equal(t, callback.CancelByCustomer, over.Reason)
		assert.Equal(t, 1, w.free(moved.At))
		have, err = w.holders().Task(ctx, secret)
		require.NoError(t, err, "after the end it shows how it ended")
		assert.Equal(t, callback.TaskCancelled, have.State)
		var state *callback.TransitionError
		_, err = w.holders().Cancel(ctx, secret)
		require.ErrorAs(t, err, &state)
		_, err = w.holders().Reschedule(ctx, secret, time.Now().Add(2*time.Hour))
		require.ErrorAs(t, err, &state)
	})
}

// A request has a link as well, and is moved to any time at which the customer may be
// called.
func TestTheHolderOfALinkToARequest(t *testing.T) {
	ctx := context.Background()
	atWorkbench(t, requestsAccount(byOffice), func(w *workbench) {
		secret := w.holders().Secret(w.ask(request()).Task)
		slots, err := w.holders().Slots(ctx, secret, time.Time{}, time.Time{}, 10)
		require.NoError(t, err)
		assert.Nil(t, slots)
		task, err := w.holders().Reschedule(ctx, secret, monday(10, 7))
		require.NoError(t, err)
		assert.True(t, monday(10, 7).Equal(task.At))
		refusal := w.refused(func(*callback.Desk) error {
			_, err := w.holders().Reschedule(ctx, secret, monday(3, 0))
			return err
		})
		assert.Equal(t, callback.RefusedClosed, refusal.Reason)
	})
}

// Nobody learns anything by a secret that isn't one, nor changes anything.
func TestSecretsThatOpenNothing(t *testing.T) {
	ctx := context.Background()
	other := requestsAccount(func(a *callback.Account) { a.Name, a.Numbers = "globex", []string{"+4685551111"} })
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.edit(requestsAccount(), other)
		booked := w.book(alicesCustomer, time.Hour)
		w.lose("1", "+46701234568", "support")
		missed, _ := w.read(2)
		assert.Empty(t, links.Secret(missed), "whoever reached nobody was promised nothing")

		right := links.Secret(booked)
		raw, err := base64.RawURLEncoding.DecodeString(right)
		require.NoError(t, err)
		forged := func(change func(raw []byte) []byte) string {
			return base64.RawURLEncoding.EncodeToString(change(append([]byte(nil), raw...)))
		}
		elsewhere, older, asIfAsked := booked, booked, missed
		elsewhere.Account, older.Created, asIfAsked.Kind = "globex", booked.Created.Add(-time.Millisecond), callback.KindRequest
		for name, secret := range map[string]string{
			"nothing":           "",
			"words":             "open sesame",
			"64 kB":             string(make([]byte, 1<<16)),
			"one bit":           forged(func(raw []byte) []byte { raw[len(raw)-1] ^= 1; return raw }),
			"another id":        forged(func(raw []byte) []byte { raw[7] = 2; return raw }),
			"an id that isn't":  forged(func(raw []byte) []byte { raw[7] = 99; return raw }),
			"a negative id":     forged(func(raw []byte) []byte { raw[0] = 0xff; return raw }),
			"the id alone":      forged(func(raw []byte) []byte { return raw[:8] }),
			"too long":          forged(func(raw []byte) []byte { return append(raw, 0) }),
			"other letters":     right + "=",
			"unused bits set":   right[:len(right)-1] + string(right[len(right)-1]+1),
			"another key":       callback.NewLinks([]byte("another")).Secret(booked),
			"no key":            callback.Links{}.Secret(booked),
			"another account's": links.Secret(elsewhere),
			"of an older task":  links.Secret(older),
			"of a missed call":  links.Secret(asIfAsked),
		} {
			_, err := w.holders().Task(ctx, secret)
			require.ErrorIs(t, err, callback.ErrNotFound, name)
			_, err = w.holders().Cancel(ctx, secret)
			require.ErrorIs(t, err, callback.ErrNotFound, name)
			_, err = w.holders().Reschedule(ctx, secret, time.Now().Add(2*time.Hour))
			require.ErrorIs(t, err, callback.ErrNotFound, name)
			_, err = w.holders().Slots(ctx, secret, time.Time{}, time.Time{}, 1)
			require.ErrorIs(t, err, callback.ErrNotFound, name)
		}
		_, err = w.desk().ForHolders(callback.Links{}).Task(ctx, right)
		require.ErrorIs(t, err, callback.ErrNotFound, "without a key nothing opens")
		have, _ := w.read(booked.ID)
		assert.Equal(t, callback.TaskScheduled, have.State)
	})
}
