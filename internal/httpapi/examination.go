package httpapi

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Examination is what `callbackd doctor` finds.
type Examination struct {
	Made     time.Time `json:"made,omitzero" example:"2026-11-20T13:24:02Z" doc:"Absent: none was made since callbackd's start."`
	Errors   int       `json:"errors" minimum:"0"`
	Warnings int       `json:"warnings" minimum:"0"`
	Findings []Finding `json:"findings" nullable:"false"`
}

// Finding is one thing that the doctor looked at.
type Finding struct {
	About   string `json:"about" example:"asterisk" doc:"files, asterisk, machine or daemon."`
	PBX     string `json:"pbx,omitempty" example:"pbx1" doc:"Which Asterisk."`
	Level   string `json:"level" enum:"error,warning,advice,note,ok" doc:"error: calls are lost, or nobody is called back. note: something that can't be found out."`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty" doc:"What to do."`
	File    string `json:"file,omitempty" doc:"Where it is written."`
	Line    int    `json:"line,omitempty"`
	Path    string `json:"path,omitempty" example:"queues.support" doc:"The key."`
}

// examineEvery is how often everything is looked at anew: each time Asterisk is asked
// hundreds of questions.
const examineEvery = time.Minute

// examinations has the doctor make one examination at a time.
type examinations struct {
	examine func(context.Context) []Finding

	making sync.Mutex // held for as long as one takes; whoever comes meanwhile has the same
	newest atomic.Pointer[Examination]
}

func (s *examinations) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "examine-system", Method: http.MethodPost, Path: "/api/v1/system/examine",
		Summary: "Is everything in place?",
		Description: "What `callbackd doctor` finds: each Asterisk is asked, and its configuration and logs, the disk and the clock are looked at, as far as callbackd's own user may. " +
			"Nothing is changed, and nothing rings. It takes seconds, and is made at most once a minute: whoever asks within one is answered the newest.",
		Tags: []string{"state"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.make)
	huma.Register(api, huma.Operation{
		OperationID: "show-examination", Method: http.MethodGet, Path: "/api/v1/system/examination",
		Summary:     "What was found when everything was looked at last?",
		Description: "The newest answer of POST /api/v1/system/examine, whoever asked for it. It is kept in memory: after a start there is none. Nothing is looked at anew.",
		Tags:        []string{"state"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.show)
}

type examineAnswer struct{ Body Examination }

func (s *examinations) make(ctx context.Context, _ *struct{}) (*examineAnswer, error) {
	s.making.Lock()
	defer s.making.Unlock()
	if newest := s.newest.Load(); newest != nil && time.Since(newest.Made) < examineEvery {
		return &examineAnswer{Body: *newest}, nil
	}
	made := Examination{Made: time.Now().UTC(), Findings: []Finding{}}
	// Whoever asked may go away; whoever waits behind wants it whole.
	made.Findings = append(made.Findings, s.examine(context.WithoutCancel(ctx))...)
	for _, f := range made.Findings {
		switch f.Level {
		case "error":
			made.Errors++
		case "warning":
			made.Warnings++
		}
	}
	s.newest.Store(&made)
	return &examineAnswer{Body: made}, nil
}

func (s *examinations) show(context.Context, *struct{}) (*examineAnswer, error) {
	if newest := s.newest.Load(); newest != nil {
		return &examineAnswer{Body: *newest}, nil
	}
	return &examineAnswer{Body: Examination{Findings: []Finding{}}}, nil
}
