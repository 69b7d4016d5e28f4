package pbx_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"callbackd/callback"
)

// slowAsk has the next write wait for a second, and only that one.
type slowAsk struct {
	callback.Store
	next atomic.Bool
}

func (d *slowAsk) Update(ctx context.Context, fn func(callback.Tx) error) error {
	if d.next.CompareAndSwap(true, false) {
		time.Sleep(time.Second)
	}
	return d.Store.Update(ctx, fn)
}

// brokenDisk fails.
type brokenDisk struct {
	callback.Store
	views, updates atomic.Bool
}

var errDisk = errors.New("disk I/O error")

func (d *brokenDisk) Update(ctx context.Context, fn func(callback.Tx) error) error {
	if d.updates.Load() {
		return errDisk
	}
	return d.Store.Update(ctx, fn)
}

func (d *brokenDisk) View(ctx context.Context, fn func(callback.ReadTx) error) error {
	if d.views.Load() {
		return errDisk
	}
	return d.Store.View(ctx, fn)
}
