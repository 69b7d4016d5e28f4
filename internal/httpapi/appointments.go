package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// appointments has the operations by which appointments are booked. Like every task, one
// is moved, held and cancelled by its id.
type appointments struct{ *requests }

const (
	booksPath = "/api/v1/accounts/{account}/appointments"
	bookPath  = booksPath + "/{schedule}"
)

func (s *appointments) register(api huma.API) {
	reading := []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	huma.Register(api, huma.Operation{
		OperationID: "list-schedules", Method: http.MethodGet, Path: booksPath,
		Summary: "List what appointments an account takes", Description: "The schedules of the section appointments of its rules file, by name.",
		Tags: []string{"appointments"}, Security: secured, Errors: reading,
	}, s.books)
	huma.Register(api, huma.Operation{
		OperationID: "list-slots", Method: http.MethodGet, Path: bookPath + "/slots",
		Summary: "List the slots that may be booked now",
		Description: "By their start, full ones too. A customer in another time zone than the office's may be refused one of them all the same (closed). " +
			"A slot that is free may be full when it is booked: that is answered with slot_full.",
		Tags: []string{"appointments"}, Security: secured, Errors: reading,
	}, s.slots)
	huma.Register(api, huma.Operation{
		OperationID: "list-appointments", Method: http.MethodGet, Path: bookPath,
		Summary: "List the appointments that are booked", Description: "Those that are still open, by their start; also those of a schedule that isn't in the file any more.",
		Tags: []string{"appointments"}, Security: secured, Errors: reading,
	}, s.list)
	book := huma.Operation{
		OperationID: "book-appointment", Method: http.MethodPost, Path: bookPath, DefaultStatus: http.StatusCreated,
		Summary: "Book an appointment",
		Description: "201 with the task; 200 if it was booked before under the same Idempotency-Key. 409: the slot is full (slot_full), or the customer has an appointment of this schedule on that day (duplicate, with its id in task). " +
			"422 says what to change. 429: the queue or the area has as many open tasks as it takes; Retry-After says in how many seconds to come again.",
		Tags: []string{"appointments"}, Security: secured, MaxBodyBytes: 16 << 10, Errors: append([]int{http.StatusNotFound}, askErrors...),
	}
	huma.Register(api, book, s.book)
	described := api.OpenAPI().Paths[book.Path].Post
	describeRefusals(api, described)
	exampleBody(described, BookingRequest{
		Number: "+46701234567", Start: time.Date(2026, time.November, 27, 9, 0, 0, 0, time.UTC), Note: "wants to know about the offer", Source: callback.ViaWeb,
	})
	known := *described.Responses["201"]
	known.Description = "The appointment that was booked before under the same key."
	described.Responses["200"] = &known
}

type accountBooks struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
}

type listBooksAnswer struct{ Body AppointmentBooks }

func (s *appointments) books(ctx context.Context, in *accountBooks) (*listBooksAnswer, error) {
	account, err := s.inForce(ctx, in.Account)
	if err != nil {
		return nil, err
	}
	return &listBooksAnswer{Body: booksOf(account)}, nil
}

// inForce is an account that has rules in force.
func (s *appointments) inForce(ctx context.Context, name string) (*callback.Account, error) {
	r, err := s.roster(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	account, ok := r.book.Account(name)
	if !ok {
		return nil, r.noAccount(name, nothingToBook)
	}
	return account, nil
}

const nothingToBook = "nothing can be booked"

// Span selects what begins in a time.
type Span struct {
	From  time.Time `query:"from" example:"2026-11-27T00:00:00+01:00" doc:"Only what begins then or later; + is written %2B in an address. Left out: from now on."`
	To    time.Time `query:"to" example:"2026-11-28T00:00:00+01:00" doc:"Only what begins before. Left out: however far ahead."`
	Limit int       `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most."`
}

// SchedulePath is the address of a schedule of appointments.
type SchedulePath struct {
	Account  string `path:"account" maxLength:"200" example:"acme"`
	Schedule string `path:"schedule" maxLength:"200" example:"advice" doc:"Its name in the section appointments of the rules file."`
}

type listSlotsRequest struct {
	SchedulePath
	Span
	All bool `query:"all" doc:"Those that may not be booked now as well, each with the reason in not: for a calendar. Without from it begins now, without to it reaches as far as one may book."`
}

type listSlotsAnswer struct{ Body SlotList }

func (s *appointments) slots(ctx context.Context, in *listSlotsRequest) (*listSlotsAnswer, error) {
	account, err := s.inForce(ctx, in.Account)
	if err != nil {
		return nil, err
	}
	var found []callback.Slot
	if in.All {
		found, err = s.desk.Calendar(ctx, in.Account, in.Schedule, in.From, in.To, in.Limit+1)
	} else {
		found, err = s.desk.Slots(ctx, in.Account, in.Schedule, in.From, in.To, in.Limit+1)
	}
	if err != nil {
		return nil, s.refusal(ctx, in.SchedulePath, err)
	}
	return &listSlotsAnswer{Body: slotsOf(found, in.Limit, zoneOf(account, in.Schedule))}, nil
}

type listAppointmentsRequest struct {
	SchedulePath
	Span
}

// AppointmentList is what is booked of a schedule, by its start.
type AppointmentList struct {
	Appointments []Task `json:"appointments" nullable:"false"`
	More         bool   `json:"more,omitempty" doc:"There are more than were asked for: ask on from the last one's time."`
}

type listAppointmentsAnswer struct{ Body AppointmentList }

func (s *appointments) list(ctx context.Context, in *listAppointmentsRequest) (*listAppointmentsAnswer, error) {
	account, err := s.inForce(ctx, in.Account)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	from, to := in.From, in.To
	if from.IsZero() {
		from = now
	}
	if to.IsZero() {
		to = now.Add(farAhead)
	}
	found, err := s.desk.Booked(ctx, in.Account, in.Schedule, from, to, in.Limit+1)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	if _, known := account.Appointments[in.Schedule]; !known && len(found) == 0 {
		return nil, problemOf(unknownSchedule(account, in.Schedule))
	}
	list := AppointmentList{Appointments: []Task{}, More: len(found) > in.Limit}
	for _, t := range found[:min(len(found), in.Limit)] {
		list.Appointments = append(list.Appointments, taskOf(t, now))
	}
	return &listAppointmentsAnswer{Body: list}, nil
}

// farAhead is farther than anything may be booked.
const farAhead = 10 * 365 * 24 * time.Hour

// BookingRequest is an appointment that somebody books.
type BookingRequest struct {
	_ struct{} `additionalProperties:"false"`

	Number         string       `json:"number" minLength:"1" maxLength:"40" example:"+46701234567" doc:"The customer's, as people of the account's country write it."`
	Start          time.Time    `json:"start" pattern:"^[2-9]" patternDescription:"a date-time in the future" example:"2026-11-27T10:00:00+01:00" doc:"When the slot begins, with the offset from UTC."`
	Identification string       `json:"identification,omitempty" maxLength:"20" pattern:"^[0-9]*$" patternDescription:"digits" example:"4711000" doc:"The number by which the customer is known, where the schedule asks for one."`
	Note           string       `json:"note,omitempty" maxLength:"1000" pattern:"^([^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|[\u200c\u200d])*$" patternDescription:"one line of text" example:"wants to know about the offer"`
	Language       string       `json:"language,omitempty" pattern:"^([a-z]{2}(_[A-Z]{2})?)?$" patternDescription:"a language like sv or en_GB" example:"sv" doc:"Of what the customer hears. Left out: the file's."`
	Source         callback.Via `json:"source,omitempty" example:"web" doc:"Where the customer booked. A token for agents books as agent, one for intake as api or web. Left out: agent of a token for agents, else api."`
}

type bookRequest struct {
	SchedulePath
	Key  string `header:"Idempotency-Key" maxLength:"200" pattern:"^[!-~]+$" patternDescription:"visible ASCII characters" example:"8f14e45f-ceea-467f" doc:"Told again with the same booking within 24 hours, it is answered with the same task; with another request it is refused."`
	Body BookingRequest
}

func (s *appointments) book(ctx context.Context, in *bookRequest) (*askAnswer, error) {
	a := askerOf(ctx)
	b := callback.Booking{
		Account: in.Account, Book: in.Schedule, Number: in.Body.Number, Start: in.Body.Start, Identification: in.Body.Identification,
		Note: in.Body.Note, Language: in.Body.Language, Via: a.source(in.Body.Source), By: a.name, Key: in.Key,
	}
	if refused := a.mayAskAs(b.Via); refused != nil {
		return nil, problemOf(refused)
	}
	asked, err := s.desk.Book(ctx, b)
	if err != nil {
		return nil, s.refusal(ctx, in.SchedulePath, err)
	}
	return s.answer(ctx, asked), nil
}

// refusal answers why an appointment isn't booked. An account or a schedule that isn't
// there is what the path names.
func (s *appointments) refusal(ctx context.Context, in SchedulePath, err error) error {
	var refused *callback.AskRefusal
	if !errors.As(err, &refused) {
		return inside(ctx, s.log, err)
	}
	switch refused.Reason {
	case callback.RefusedNoAccount:
		_, missing := s.inForce(ctx, in.Account)
		if missing == nil { // its rules came into force just now
			return huma.Error404NotFound("There was no such account: try again.")
		}
		return missing
	case callback.RefusedBookUnknown:
		if account, missing := s.inForce(ctx, in.Account); missing == nil {
			refused = unknownSchedule(account, in.Schedule)
		}
	}
	return problemOf(refusalSeen(ctx, refused))
}

func unknownSchedule(a *callback.Account, name string) *callback.AskRefusal {
	return &callback.AskRefusal{
		Reason: callback.RefusedBookUnknown, Field: callback.FieldBook,
		Why: fmt.Sprintf("account %s has no appointments %s. %s", a.Name, strconv.Quote(name), among("schedules", name, keys(a.Appointments))),
	}
}
