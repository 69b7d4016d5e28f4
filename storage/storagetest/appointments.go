package storagetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// noon is a slot.
var noon = morning.Add(4 * time.Hour)

// appointment is one at a time, without its seat.
func appointment(account, number string, start time.Time) callback.Task {
	task := request(newTask(account, number))
	task.Kind, task.Rule = callback.KindAppointment, callback.AppointmentsRule("advice")
	task.At, task.Due, task.Arrived = start, start, start
	return task
}

func seatOf(task callback.Task) callback.Seat {
	return callback.Seat{Account: task.Account, Book: "advice", Start: task.At, TaskID: task.ID}
}

// seated stores an appointment with one of so many seats.
func seated(t *testing.T, tx callback.Tx, task callback.Task, seats int) (callback.Task, callback.Attempt) {
	t.Helper()
	task, a := plan(t, tx, task)
	require.NoError(t, tx.TakeSeat(seatOf(task), seats))
	return task, a
}

func requireTaken(t *testing.T, s callback.Store, want ...time.Time) {
	t.Helper()
	view(t, s, func(tx callback.ReadTx) {
		have, err := tx.SeatsTaken(acme, "advice", morning, morning.Add(24*time.Hour))
		require.NoError(t, err)
		require.Equal(t, want, have)
	})
}

func testAppointmentRoundTrip(t *testing.T, s callback.Store) {
	task := appointment(acme, alice, noon)
	task.Identification = "0012345"
	update(t, s, func(tx callback.Tx) { task, _ = plan(t, tx, task) })
	update(t, s, func(tx callback.Tx) {
		task.Late = noon.Add(5 * time.Minute)
		require.NoError(t, tx.UpdateTask(&task, step(callback.TaskScheduled, callback.TaskScheduled)))
	})
	view(t, s, func(tx callback.ReadTx) {
		have, err := tx.Task(task.ID)
		require.NoError(t, err)
		assert.Equal(t, task, have)
	})
	words := appointment(acme, bob, noon)
	words.Identification = "0012345a"
	err := attempt(t, s, func(tx callback.Tx) error { return tx.InsertTask(&words, birth(words.State)) })
	assert.ErrorIs(t, err, callback.ErrRefused, "an identification has digits only")
}

func testSeats(t *testing.T, s callback.Store) {
	var first, second, last callback.Task
	update(t, s, func(tx callback.Tx) {
		first, _ = seated(t, tx, appointment(acme, customer(0), noon), 2)
		second, _ = seated(t, tx, appointment(acme, customer(1), noon), 2)
		seated(t, tx, appointment(acme, customer(2), noon.Add(15*time.Minute)), 2)
		seated(t, tx, appointment(globex, customer(3), noon), 2)
		last, _ = plan(t, tx, appointment(acme, customer(4), noon))
		require.ErrorIs(t, tx.TakeSeat(seatOf(last), 2), callback.ErrNoSeat)
		require.ErrorIs(t, tx.TakeSeat(seatOf(first), 3), callback.ErrExists, "a task has one seat")
		require.NoError(t, tx.TakeSeat(seatOf(last), 3), "the transaction isn't spoiled")
	})
	quarter := noon.Add(15 * time.Minute)
	requireTaken(t, s, noon, noon, noon, quarter)

	update(t, s, func(tx callback.Tx) {
		require.NoError(t, tx.LeaveSeat(second.ID))
		require.NoError(t, tx.LeaveSeat(second.ID), "there is none any more")
		other, _ := plan(t, tx, appointment(acme, customer(5), noon))
		require.ErrorIs(t, tx.TakeSeat(seatOf(other), 1), callback.ErrNoSeat)
		require.NoError(t, tx.TakeSeat(seatOf(other), 3), "the one in the middle")
		require.ErrorIs(t, tx.TakeSeat(seatOf(second), 3), callback.ErrNoSeat)
	})
	view(t, s, func(tx callback.ReadTx) {
		for _, c := range []struct {
			from, to time.Time
			limit    int
			want     []string
		}{
			{noon, quarter, 10, []string{customer(0), customer(4), customer(5)}},
			{noon, quarter.Add(time.Millisecond), 10, []string{customer(0), customer(4), customer(5), customer(2)}},
			{noon.Add(time.Millisecond), quarter.Add(time.Hour), 10, []string{customer(2)}},
			{morning, quarter.Add(time.Hour), 2, []string{customer(0), customer(4)}},
			{morning, noon, 10, nil},
		} {
			tasks, err := tx.Appointments(acme, "advice", c.from, c.to, c.limit)
			require.NoError(t, err)
			assert.Equal(t, c.want, numbers(tasks))
			taken, err := tx.SeatsTaken(acme, "advice", c.from, c.to)
			require.NoError(t, err)
			if c.limit == 10 {
				assert.Len(t, taken, len(c.want))
			}
		}
		none, err := tx.SeatsTaken(acme, "billing", morning, quarter)
		require.NoError(t, err)
		assert.Empty(t, none)
	})
}

// However an appointment ends, its seat is free; however long it isn't over, it is taken.
func testSeatsOfTasksThatEnd(t *testing.T, s callback.Store) {
	for i, end := range []callback.TaskState{callback.TaskCancelled, callback.TaskExpired, callback.TaskHeld, callback.TaskDialing, callback.TaskCompleted, callback.TaskExhausted} {
		update(t, s, func(tx callback.Tx) {
			task, a := seated(t, tx, appointment(acme, customer(i), noon), 1)
			switch end {
			case callback.TaskHeld:
				require.NoError(t, moveTask(tx, &task, end))
				require.NoError(t, tx.LeaveSeat(task.ID))
			case callback.TaskDialing:
				claim(t, tx, &task, &a)
				require.NoError(t, tx.LeaveSeat(task.ID))
			case callback.TaskCompleted, callback.TaskExhausted:
				claim(t, tx, &task, &a)
				advance(t, tx, &a, callback.AttemptEnded)
				require.NoError(t, moveTask(tx, &task, end))
			default:
				advance(t, tx, &a, callback.AttemptEnded)
				require.NoError(t, moveTask(tx, &task, end))
			}
		})
		requireTaken(t, s)
	}
	var held callback.Task
	update(t, s, func(tx callback.Tx) {
		held, _ = seated(t, tx, appointment(acme, alice, noon), 1)
		require.NoError(t, moveTask(tx, &held, callback.TaskHeld))
	})
	requireTaken(t, s, noon)
	require.Error(t, attempt(t, s, func(tx callback.Tx) error {
		return errors.Join(tx.LeaveSeat(held.ID), errors.New("it can't move"))
	}))
	requireTaken(t, s, noon)
}

func testWhoHasSeats(t *testing.T, s callback.Store) {
	var missed, others, over callback.Task
	update(t, s, func(tx callback.Tx) {
		missed, _ = plan(t, tx, newTask(acme, alice))
		others, _ = plan(t, tx, appointment(globex, alice, noon))
		var a callback.Attempt
		over, a = plan(t, tx, appointment(acme, bob, noon))
		finish(t, tx, &over, &a)
	})
	for name, id := range map[string]int64{"a missed call": missed.ID, "another account's": others.ID, "what is over": over.ID, "nobody": 4711} {
		seat := callback.Seat{Account: acme, Book: "advice", Start: noon, TaskID: id}
		assert.ErrorIs(t, attempt(t, s, func(tx callback.Tx) error { return tx.TakeSeat(seat, 1) }), callback.ErrRefused, name)
	}
	requireTaken(t, s)
}

func testLastSeat(t *testing.T, s callback.Store) {
	var all sync.WaitGroup
	won := make(chan int64, 100)
	for i := range 100 {
		all.Go(func() {
			err := s.Update(t.Context(), func(tx callback.Tx) error {
				task, _ := plan(t, tx, appointment(acme, customer(i), noon))
				if err := tx.TakeSeat(seatOf(task), 1); err != nil {
					return err
				}
				won <- task.ID
				return nil
			})
			if err != nil {
				assert.ErrorIs(t, err, callback.ErrNoSeat)
			}
		})
	}
	all.Wait()
	assert.Len(t, won, 1)
	requireTaken(t, s, noon)
}

func testLateAppointments(t *testing.T, s callback.Store) {
	// So many minutes after noon they are booked, and were called; 0: they weren't.
	rows := []struct{ booked, called int }{{20, 0}, {0, 0}, {0, 1}, {10, 5}, {5, 0}, {7, 0}, {0, 0}, {0, 0}, {12, 12}, {15, 15}}
	update(t, s, func(tx callback.Tx) {
		for i, row := range rows {
			start := noon.Add(time.Duration(row.booked) * time.Minute)
			task, a := plan(t, tx, appointment(acme, customer(i), start))
			switch i {
			case 4:
				require.NoError(t, moveTask(tx, &task, callback.TaskHeld))
			case 5: // it was seen
				task.Late = start
				require.NoError(t, tx.UpdateTask(&task, step(task.State, task.State)))
			case 6:
				claim(t, tx, &task, &a)
			case 7:
				finish(t, tx, &task, &a)
			}
			if row.called == 0 {
				continue
			}
			claim(t, tx, &task, &a)
			advance(t, tx, &a, callback.AttemptAgentUp)
			a.CustomerSent = noon.Add(time.Duration(row.called) * time.Minute)
			advance(t, tx, &a, callback.AttemptCustomer)
			shape(&a, callback.AttemptEnded)
			if i == 9 { // the carrier refused the call: no phone rang
				a.Result, a.Counted = callback.ResultTrunkFailed, false
			}
			require.NoError(t, tx.UpdateAttempt(&a, step(callback.AttemptCustomer, a.State)))
			require.NoError(t, moveTask(tx, &task, callback.TaskScheduled))
			next := newAttempt(task)
			next.Ordinal = 2
			require.NoError(t, tx.InsertAttempt(&next, birth(next.State)))
		}
		request := request(newTask(acme, alice))
		request.At = noon
		plan(t, tx, request)
	})
	view(t, s, func(tx callback.ReadTx) {
		for by, want := range map[int][]string{-1: nil, 0: {customer(1)}, 9: {customer(1), customer(4)}, 60: {customer(1), customer(4), customer(3), customer(9), customer(0)}} {
			late, err := tx.LateAppointments(noon.Add(time.Duration(by)*time.Minute), 10)
			require.NoError(t, err)
			assert.Equal(t, want, numbers(late), "%d minutes after noon", by)
		}
		late, err := tx.LateAppointments(noon.Add(time.Hour), 2)
		require.NoError(t, err)
		assert.Len(t, late, 2)
		for after, want := range map[int]int{-1: 0, 0: 5, 5: 10, 12: 15, 15: 20} {
			next, ok, err := tx.NextAppointment(noon.Add(time.Duration(after) * time.Minute))
			require.NoError(t, err)
			require.True(t, ok)
			assert.Equal(t, noon.Add(time.Duration(want)*time.Minute), next)
		}
		_, ok, err := tx.NextAppointment(noon.Add(20 * time.Minute))
		require.NoError(t, err)
		assert.False(t, ok)
	})
}
