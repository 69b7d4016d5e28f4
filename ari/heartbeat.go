package ari

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// heartbeat proves that both directions live: a websocket ping, which the peer's network
// stack and web server answer, and a user event, which takes the way of every other event.
// The ping alone can't tell a deaf connection. That it fails because ctx ended says nothing
// about the connection, and isn't an ErrHeartbeat.
func (s *session) heartbeat(ctx context.Context) error {
	deadline, cancel := context.WithTimeoutCause(ctx, s.c.options.HeartbeatTimeout, ErrHeartbeat)
	defer cancel()
	sent := time.Now()
	err := s.pingAndBeat(deadline)
	late := errors.Is(context.Cause(deadline), ErrHeartbeat)
	switch {
	case err == nil:
		s.c.heartbeatTook(time.Since(sent))
		return nil
	case ctx.Err() != nil && !late:
		return ctx.Err()
	case errors.Is(err, ErrNotFound):
		return deaf(err)
	}
	return fmt.Errorf("%w: %w", ErrHeartbeat, err)
}

func (s *session) pingAndBeat(ctx context.Context) error {
	if err := s.conn.Ping(ctx); err != nil {
		// A ping that fails before its time does so because the connection is over, and the
		// reading goroutine is about to say why.
		select {
		case <-s.readDone:
		case <-ctx.Done():
		}
		return fmt.Errorf("no answer to the websocket's ping: %w", err)
	}
	number := s.c.heartbeats.Add(1)
	if err := s.c.sendHeartbeat(ctx, number); err != nil {
		return err
	}
	for s.returned.Load() < number {
		select {
		case <-s.beats:
		case <-ctx.Done():
			return errors.New("Asterisk took the user event, but the event stream is silent")
		}
	}
	return nil
}

// beat notes that a heartbeat came back. They are numbered upwards, so one that comes twice,
// or late from the connection before, changes nothing.
func (s *session) beat(number uint64) {
	if number > s.returned.Load() { // this goroutine alone stores
		s.returned.Store(number)
		notify(s.beats)
	}
}

// ownHeartbeat recognises a heartbeat of this client and gives its number.
func (c *Client) ownHeartbeat(raw []byte) (uint64, bool) {
	if !bytes.Contains(raw, []byte(c.heartbeatName)) {
		return 0, false
	}
	var e struct {
		Type      string `json:"type"`
		EventName string `json:"eventname"`
		UserEvent struct {
			Number uint64 `json:"number,string"`
		} `json:"userevent"`
	}
	if err := json.Unmarshal(raw, &e); err != nil || e.Type != "ChannelUserevent" || e.EventName != c.heartbeatName {
		return 0, false
	}
	return e.UserEvent.Number, true
}
