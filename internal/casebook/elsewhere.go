package casebook

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"

	"callbackd/ari"
)

// elsewhere is another application of ARI on the same PBX, with which callbackd
// has nothing to do: it keeps callers (Stasis(elsewhere,keep)), or calls an
// agent for them and bridges the two (Stasis(elsewhere,bridge,PJSIP/alice)).
type elsewhere struct {
	client *ari.Client
	stop   context.CancelFunc
	over   chan struct{}

	waiting map[string]string // caller's channel, by the agent's; the handler's
}

// startElsewhere connects the application and returns when callers reach it.
func startElsewhere(ctx context.Context, o ari.Options) (*elsewhere, error) {
	o.Application = "elsewhere"
	client, err := ari.New(o)
	if err != nil {
		return nil, err
	}
	e := &elsewhere{client: client, over: make(chan struct{}), waiting: map[string]string{}}
	var running context.Context
	running, e.stop = context.WithCancel(context.WithoutCancel(ctx))
	ready := make(chan struct{})
	sayReady := sync.OnceFunc(func() { close(ready) })
	go func() {
		defer close(e.over)
		_ = client.Run(running, func(event ari.Event) { // ends with running
			if _, connected := event.(*ari.Connected); connected {
				sayReady()
			}
			e.handle(running, event)
		})
	}()
	select {
	case <-ready:
		return e, nil
	case <-ctx.Done():
		e.close()
		return nil, fmt.Errorf("connect application %s: %w", o.Application, ctx.Err())
	}
}

// handle takes callers and agents in. What fails shows in the case: nobody
// rings, or nobody hears anybody.
func (e *elsewhere) handle(ctx context.Context, event ari.Event) {
	switch event := event.(type) {
	case *ari.StasisStart:
		if len(event.Args) == 2 && event.Args[0] == "bridge" {
			agent := "elsewhere-" + rand.Text()
			e.waiting[agent] = event.Channel.ID
			_, _ = e.client.Originate(ctx, ari.OriginateRequest{ID: agent, Endpoint: event.Args[1], AppArgs: "agent"})
		} else if caller, known := e.waiting[event.Channel.ID]; known {
			if _, err := e.client.CreateBridge(ctx, bridgeOf(event.Channel.ID), ""); err == nil {
				_ = e.client.AddChannels(ctx, bridgeOf(event.Channel.ID), caller, event.Channel.ID)
			}
		}
	case *ari.StasisEnd:
		if _, known := e.waiting[event.Channel.ID]; known {
			delete(e.waiting, event.Channel.ID)
			_ = e.client.DestroyBridge(ctx, bridgeOf(event.Channel.ID))
		}
	}
}

// bridgeOf is the id of the bridge that an agent's channel shares with the caller.
func bridgeOf(agent string) string { return agent + "-bridge" }

// close ends the application.
func (e *elsewhere) close() {
	e.stop()
	<-e.over
}
