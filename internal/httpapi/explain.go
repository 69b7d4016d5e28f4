package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// mostDifferences bounds the answer of a replay.
const mostDifferences = 1000

// Drafts reads rules that aren't in force.
type Drafts interface {
	// OnDisk is the rulebook that the files as they are on the disk make. Where
	// one can't be used, the account has its rules in force, and problems say why.
	OnDisk(ctx context.Context) (book *callback.Rulebook, problems []FileProblem, err error)
	// Draft is the rulebook in force with a text in place of its account's file.
	// name is what its problems call it. It is nil if the text can't be used.
	Draft(ctx context.Context, name, draft string) (book *callback.Rulebook, problems []FileProblem, err error)
}

// explain has the operations that say what would happen.
type explain struct {
	directory
	drafts Drafts
	pbxs   func() []PBX
	log    zerolog.Logger
}

func (s *explain) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "explain", Method: http.MethodPost, Path: "/api/v1/explain",
		Summary: "What would become of a call?",
		Description: "What would happen, were a call from this number missed there and then: which rule decides or why none does, when each attempt would be made, " +
			"who would ring and what the customer's phone would show. The code that decides answers; nothing is stored and nothing is dialled.",
		Tags: []string{"explain"}, Security: secured,
		MaxBodyBytes: 16 << 10,
		Errors: []int{
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		},
	}, s.explain)
	huma.Register(api, huma.Operation{
		OperationID: "replay", Method: http.MethodPost, Path: "/api/v1/explain/replay",
		Summary: "What would other rules have made of the calls that were missed?",
		Description: "Decides anew about the stored missed calls, by a draft of a rules file or else by the files as they are on the disk, and by what is switched off now, " +
			"and tells what would have been different. Nothing is stored.",
		Tags: []string{"explain"}, Security: secured,
		MaxBodyBytes: largestDraft,
		Errors: []int{
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		},
	}, s.replay)
	s.registerRequest(api)
}

// Question is a call of which somebody wants to know what would become of it.
type Question struct {
	_        struct{}        `additionalProperties:"false"`
	Number   string          `json:"number" minLength:"1" maxLength:"100" example:"0701234567" doc:"The caller, as the trunk delivers it: in E.164 or as people dial it in the account's country; anonymous if it is withheld."`
	Account  string          `json:"account,omitempty" maxLength:"200" example:"acme" doc:"May be left out if dialled or trunk tell it, or if there is only one."`
	MissedIn callback.Target `json:"missed_in,omitzero" example:"queue:support" doc:"Who lost the call: queue:NAME, agent:NAME, group:NAME or scenario:NAME; may be left out if the account has only one queue."`
	At       string          `json:"at,omitempty" maxLength:"40" example:"2026-12-24 17:30" doc:"When the call was lost: RFC 3339, or 2026-12-24 17:30 in the account's time zone. Left out: now."`
	Dialled  string          `json:"dialled,omitempty" maxLength:"100" example:"+4685550000" doc:"The number that the customer dialled."`
	Trunk    string          `json:"trunk,omitempty" maxLength:"200" example:"PJSIP/pstn" doc:"Where the call came in; needed only where it matters."`
	PBX      string          `json:"pbx,omitempty" maxLength:"200" example:"pbx1" doc:"Likewise, where several PBXs have a trunk of that name."`
}

type explainRequest struct{ Body Question }

type explainAnswer struct{ Body Explanation }

func (s *explain) explain(ctx context.Context, in *explainRequest) (*explainAnswer, error) {
	q, a := in.Body, askerOf(ctx)
	if q.Account == "" {
		q.Account = a.account
	}
	book := bookOf(s.rules.Book(), a)
	asked := callback.Question{
		Account: q.Account, PBX: q.PBX, Trunk: q.Trunk, Dialled: q.Dialled, Caller: q.Number, LostBy: q.MissedIn, Lost: time.Now(),
	}
	account, err := s.whose(ctx, book, q)
	if err != nil {
		return nil, err
	}
	if q.At != "" {
		if asked.Lost, err = when(q.At, account); err != nil {
			return nil, err
		}
	}
	if asked.LostBy.IsZero() {
		if asked.LostBy, err = onlyQueue(account); err != nil {
			return nil, err
		}
	}
	var found callback.Explanation
	err = s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		found, err = callback.Explain(tx, book, asked)
		return err
	})
	if err != nil {
		return nil, s.refusal(ctx, err)
	}
	document := explanationOf(found)
	if account, ok := book.Account(found.Account); ok && account.Location != nil {
		document.LostLocal = &LocalTime{Zone: account.Location.String(), Time: found.Lost.In(account.Location)}
	}
	document.Notes = append(append(document.Notes, doubts(book, account, q)...), s.away(document.Attempts)...)
	return &explainAnswer{Body: document}, nil
}

// away says which PBXs, of those that the attempts need, aren't ready.
func (s *explain) away(attempts []PlannedAttempt) (notes []string) {
	for _, x := range s.pbxs() {
		needed := slices.ContainsFunc(attempts, func(a PlannedAttempt) bool { return a.PBX == x.Name })
		if needed && !x.Ready {
			notes = append(notes, x.Name+" isn't ready: "+x.Reason)
		}
	}
	return notes
}

// localForms are how a time is written that says no zone.
var localForms = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05"}

// when reads a time; one without a zone is the account's.
func when(text string, account *callback.Account) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return within(t, text)
	}
	for _, form := range localForms {
		if _, err := time.Parse(form, text); err != nil {
			continue
		}
		if account == nil || account.Location == nil {
			return time.Time{}, wrong("body.at", text, "write the time with its offset, 2026-12-24T17:30:00+01:00: which zone is meant can't be told without an account that has a timezone")
		}
		t, err := time.ParseInLocation(form, text, account.Location)
		if err != nil {
			return time.Time{}, wrong("body.at", text, err.Error())
		}
		return within(t, text)
	}
	return time.Time{}, wrong("body.at", text, "write the time as 2026-12-24 17:30, in the account's zone, or as 2026-12-24T17:30:00+01:00")
}

// within refuses a time in a year that can't be meant, and that JSON can't write.
func within(t time.Time, text string) (time.Time, error) {
	if year := t.Year(); year < 2000 || year > 2200 {
		return time.Time{}, wrong("body.at", text, "write a time from the year 2000 to 2200")
	}
	return t, nil
}

// onlyQueue is who lost a call where only one queue can have.
func onlyQueue(account *callback.Account) (callback.Target, error) {
	if account == nil { // which of several has the trunk and the number is the domain's to find out
		return callback.Target{}, wrong("body.missed_in", "", "name who lost the call, like queue:support, or name the account")
	}
	var all []string
	for _, part := range []struct {
		kind  callback.TargetKind
		names []string
	}{
		{callback.TargetQueue, keys(account.Queues)}, {callback.TargetAgent, keys(account.Agents)},
		{callback.TargetGroup, keys(account.Groups)}, {callback.TargetScenario, keys(account.Scenarios)},
	} {
		if part.kind == callback.TargetQueue && len(part.names) == 1 {
			return callback.Target{Kind: part.kind, Name: part.names[0]}, nil
		}
		for _, name := range part.names {
			all = append(all, callback.Target{Kind: part.kind, Name: name}.String())
		}
	}
	if len(all) > listedNames {
		all = append(all[:listedNames], "…")
	}
	return callback.Target{}, wrong("body.missed_in", "", "name who lost the call; account "+account.Name+" has "+strings.Join(all, ", "))
}

// wrong refuses one part of a request.
func wrong(location, value, message string) error {
	return huma.Error422UnprocessableEntity("Change the request: "+location+": "+message+".", &huma.ErrorDetail{Location: location, Value: value, Message: message})
}

// refusal answers a question that can't be answered.
func (s *explain) refusal(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, callback.ErrAmbiguous):
		return huma.Error422UnprocessableEntity(sentence(err, callback.ErrAmbiguous))
	case errors.Is(err, callback.ErrNotFound):
		return huma.Error404NotFound(sentence(err, callback.ErrNotFound))
	}
	return inside(ctx, s.log, fmt.Errorf("explain: %w", err))
}

// noAccount answers that there is no such account.
func (s *explain) noAccount(ctx context.Context, name string) error {
	r, err := s.roster(ctx)
	if err != nil {
		return inside(ctx, s.log, err)
	}
	return r.noAccount(name, nothingToDecide)
}

// sentence is what a person asked for can do about err, without the words that
// say which error it is.
func sentence(err, kind error) string {
	text := strings.TrimPrefix(strings.TrimSuffix(err.Error(), ": "+kind.Error()), kind.Error()+": ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// ReplayRequest says which calls to replay, by which rules.
type ReplayRequest struct {
	_       struct{}  `additionalProperties:"false"`
	Since   time.Time `json:"since" example:"2026-11-13T13:20:01Z" doc:"Only calls lost then or later."`
	Account string    `json:"account,omitempty" maxLength:"200" example:"acme" doc:"Only calls to this account."`
	Name    string    `json:"name,omitempty" maxLength:"4096" pattern:"^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*$" patternDescription:"one line of text" example:"acme.yaml" doc:"What problems call the draft."`
	Text    *string   `json:"draft,omitempty" doc:"The whole text of a rules file, to be used in place of its account's. Left out: the files on the disk."`
}

type replayRequest struct{ Body ReplayRequest }

type replayAnswer struct{ Body Replay }

func (s *explain) replay(ctx context.Context, in *replayRequest) (*replayAnswer, error) {
	if in.Body.Account == "" {
		in.Body.Account = askerOf(ctx).account
	}
	if in.Body.Account != "" {
		r, err := s.roster(ctx)
		if err != nil {
			return nil, inside(ctx, s.log, err)
		}
		if !slices.Contains(r.names(), in.Body.Account) {
			return nil, r.noAccount(in.Body.Account, nothingToDecide)
		}
	}
	book, problems, err := s.book(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	var found callback.Replayed
	err = s.store.View(ctx, func(tx callback.ReadTx) (err error) {
		found, err = callback.Replay(tx, book, in.Body.Since, in.Body.Account)
		return err
	})
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("replay missed calls: %w", err))
	}
	return &replayAnswer{Body: replayOf(found, problems)}, nil
}

// book is the rulebook that a replay goes by.
func (s *explain) book(ctx context.Context, r ReplayRequest) (*callback.Rulebook, []FileProblem, error) {
	a := askerOf(ctx)
	others := s.loaded().others(a)
	if r.Text == nil {
		book, problems, err := s.drafts.OnDisk(ctx)
		if err != nil {
			return nil, nil, inside(ctx, s.log, err)
		}
		return bookOf(book, a), withoutNames(s.ownProblems(a, onlyErrors(problems)), others), nil
	}
	book, problems, err := s.drafts.Draft(ctx, Draft{Name: r.Name}.name(), *r.Text)
	if err != nil {
		return nil, nil, inside(ctx, s.log, err)
	}
	if book != nil {
		return bookOf(book, a), nil, nil
	}
	texts, items := []string{"The draft can't be used:"}, []error{}
	for _, p := range withoutNames(onlyErrors(problems), others) {
		texts = append(texts, p.Text)
		items = append(items, &huma.ErrorDetail{Location: "body.draft", Message: p.Message})
	}
	return nil, nil, huma.Error422UnprocessableEntity(strings.Join(texts, "\n"), items...)
}

// ownProblems are those of files that are about an account that the asker knows.
func (s *explain) ownProblems(a asker, problems []FileProblem) []FileProblem {
	if a.account == "" {
		return problems
	}
	own := map[string]bool{}
	for _, f := range s.files.Files() {
		own[f.File] = own[f.File] || a.knows(f.Account)
	}
	return slices.DeleteFunc(problems, func(p FileProblem) bool { return !own[p.File] })
}
