package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/rs/zerolog"

	"callbackd/internal/feed"
)

// EventsRemembered is how many events a feed is made to remember: whoever was away for
// fewer misses nothing.
const EventsRemembered = 4096

// events has the stream of what changes.
type events struct {
	feed *feed.Feed[Event]
	log  zerolog.Logger
}

func (s *events) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "follow-events", Method: http.MethodGet, Path: "/api/v1/events",
		Summary: "Follow what changes",
		Description: "Server-sent events (WHATWG HTML, 9.2): one for every change of a task or an attempt, for each missed call, and for what is switched, " +
			"the rules, PBXs and alarms, after it is stored. The event's name is its kind; its data is an Event. An event tells that something changed, not what it is: " +
			"numbers and people's words aren't in it. What a task waits for changes without an event. Whoever may not read a thing hears nothing of it.\n\n" +
			"The stream begins with `reset`, which says: read everything anew, for changes up to here may be unknown to you. One that breaks is taken up " +
			"with the header `Last-Event-ID`, or `after` in the address, and goes on behind that event; where callbackd can't tell any more what came since " +
			"(it remembers the last few thousand events, and none from before its start), the first event is `reset` again. " +
			"A comment comes every 15 seconds, so that a broken connection shows. The stream ends when the token is revoked, and when callbackd stops.",
		Tags: []string{"state"}, Security: secured,
		Responses: map[string]*huma.Response{"200": {
			Description: "The stream. Each event has the lines event, id and data.",
			Content:     map[string]*huma.MediaType{eventStream: {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Event](), true, "Event")}},
		}},
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable},
	}, s.follow)
}

const (
	eventStream = "text/event-stream"
	// heartbeat is how often a stream on which nothing happens says that it is alive, and
	// looks whether it still may be.
	heartbeat = 15 * time.Second
	// eventPatience is how long a follower may take to receive what is sent at once.
	eventPatience = 10 * time.Second
	// reconnectIn is what a browser is told to wait, in milliseconds, before it comes again.
	reconnectIn = 2000
)

type followEventsRequest struct {
	LastEventID string `header:"Last-Event-ID" maxLength:"100" doc:"The id of the last event that was received: the stream goes on behind it."`
	After       string `query:"after" maxLength:"100" doc:"The same, for who can't send a header; the header goes before."`
}

func (s *events) follow(ctx context.Context, in *followEventsRequest) (*huma.StreamResponse, error) {
	after := in.LastEventID
	if after == "" {
		after = in.After
	}
	a := askerOf(ctx)
	follower, err := s.feed.Follow(string(a.role)+" "+a.account+" "+a.name, after)
	switch {
	case errors.Is(err, feed.ErrTooManyOfOne):
		return nil, huma.Error429TooManyRequests(fmt.Sprintf("You follow the events %d times already: close some of the pages or programs that do.", feed.MostEach))
	case err != nil:
		return nil, huma.Error503ServiceUnavailable(fmt.Sprintf("%d follow the events already, which is as many as may: try again in a moment.", feed.Most))
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		defer follower.Close()
		request, writer := humago.Unwrap(answer)
		header := writer.Header()
		header.Set("Content-Type", eventStream)
		header.Set("X-Accel-Buffering", "no") // or nginx keeps it until there is enough
		stream := &eventWriter{to: writer, connection: http.NewResponseController(writer)}
		defer stream.grant() // for the end of the answer
		err := s.tell(request.Context(), a, follower, stream)
		s.log.Debug().Err(err).Str("by", a.name).Msg("a stream of events has ended")
	}}, nil
}

// tell sends what there is for the asker, until ctx ends, the feed does, or the asker may
// no longer; it answers which of these.
func (s *events) tell(ctx context.Context, a asker, follower *feed.Follower[Event], stream *eventWriter) error {
	stream.retry(reconnectIn)
	next := time.Now().Add(heartbeat)
	for {
		if !time.Now().Before(next) {
			if !stillHolds(ctx) {
				return errors.New("the asker may no longer")
			}
			stream.comment("alive")
			next = time.Now().Add(heartbeat)
		}
		if err := stream.flush(); err != nil {
			return err
		}
		waiting, cancel := context.WithDeadline(ctx, next)
		news, err := follower.Next(waiting)
		cancel()
		switch {
		case err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			continue
		case err != nil:
			return err
		case news.Reset:
			stream.event(Event{ID: news.Places[0], Kind: EventReset})
		}
		for i, e := range news.Events {
			if e.isFor(a) {
				e.ID = news.Places[i]
				stream.event(e)
			}
		}
	}
}

// readBy is which operation reads what events of a kind are about: who may do that hears
// of them.
var readBy = map[EventKind]string{
	EventTask: "list-tasks", EventAttempt: "list-tasks", EventMissedCall: "list-missed-calls", EventSwitch: "show-state",
	EventRules: "list-rules", EventPBX: "show-state", EventAlarm: "list-alarms",
}

// isFor reports whether there is the event for an asker. What is of no account is for all
// if it is about callbackd as a whole; a call or an alarm that is nobody's isn't.
func (e Event) isFor(a asker) bool {
	if sightOf(readBy[e.Kind], a.role) == no {
		return false
	}
	everybodys := e.Kind == EventPBX || e.Kind == EventSwitch && e.Account == ""
	return everybodys || a.knows(e.Account)
}

// eventWriter writes a stream of events. What it couldn't write it says at the next flush.
type eventWriter struct {
	to         http.ResponseWriter
	connection *http.ResponseController
	unsent     bytes.Buffer
}

func (w *eventWriter) retry(milliseconds int) { fmt.Fprintf(&w.unsent, "retry: %d\n\n", milliseconds) }
func (w *eventWriter) comment(words string)   { fmt.Fprintf(&w.unsent, ": %s\n\n", words) }

func (w *eventWriter) event(e Event) {
	data, err := json.Marshal(e) // on one line
	if err != nil {
		panic(err) // the type; every test would fail
	}
	fmt.Fprintf(&w.unsent, "event: %s\nid: %s\ndata: %s\n\n", e.Kind, e.ID, data)
}

// flush sends what was written.
func (w *eventWriter) flush() error {
	if w.unsent.Len() == 0 {
		return nil
	}
	w.grant()
	if _, err := w.unsent.WriteTo(w.to); err != nil {
		return fmt.Errorf("send events: %w", err)
	}
	if err := w.connection.Flush(); err != nil {
		return fmt.Errorf("send events: %w", err)
	}
	return nil
}

// grant gives whoever reads time for what is sent next.
func (w *eventWriter) grant() {
	_ = w.connection.SetWriteDeadline(time.Now().Add(eventPatience)) // without it the server's own limit holds
}

type whileKey struct{}

// While has what goes on for longer than one answer end once holds says no. It is asked
// every few seconds, from the goroutine that answers.
func While(ctx context.Context, holds func(context.Context) bool) context.Context {
	return context.WithValue(ctx, whileKey{}, holds)
}

// stillHolds reports whether whoever asks may go on.
func stillHolds(ctx context.Context) bool {
	holds, ok := ctx.Value(whileKey{}).(func(context.Context) bool)
	return !ok || holds(ctx)
}
