package feed_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/feed"
)

func follow(t *testing.T, f *feed.Feed[int], after string) *feed.Follower[int] {
	t.Helper()
	w, err := f.Follow("alice", after)
	require.NoError(t, err)
	t.Cleanup(w.Close)
	return w
}

func next(t *testing.T, w *feed.Follower[int]) feed.News[int] {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	news, err := w.Next(ctx)
	require.NoError(t, err)
	return news
}

func TestAFollowerHearsWhatIsPublished(t *testing.T) {
	f := feed.New[int](8)
	f.Publish(1)
	w := follow(t, f, "")
	first := next(t, w)
	assert.True(t, first.Reset, "what happened before it came nobody knows")
	assert.Empty(t, first.Events)

	f.Publish(2)
	f.Publish(3)
	news := next(t, w)
	assert.False(t, news.Reset)
	assert.Equal(t, []int{2, 3}, news.Events)

	again := follow(t, f, news.Places[0])
	assert.Equal(t, []int{3}, next(t, again).Events, "it goes on behind what was read")
	assert.Equal(t, []int{2, 3}, next(t, follow(t, f, first.Places[0])).Events, "a reset has a place, too")
}

func TestNextWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := feed.New[int](8)
		w := follow(t, f, "")
		next(t, w)
		time.AfterFunc(time.Hour, func() { f.Publish(1) })
		began := time.Now()
		news, err := w.Next(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int{1}, news.Events)
		assert.Equal(t, time.Hour, time.Since(began))

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = w.Next(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// Whatever isn't read is told to be missing.
func TestWhoFallsBehindIsTold(t *testing.T) {
	f := feed.New[int](4)
	w := follow(t, f, "")
	place := next(t, w).Places[0]
	for i := range 4 {
		f.Publish(i)
	}
	assert.Equal(t, []int{0, 1, 2, 3}, next(t, follow(t, f, place)).Events, "the ring is as long as it says")
	f.Publish(4)
	for _, late := range []*feed.Follower[int]{w, follow(t, f, place)} {
		news := next(t, late)
		assert.True(t, news.Reset)
		assert.Empty(t, news.Events)
		f.Publish(5)
		assert.Equal(t, []int{5}, next(t, late).Events, "from then on nothing is missing")
	}
}

func TestAnUnknownPlaceIsToldToReadAnew(t *testing.T) {
	before := feed.New[int](8)
	before.Publish(1)
	old := next(t, follow(t, before, "")).Places[0]
	f := feed.New[int](8)
	f.Publish(1)
	own := next(t, follow(t, f, "")).Places[0]
	for _, place := range []string{old, "", "x", "-1", own + "0", own + "x", "0", own[:len(own)-1] + "-1"} {
		assert.True(t, next(t, follow(t, f, place)).Reset, place)
	}
}

func TestCloseEndsAllOnceTheyHaveRead(t *testing.T) {
	f := feed.New[int](8)
	w := follow(t, f, "")
	next(t, w)
	f.Publish(1)
	f.Close()
	f.Close()
	f.Publish(2)
	assert.Equal(t, []int{1}, next(t, w).Events)
	_, err := w.Next(t.Context())
	require.ErrorIs(t, err, feed.ErrClosed)
	late := follow(t, f, "")
	assert.True(t, next(t, late).Reset)
	_, err = late.Next(t.Context())
	require.ErrorIs(t, err, feed.ErrClosed)
}

func TestHowManyMayFollow(t *testing.T) {
	f := feed.New[int](8)
	var last *feed.Follower[int]
	for range feed.MostEach {
		last = follow(t, f, "")
	}
	_, err := f.Follow("alice", "")
	require.ErrorIs(t, err, feed.ErrTooManyOfOne)
	last.Close()
	last.Close()
	assert.Equal(t, feed.MostEach-1, f.Followers())
	_, err = f.Follow("alice", "")
	require.NoError(t, err)
	for i := range feed.Most - feed.MostEach {
		_, err := f.Follow(fmt.Sprint("agent ", i), "")
		require.NoError(t, err)
	}
	_, err = f.Follow("bob", "")
	require.ErrorIs(t, err, feed.ErrTooMany)
}

// Many follow while many publish: each hears everything, in order, or is told that it
// doesn't.
func TestFollowersHearAllInOrder(t *testing.T) {
	const events = 5000
	f := feed.New[int](256)
	var followers sync.WaitGroup
	for range 8 {
		w := follow(t, f, "")
		next(t, w)
		followers.Go(func() {
			last, lost := -1, false
			for {
				news, err := w.Next(t.Context())
				if err != nil {
					assert.ErrorIs(t, err, feed.ErrClosed)
					assert.True(t, lost || last == events-1, "it heard up to %d", last)
					return
				}
				lost = lost || news.Reset
				for _, e := range news.Events {
					if !assert.True(t, e == last+1 || news.Reset || lost && e > last, "%d behind %d", e, last) {
						return
					}
					last = e
				}
			}
		})
	}
	for i := range events {
		f.Publish(i)
	}
	f.Close()
	followers.Wait()
}

// An office of hundreds follows, everybody with a few pages.
func TestALargeOfficeFollows(t *testing.T) {
	f := feed.New[int](8)
	for agent := range 500 {
		for range 3 {
			follower, err := f.Follow(fmt.Sprint("agent acme ", agent), "")
			require.NoError(t, err)
			defer follower.Close()
		}
	}
}
