package storage

import (
	"fmt"
	"time"

	"callbackd/callback"
)

var sessionsTable = newTable("sessions", "id", "user_id", "hash", "created", "used")

func sessionFields(s *callback.Session) []any {
	return []any{&s.ID, &s.UserID, hashColumn{(*[32]byte)(&s.Hash)}, timeColumn{&s.Created}, timeColumn{&s.Used}}
}

var (
	sessionOfQuery        = sessionsTable.selection + `WHERE hash = ?`
	sessionsQuery         = sessionsTable.selection + `WHERE user_id = ? ORDER BY id`
	useSessionCommand     = `UPDATE sessions SET used = ? WHERE id = ?`
	endSessionCommand     = `DELETE FROM sessions WHERE id = ?`
	endSessionsCommand    = `DELETE FROM sessions WHERE user_id = ?`
	forgetSessionsCommand = `DELETE FROM sessions WHERE used < ? OR created < ?`
)

func nameSession(id int64) string { return fmt.Sprintf("session %d", id) }

// SessionOf implements callback.ReadTx.
func (tx *readTx) SessionOf(hash callback.SessionHash) (callback.Session, error) {
	return find(tx, "a session by its hash", sessionFields, sessionOfQuery, hashColumn{(*[32]byte)(&hash)})
}

// Sessions implements callback.ReadTx.
func (tx *readTx) Sessions(userID int64) ([]callback.Session, error) {
	return list(tx, "sessions of "+nameUser(userID), sessionFields, sessionsQuery, userID)
}

// InsertSession implements callback.Tx.
func (tx *writeTx) InsertSession(s *callback.Session) error {
	s.Created = tx.now
	id, err := tx.insert("insert a session of "+nameUser(s.UserID), sessionsTable.insert, sessionFields(s)[1:]...)
	if err != nil {
		return err
	}
	s.ID = id
	return nil
}

// UseSession implements callback.Tx.
func (tx *writeTx) UseSession(id int64, at time.Time) error {
	_, err := tx.exec("note the use of "+nameSession(id), useSessionCommand, timeColumn{&at}, id)
	return err
}

// EndSession implements callback.Tx.
func (tx *writeTx) EndSession(id int64) error {
	_, err := tx.exec("end "+nameSession(id), endSessionCommand, id)
	return err
}

// EndSessions implements callback.Tx.
func (tx *writeTx) EndSessions(userID int64) (int, error) {
	result, err := tx.exec("end the sessions of "+nameUser(userID), endSessionsCommand, userID)
	if err != nil {
		return 0, err
	}
	ended, err := result.RowsAffected()
	return int(ended), err
}

// ForgetSessions implements callback.Tx.
func (tx *writeTx) ForgetSessions(usedBefore, createdBefore time.Time) error {
	_, err := tx.exec("forget old sessions", forgetSessionsCommand, timeColumn{&usedBefore}, timeColumn{&createdBefore})
	return err
}
