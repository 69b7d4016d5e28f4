package survey

import (
	"context"
	"fmt"
	"time"
)

const (
	// fetchLimit is how long Asterisk may take for one sound: twice the timeout_secs that its
	// web client should have, and the time to load a minute of sound.
	fetchLimit = 10 * time.Second
	// fetchAtOnce is how many sounds are fetched over one connection: each may take a few
	// seconds to fail, and the probe has a fuse.
	fetchAtOnce = 5
)

// errStalled is a sound that Asterisk waits for; the channel that plays it is frozen.
var errStalled = fmt.Errorf("no answer within %s", fetchLimit)

// Fetch has Asterisk load media ("sound:http://…") into its cache, by playing them to
// nobody, and answers which it could play. The error is the first that went wrong. One that
// it can't play keeps it from no other; where it waits for one, it would for all.
func Fetch(ctx context.Context, pbx PBX, media []string) (fetched []string, err error) {
	for len(media) > 0 {
		now := media[:min(len(media), fetchAtOnce)]
		media = media[len(now):]
		some, refused, failure := fetch(ctx, pbx, now)
		fetched = append(fetched, some...)
		if failure != nil {
			return fetched, failure
		}
		if err == nil {
			err = refused
		}
	}
	return fetched, err
}

// fetch fetches a few; refused is the first that can't be played.
func fetch(ctx context.Context, pbx PBX, media []string) (fetched []string, refused, err error) {
	c, err := reach(ctx, pbx)
	if err != nil {
		return nil, nil, err
	}
	defer c.close(ctx)
	if err := c.open(ctx); err != nil {
		return nil, nil, err
	}
	for _, m := range media {
		plays, err := c.playsWithin(ctx, m)
		switch {
		case err != nil:
			return fetched, nil, fmt.Errorf("%s: %w", m, err)
		case plays:
			fetched = append(fetched, m)
		case refused == nil:
			refused = fmt.Errorf("%s: Asterisk can't play it", m)
		}
	}
	return fetched, refused, nil
}

func (c *connection) playsWithin(ctx context.Context, media string) (bool, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, fetchLimit, errStalled)
	defer cancel()
	return c.plays(ctx, media)
}
