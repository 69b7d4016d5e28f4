package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"sync"
)

// How many may follow at once. One costs a goroutine, a connection and a place here.
const (
	Most     = 4096 // in all: offices of thousands, each person with a page in sight
	MostEach = 24   // of one who asks: pages open side by side
)

// What a feed answers.
var (
	// ErrTooMany is a feed that has as many followers as it takes.
	ErrTooMany = errors.New("as many follow as may at once")
	// ErrTooManyOfOne is one who asks and follows as often as one may.
	ErrTooManyOfOne = errors.New("this one follows as often as one may at once")
	// ErrClosed is a feed that is over.
	ErrClosed = errors.New("the feed is over")
)

// Feed keeps the newest events. Its methods may be called from any goroutine.
type Feed[Event any] struct {
	run string // of this feed and no other, so that no place of another is taken for one of its

	mu        sync.Mutex
	ring      []Event
	published uint64        // how many, ever; the last is at (published-1) % len(ring)
	more      chan struct{} // closed when there are more, and replaced
	closed    bool
	followers map[string]int // by who asks
	following int            // in all
}

// New makes a feed that remembers so many events.
func New[Event any](size int) *Feed[Event] {
	return &Feed[Event]{
		run: strings.ToLower(rand.Text()[:10]), ring: make([]Event, size), more: make(chan struct{}), followers: map[string]int{},
	}
}

// Publish hands an event on. It never waits.
func (f *Feed[Event]) Publish(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.ring[f.published%uint64(len(f.ring))] = e
	f.published++
	close(f.more)
	f.more = make(chan struct{})
}

// Close ends all followers, now and later.
func (f *Feed[Event]) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.closed = true
		close(f.more)
	}
}

// Followers is how many follow.
func (f *Feed[Event]) Followers() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.following
}

// Follow begins behind the place after, which an earlier Next of whomever gave, or with
// "" at the newest. who is counted against MostEach. Close the follower.
func (f *Feed[Event]) Follow(who, after string) (*Follower[Event], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.followers[who] >= MostEach:
		return nil, ErrTooManyOfOne
	case f.following >= Most:
		return nil, ErrTooMany
	}
	f.followers[who]++
	f.following++
	read, known := f.read(after)
	return &Follower[Event]{feed: f, who: who, read: read, lost: !known}, nil
}

// read is how many events whoever stands at a place has read; known is false for a place
// that this feed never gave. mu is held.
func (f *Feed[Event]) read(place string) (read uint64, known bool) {
	run, number, _ := strings.Cut(place, "-")
	read, err := strconv.ParseUint(number, 10, 64)
	if run != f.run || err != nil || read > f.published {
		return 0, false
	}
	return read, true
}

// Follower reads a feed from some place on. It belongs to one goroutine.
type Follower[Event any] struct {
	feed *Feed[Event]
	who  string
	read uint64 // how many events it has read, or passed over
	lost bool   // it has to be told that there are events it can't have
	over sync.Once
}

// News is what a follower gets at once.
type News[Event any] struct {
	// Reset says that events may be missing before these: whoever follows reads everything
	// anew. Then there are no others, and Place is where the feed stands.
	Reset  bool
	Events []Event
	// Places are where whoever has read each of them stands; of a reset there is one.
	Places []string
}

// most is how many events a follower gets at once.
const most = 100

// Next waits for news. It fails with the cause of ctx's end or, once all was read, with
// ErrClosed.
func (w *Follower[Event]) Next(ctx context.Context) (News[Event], error) {
	for {
		news, more, closed := w.take()
		switch {
		case more == nil:
			return news, nil
		case closed:
			return News[Event]{}, ErrClosed
		}
		select {
		case <-more:
		case <-ctx.Done():
			return News[Event]{}, context.Cause(ctx)
		}
	}
}

// take gives what there is; if that is nothing, more is closed when there is.
func (w *Follower[Event]) take() (news News[Event], more <-chan struct{}, closed bool) {
	f := w.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	behind := f.published - w.read
	switch {
	case w.lost || behind > uint64(len(f.ring)):
		w.lost, w.read = false, f.published
		return News[Event]{Reset: true, Places: []string{f.place(w.read)}}, nil, false
	case behind == 0:
		return news, f.more, f.closed
	}
	for range min(behind, most) {
		news.Events = append(news.Events, f.ring[w.read%uint64(len(f.ring))])
		w.read++
		news.Places = append(news.Places, f.place(w.read))
	}
	return news, nil, false
}

func (f *Feed[Event]) place(read uint64) string { return f.run + "-" + strconv.FormatUint(read, 10) }

// Close gives the follower's place up. A second Close does nothing.
func (w *Follower[Event]) Close() {
	w.over.Do(func() {
		f := w.feed
		f.mu.Lock()
		defer f.mu.Unlock()
		f.following--
		if f.followers[w.who]--; f.followers[w.who] == 0 {
			delete(f.followers, w.who)
		}
	})
}
