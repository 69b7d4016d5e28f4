package storage

import (
	"fmt"
	"time"

	"callbackd/callback"
)

var (
	seatsTakenQuery   = `SELECT start FROM bookings WHERE account = ? AND book = ? AND start >= ? AND start < ? ORDER BY start`
	seatsOfSlotQuery  = `SELECT seat FROM bookings WHERE account = ? AND book = ? AND start = ? ORDER BY seat`
	leaveSeatCommand  = `DELETE FROM bookings WHERE task_id = ?`
	takeSeatCommand   = `INSERT INTO bookings (account, book, start, seat, task_id) VALUES (?, ?, ?, ?, ?)`
	appointmentsQuery = tasksTable.selection + `WHERE id IN (
		SELECT task_id FROM bookings WHERE account = ? AND book = ? AND start >= ? AND start < ? ORDER BY start, task_id LIMIT ?
	) ORDER BY asked_for, id`

	// Whose phone was made to ring at the booked time or later, or is about to be, isn't
	// late, whatever comes of it.
	lateAppointmentsQuery = tasksTable.selection + `INDEXED BY tasks_appointments
		WHERE kind = 'appointment' AND state IN ('scheduled', 'held') AND late IS NULL AND asked_for <= ?
		AND NOT EXISTS (SELECT 1 FROM attempts WHERE task_id = tasks.id AND customer_sent >= tasks.asked_for AND (state <> 'ended' OR ` + rang + `))
		ORDER BY asked_for LIMIT ?`
	nextAppointmentQuery = `SELECT min(asked_for) FROM tasks INDEXED BY tasks_appointments
		WHERE kind = 'appointment' AND state IN ('scheduled', 'held') AND late IS NULL AND asked_for > ?`
)

// SeatsTaken implements callback.ReadTx.
func (tx *readTx) SeatsTaken(account, book string, from, to time.Time) ([]time.Time, error) {
	start := func(t *time.Time) []any { return []any{timeColumn{t}} }
	return list(tx, "the seats taken of "+account, start, seatsTakenQuery, account, book, timeColumn{&from}, timeColumn{&to})
}

// Appointments implements callback.ReadTx.
func (tx *readTx) Appointments(account, book string, from, to time.Time, limit int) ([]callback.Task, error) {
	return list(tx, "appointments of "+account, taskFields, appointmentsQuery, account, book, timeColumn{&from}, timeColumn{&to}, limit)
}

// LateAppointments implements callback.ReadTx.
func (tx *readTx) LateAppointments(by time.Time, limit int) ([]callback.Task, error) {
	return list(tx, "late appointments", taskFields, lateAppointmentsQuery, timeColumn{&by}, limit)
}

// NextAppointment implements callback.ReadTx.
func (tx *readTx) NextAppointment(after time.Time) (start time.Time, ok bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, nextAppointmentQuery, timeColumn{&after}).Scan(timeColumn{&start})
	return start, !start.IsZero(), explain("next appointment", err)
}

// TakeSeat implements callback.Tx.
func (tx *writeTx) TakeSeat(s callback.Seat, seats int) error {
	what := fmt.Sprintf("take a seat for task %d", s.TaskID)
	taken, err := list(&tx.readTx, what, func(seat *int) []any { return []any{seat} }, seatsOfSlotQuery, s.Account, s.Book, timeColumn{&s.Start})
	if err != nil {
		return err
	}
	seat := 0
	for seat < len(taken) && taken[seat] == seat {
		seat++
	}
	if seat >= seats {
		return fmt.Errorf("%s: %w", what, callback.ErrNoSeat)
	}
	_, err = tx.exec(what, takeSeatCommand, s.Account, s.Book, timeColumn{&s.Start}, seat, s.TaskID)
	return err
}

// LeaveSeat implements callback.Tx.
func (tx *writeTx) LeaveSeat(taskID int64) error {
	_, err := tx.exec(fmt.Sprintf("leave the seat of task %d", taskID), leaveSeatCommand, taskID)
	return err
}
