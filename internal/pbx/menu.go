package pbx

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/callback"
)

// Menu serves callers whom the dialplan hands over. *callback.Reception is one.
type Menu interface {
	// Receive talks with a caller until the call is over or handed back.
	Receive(lifetime context.Context, v callback.Visit, caller callback.Caller)
}

// noMenu sends everybody back.
type noMenu struct{}

func (noMenu) Receive(lifetime context.Context, _ callback.Visit, caller callback.Caller) {
	_ = caller.Return(lifetime) // the dialplan's own time limit does it
}

// comesIn hears that a channel which isn't ours has come into the application. It waits for
// nothing. One that takes another's place, after a transfer, belongs to the bridge that it
// came into.
func (x *Exchange) comesIn(e *ari.StasisStart) {
	lifetime := x.currentLifetime()
	if lifetime == nil || x.names.own(e.Channel.ID) || e.ReplaceChannel != nil {
		return
	}
	if !callback.IsMenu(e.Args) || len(e.Args) < 2 {
		x.alarm("caller_misdirected", fmt.Errorf("the dialplan hands call %s over by Stasis(%s): write Stasis(%s,offer,QUEUE) or Stasis(%s,appointment,NAME)",
			e.Channel.ID, strings.Join(append([]string{x.o.Application}, e.Args...), ","), x.o.Application, x.o.Application))
		x.handBack(lifetime, e.Channel.ID)
		return
	}
	visit, c := x.visit(e), newCaller(x, e.Channel)
	x.callers.add(c)
	x.working.Go(func() {
		defer x.callers.drop(c)
		x.o.Menu.Receive(lifetime, visit, c)
	})
}

// visit is who has come.
func (x *Exchange) visit(e *ari.StasisStart) callback.Visit {
	v := callback.Visit{
		PBX: x.o.Name, Menu: callback.Menu(e.Args[0]), Name: e.Args[1], Language: e.Channel.Language,
		Call: callback.LiveCall{ID: e.Channel.ID}, Arrived: time.Now(),
	}
	x.detecting.Lock()
	call, known := x.detector.Call(e.Channel.ID)
	x.detecting.Unlock()
	if !known || call.Outbound {
		return v
	}
	v.Call, v.Customer = call, true
	if waited := e.Timestamp.Sub(call.Since); waited > 0 { // by Asterisk's clock, which may be another
		v.Arrived = v.Arrived.Add(-waited)
	}
	return v
}

// handedOver reads with which arguments a listed channel was handed over; nil where it
// wasn't.
func handedOver(c ari.Channel, application string) (args []string) {
	if c.Dialplan.AppName != stasis {
		return nil
	}
	if args = strings.Split(c.Dialplan.AppData, ","); args[0] == application && callback.IsMenu(args[1:]) {
		return args[1:]
	}
	return nil
}

// handBackAll hands back the callers who are in a menu since before a gap: nobody talks
// with them any more. Nothing waits for it.
func (x *Exchange) handBackAll(lifetime context.Context, channels []ari.Channel) {
	callers := 0
	for _, c := range channels {
		args := handedOver(c, x.o.Application)
		if args == nil {
			continue
		}
		if from := offeredFrom(time.Time{}, c, args); from != nil {
			x.detect(func() []callback.Finding { return x.detector.Observe(from) })
		}
		x.handBack(lifetime, c.ID)
		callers++
	}
	if callers > 0 {
		x.o.Log.Info().Int("callers", callers).Msg("callers who were in the menu go back to the dialplan")
	}
}

// offeredFrom is the detector's event of a caller who is offered a callback, nil of any
// other.
func offeredFrom(at time.Time, c ari.Channel, args []string) callback.CallEvent {
	if len(args) < 2 || args[0] != string(callback.MenuOffer) {
		return nil
	}
	return callback.HandedOver{At: at, Channel: channel(c), Queue: args[1]}
}

// handBack sends a channel on in the dialplan, behind what it may be playing. Nothing waits
// for it; where it fails for good, the dialplan's own time limit does it.
func (x *Exchange) handBack(lifetime context.Context, id string) {
	x.working.Go(func() {
		ctx, cancel := context.WithTimeout(lifetime, handBackLimit)
		defer cancel()
		for {
			err := elsewhere(x.client.Continue(ctx, id, ari.Extension{}))
			if err == nil || lifetime.Err() != nil {
				return
			}
			if ctx.Err() != nil || errors.Is(err, ari.ErrInvalid) {
				x.alarm("menu_failed", fmt.Errorf("call %s can't be sent back to the dialplan: %w", id, err))
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(leaveAgain):
			}
		}
	})
}

// handBackLimit is how long it may take until a caller is handed back: a sound of
// callback.SoundLimit may be playing.
const handBackLimit = callback.SoundLimit + 30*time.Second
