package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"callbackd/internal/httpapi"
)

// Books lists the schedules of appointments that an account takes.
func (c *Client) Books(ctx context.Context, account string) (books httpapi.AppointmentBooks, err error) {
	err = c.ask(ctx, http.MethodGet, appointments(account), nil, nil, &books)
	return books, err
}

// Span selects what begins in a time; zero fields select all.
type Span struct {
	From  time.Time
	To    time.Time // before
	Limit int       // 0 leaves it to the daemon
}

func (s Span) query() url.Values {
	query := url.Values{}
	if !s.From.IsZero() {
		query.Set("from", s.From.Format(time.RFC3339))
	}
	if !s.To.IsZero() {
		query.Set("to", s.To.Format(time.RFC3339))
	}
	if s.Limit != 0 {
		query.Set("limit", strconv.Itoa(s.Limit))
	}
	return query
}

// Slots lists the slots of a schedule that may be booked now, full ones too.
func (c *Client) Slots(ctx context.Context, account, schedule string, s Span) (list httpapi.SlotList, err error) {
	err = c.ask(ctx, http.MethodGet, appointments(account, schedule, "slots"), s.query(), nil, &list)
	return list, err
}

// Calendar lists the slots of a schedule, those that may not be booked now, too.
func (c *Client) Calendar(ctx context.Context, account, schedule string, s Span) (list httpapi.SlotList, err error) {
	query := s.query()
	query.Set("all", "true")
	err = c.ask(ctx, http.MethodGet, appointments(account, schedule, "slots"), query, nil, &list)
	return list, err
}

// Appointments lists what is booked of a schedule, by its start.
func (c *Client) Appointments(ctx context.Context, account, schedule string, s Span) (list httpapi.AppointmentList, err error) {
	err = c.ask(ctx, http.MethodGet, appointments(account, schedule), s.query(), nil, &list)
	return list, err
}

// Book books an appointment.
func (c *Client) Book(ctx context.Context, account, schedule string, r httpapi.BookingRequest) (booked httpapi.Promised, err error) {
	err = c.ask(ctx, http.MethodPost, appointments(account, schedule), nil, r, &booked)
	return booked, err
}

// Promise tells what the holder of a secret was promised.
func (c *Client) Promise(ctx context.Context, secret string) (p httpapi.Promise, err error) {
	err = c.ask(ctx, http.MethodGet, promise(secret), nil, nil, &p)
	return p, err
}

// CancelPromise cancels it.
func (c *Client) CancelPromise(ctx context.Context, secret string) (p httpapi.Promise, err error) {
	err = c.ask(ctx, http.MethodPost, promise(secret)+"/cancel", nil, nil, &p)
	return p, err
}

// ReschedulePromise gives it another time: an appointment another slot.
func (c *Client) ReschedulePromise(ctx context.Context, secret string, at time.Time) (p httpapi.Promise, err error) {
	err = c.ask(ctx, http.MethodPost, promise(secret)+"/reschedule", nil, httpapi.NewTime{At: at}, &p)
	return p, err
}

// PromiseSlots lists the slots to which it may be moved, if it is an appointment.
func (c *Client) PromiseSlots(ctx context.Context, secret string, s Span) (list httpapi.SlotList, err error) {
	err = c.ask(ctx, http.MethodGet, promise(secret)+"/slots", s.query(), nil, &list)
	return list, err
}

func appointments(account string, below ...string) string {
	path := fmt.Sprintf("/api/v1/accounts/%s/appointments", segment(account))
	for _, name := range below {
		path += "/" + segment(name)
	}
	return path
}

func promise(secret string) string { return "/api/v1/promises/" + segment(secret) }
