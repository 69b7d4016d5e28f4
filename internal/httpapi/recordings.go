package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// Recordings opens and deletes recordings. *recordings.Keeper does.
type Recordings interface {
	// Open gives a recording as one WAV file, for as long as ctx lives.
	Open(ctx context.Context, id int64) (io.ReadSeekCloser, callback.Recording, error)
	// Delete deletes its files and answers it as it is afterwards; one that is deleted
	// already stays so.
	Delete(ctx context.Context, id int64, reason string) (callback.Recording, error)
}

// recordings has the operations on recordings.
type recordings struct {
	store callback.Store
	files Recordings
	log   zerolog.Logger
}

func (s *recordings) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-recordings", Method: http.MethodGet, Path: "/api/v1/recordings",
		Summary: "List recordings", Description: "What was recorded, also what is deleted by now, newest first.",
		Tags: []string{"recordings"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "get-recording", Method: http.MethodGet, Path: "/api/v1/recordings/{id}",
		Summary: "Hear a recording",
		Description: "A WAV file, 8 kHz, 16 bit. Where each side was recorded for itself the customer is left, the agent right. " +
			"Ranges of it can be asked for. A few can be heard at once; whoever comes then waits a moment.",
		Tags: []string{"recordings"}, Security: secured,
		Responses: map[string]*huma.Response{
			"200": {Description: "The recording.", Content: map[string]*huma.MediaType{"audio/wav": {}}},
			"206": {Description: "The range of it that was asked for.", Content: map[string]*huma.MediaType{"audio/wav": {}}},
			"416": {Description: "It has no such range."},
		},
		Errors: []int{
			http.StatusUnauthorized, http.StatusNotFound, http.StatusGone, http.StatusBadGateway, http.StatusServiceUnavailable,
		},
	}, s.get)
	huma.Register(api, huma.Operation{
		OperationID: "delete-recording", Method: http.MethodDelete, Path: "/api/v1/recordings/{id}",
		Summary:     "Delete a recording before its time",
		Description: "Its files are deleted; the list, and its task's history, go on saying that there was one. Deleting one that is deleted changes nothing and succeeds.",
		Tags:        []string{"recordings"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusGone, http.StatusBadGateway, http.StatusServiceUnavailable},
	}, s.delete)
}

type listRecordingsRequest struct {
	Account accountParam              `query:"account" doc:"Only recordings of this account." example:"acme"`
	TaskID  int64                     `query:"task" minimum:"1" doc:"Only recordings of this task."`
	State   []callback.RecordingState `query:"state,explode" doc:"Only recordings in this state; repeat it for several." nullable:"false" example:"[\"kept\"]"`
	Number  numberParam               `query:"number" doc:"Only recordings of conversations with this customer; + is written %2B in an address." example:"+46701234567"`
	From    time.Time                 `query:"from" doc:"Only recordings that were made then or later." example:"2026-11-20T00:00:00Z"`
	To      time.Time                 `query:"to" doc:"Only recordings that were made before." example:"2026-11-21T00:00:00Z"`
	Before  int64                     `query:"before" minimum:"1" doc:"Only recordings with a lower id: the next_before of the page before."`
	Limit   int                       `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many recordings at most."`
}

// RecordingList is one page of recordings, newest first.
type RecordingList struct {
	Recordings []Recording `json:"recordings" nullable:"false"`
	NextBefore int64       `json:"next_before,omitempty" example:"7" doc:"The before of the next page; absent on the last."`
}

type listRecordingsAnswer struct{ Body RecordingList }

func (s *recordings) list(ctx context.Context, in *listRecordingsRequest) (*listRecordingsAnswer, error) {
	var found []callback.Recording
	numbers := map[int64]string{} // by task
	err := s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		found, err = tx.Recordings(callback.RecordingFilter{
			Account: string(in.Account), TaskID: in.TaskID, States: in.State, Number: string(in.Number), Made: callback.Span{From: in.From, To: in.To}, Before: in.Before, Limit: in.Limit + 1,
		})
		for i := 0; i < len(found) && err == nil; i++ {
			numbers[found[i].TaskID], err = numberOf(tx, found[i].TaskID)
		}
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list recordings: %w", err))
	}
	found, next := page(found, in.Limit, func(r callback.Recording) int64 { return r.ID })
	return &listRecordingsAnswer{Body: RecordingList{Recordings: recordingsOf(found, func(taskID int64) string { return numbers[taskID] }), NextBefore: next}}, nil
}

type recordingRequest struct {
	ID int64 `path:"id" minimum:"1" example:"7"`
}

func (s *recordings) get(ctx context.Context, in *recordingRequest) (*huma.StreamResponse, error) {
	sound, r, err := s.files.Open(ctx, in.ID)
	if err != nil {
		return nil, s.refusal(ctx, in.ID, r, err)
	}
	return &huma.StreamResponse{Body: func(answer huma.Context) {
		defer func() { _ = sound.Close() }() // it was only read
		request, writer := humago.Unwrap(answer)
		name := strings.ReplaceAll(r.Name, "/", "-") + ".wav"
		writer.Header().Set("Content-Type", "audio/wav")
		writer.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
		http.ServeContent(writer, request, name, r.Made, &listened{ReadSeeker: sound, limit: http.NewResponseController(writer)})
	}}, nil
}

// listenLimit is how long a listener may take for one piece: with it the whole may
// take longer than the server's limit for an answer.
const listenLimit = time.Minute

// listened gives whoever is sent a recording time for each piece of it.
type listened struct {
	io.ReadSeeker
	limit *http.ResponseController
}

func (l *listened) Read(p []byte) (int, error) {
	_ = l.limit.SetWriteDeadline(time.Now().Add(listenLimit)) // without it the server's own limit holds
	return l.ReadSeeker.Read(p)
}

type deleteRecordingAnswer struct{ Body Recording }

func (s *recordings) delete(ctx context.Context, in *recordingRequest) (*deleteRecordingAnswer, error) {
	r, err := s.files.Delete(ctx, in.ID, askerOf(ctx).name)
	if err != nil {
		return nil, s.refusal(ctx, in.ID, r, err)
	}
	var number string
	err = s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		number, err = numberOf(tx, r.TaskID)
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("read whose recording %d was: %w", r.ID, err))
	}
	return &deleteRecordingAnswer{Body: recordingOf(r, number)}, nil
}

// numberOf is the customer's number of a task.
func numberOf(tx callback.ReadTx, taskID int64) (string, error) {
	t, err := tx.Task(taskID)
	return t.Number, err
}

// refusal says what stands in the way of a recording.
func (s *recordings) refusal(ctx context.Context, id int64, r callback.Recording, err error) error {
	switch {
	case ctx.Err() != nil: // whoever listened has gone, as players do that want the beginning only
		return huma.Error503ServiceUnavailable("The request was given up.")
	case errors.Is(err, callback.ErrNotFound):
		return noRecording(id)
	case errors.Is(err, callback.ErrRecordingMissing):
		return huma.Error404NotFound(fmt.Sprintf("Recording %d was made, and its files aren't in the recording folder of %s any more: look there for %s.",
			id, r.PBX, strings.Join(recordingOf(r, "").Files, " and ")))
	case errors.Is(err, callback.ErrRecordingDeleted):
		return huma.Error410Gone(fmt.Sprintf("Recording %d is deleted; the history of task %d says when and why.", id, r.TaskID))
	case errors.Is(err, callback.ErrRecordingAway):
		return huma.Error503ServiceUnavailable(fmt.Sprintf("%s, where recording %d lies, can't be reached now: is it up, and in the configuration? Try again when callbackd is connected to it.", r.PBX, id))
	case errors.Is(err, callback.ErrRecordingBusy):
		return huma.Error503ServiceUnavailable("As many recordings as callbackd lets out at once are being listened to: try again in a moment.")
	case errors.Is(err, callback.ErrRecordingRefused):
		s.log.Warn().Err(err).Msg("Asterisk refuses a recording")
		return huma.Error502BadGateway(fmt.Sprintf("Asterisk on %s refuses recording %d: may its user read and write its recording folder? callbackd's log has its answer.", r.PBX, id))
	}
	return inside(ctx, s.log, err)
}

func noRecording(id int64) huma.StatusError {
	return huma.Error404NotFound(fmt.Sprintf("There is no recording %d: GET /api/v1/recordings lists them.", id))
}
