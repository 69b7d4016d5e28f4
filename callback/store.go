package callback

import (
	"context"
	"errors"
	"time"
)

// Store is where the half that notices and the half that dials meet. The
// package storage implements it; the rules it must keep are tested by
// storage/storagetest.
type Store interface {
	// Update runs fn in one write transaction, alone, and commits if fn
	// returns nil; else nothing has happened. Observers hear of the changes
	// after the commit, never before.
	Update(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one consistent state.
	View(ctx context.Context, fn func(ReadTx) error) error
}

// What a store answers besides its own failures.
var (
	ErrNotFound = errors.New("not found")
	// ErrExists is a row that is already there: the same missed call, a
	// second open missed task of a customer, a second live attempt to a number.
	ErrExists = errors.New("exists already")
	// ErrRefused is a write that the store's rules forbid: a transition that no
	// table has, a row that contradicts itself, a Change that doesn't fit the
	// row. It is a mistake of the caller.
	ErrRefused = errors.New("refused by the database's rules")
	// ErrNoSeat is a slot of which all seats are taken.
	ErrNoSeat = errors.New("all seats are taken")
)

// ReadTx reads.
type ReadTx interface {
	// Task and Attempt answer ErrNotFound where there is none.
	Task(id int64) (Task, error)
	Attempt(id int64) (Attempt, error)
	// MissedCall finds by id, SeenCall by PBX and Asterisk's unique id.
	MissedCall(id int64) (MissedCall, error)
	SeenCall(pbx, callID string) (MissedCall, error)

	// OpenMissedTask is the customer's only open task of kind missed in account.
	OpenMissedTask(account, number string) (Task, error)
	// CustomerTasks lists all open tasks of a customer in account, of every kind, by ID.
	CustomerTasks(account, number string) ([]Task, error)
	// LastTask is the customer's newest task in account that has ended.
	LastTask(account, number string) (Task, error)
	// CurrentAttempt is the attempt of an open task that is scheduled or live.
	CurrentAttempt(taskID int64) (Attempt, error)
	// NewestMissedCall is the newest one that led to or merged into the task.
	NewestMissedCall(taskID int64) (MissedCall, error)

	// DueTasks lists scheduled tasks with Wake <= now in the order of service,
	// by Arrived, then ID: of each Target and Region of each account the first so
	// many, so that none hides another's behind its own.
	DueTasks(now time.Time, each int) ([]Task, error)
	// NextDue is the earliest Wake after now of a scheduled task; ok is false
	// if there is none.
	NextDue(now time.Time) (wake time.Time, ok bool, err error)
	// GiveUps lists scheduled and held tasks with GiveUp <= now, the earliest
	// first, at most limit of them. A task being dialled isn't given up before
	// its attempt has ended.
	GiveUps(now time.Time, limit int) ([]Task, error)
	// NextGiveUp is the earliest GiveUp after after of a scheduled or held task;
	// ok is false if there is none.
	NextGiveUp(after time.Time) (giveUp time.Time, ok bool, err error)
	// HandOvers and NextHandOver are as GiveUps and NextGiveUp, by OwnerUntil.
	HandOvers(now time.Time, limit int) ([]Task, error)
	NextHandOver(after time.Time) (until time.Time, ok bool, err error)
	// OpenTasks lists all open tasks of account, of every kind, by ID.
	OpenTasks(account string) ([]Task, error)
	// OpenMissed counts the open tasks of kind missed in account whose Target is
	// one of targets, but for those that ByOneRing holds: fraud takes no customer's
	// place. Without targets it is 0.
	OpenMissed(account string, targets []Target) (int, error)
	// OpenAny counts as OpenMissed does, but tasks of every kind, and of those that
	// belong to an owner also the ones whose Owner.Then is one of targets.
	OpenAny(account string, targets []Target) (int, error)
	// AskKey is what a key was used for by who asked in an account; ErrNotFound if it
	// wasn't, or is forgotten.
	AskKey(account, by, key string) (AskKey, error)
	// SeatsTaken lists the Start of each seat that is taken of a book in account, from
	// from on and before to, in their order. Appointments lists the open tasks that have
	// these seats, by start, at most limit of them.
	SeatsTaken(account, book string, from, to time.Time) ([]time.Time, error)
	Appointments(account, book string, from, to time.Time, limit int) ([]Task, error)
	// LateAppointments lists, at most limit of them, scheduled and held appointments
	// that aren't Late yet, with At <= by, of which no attempt has sent the customer's
	// leg at their time or later, but those of NeverRang. NextAppointment is the earliest
	// At after after of a scheduled or held appointment that isn't Late; ok is false if
	// there is none.
	LateAppointments(by time.Time, limit int) ([]Task, error)
	NextAppointment(after time.Time) (start time.Time, ok bool, err error)
	// LiveAttempts lists attempts in a live state, of one PBX or, with "", all.
	LiveAttempts(pbx string) ([]Attempt, error)
	// Lines counts the live attempts of account, RegionLines those whose
	// customer leg goes out in region.
	Lines(account string) (int, error)
	RegionLines(account, region string) (int, error)
	// NumberOnLine reports whether a live attempt to number exists, in any account.
	NumberOnLine(number string) (bool, error)
	// TrunkFaults lists, the one sent last first and at most so many, 0 for all, the
	// customer legs of region that ended by a trunk fault after the last that didn't,
	// in the order in which they were sent. One that talks didn't; one of which
	// nobody knows how it would have ended (it rings, or was given up) is left out.
	TrunkFaults(account, region string, most int) ([]TrunkFault, error)
	// CustomerLegs counts how often account has made the phone of number ring
	// since, or with number "" any customer's: attempts whose customer leg was
	// sent at since or later, whether they counted or not, but for those that ended
	// as NeverRang says, and live ones whose leg may yet be sent.
	CustomerLegs(account, number string, since time.Time) (Legs, error)

	// LastRung is when the newest attempt of account ended that has made the phone of
	// number ring, as CustomerLegs counts it, and didn't connect; those of the task except
	// are left out. Zero if there is none.
	LastRung(account, number string, except int64) (time.Time, error)

	// DoNotCall is the entry of number on account's do-not-call list; ErrNotFound
	// where it has none. DoNotCallList is the list by number: those after after, at
	// most limit of them, 0 for 100.
	DoNotCall(account, number string) (DoNotCall, error)
	DoNotCallList(account, after string, limit int) ([]DoNotCall, error)

	// Recording answers ErrNotFound where there is none; Recordings lists them, newest
	// first.
	Recording(id int64) (Recording, error)
	Recordings(f RecordingFilter) ([]Recording, error)
	// UnverifiedRecordings lists those that nobody could look at, by id, and
	// ExpiredRecordings those not deleted with KeepUntil <= now, by KeepUntil and id: the
	// ones behind after, the zero Recording for the first, at most limit of them.
	UnverifiedRecordings(after Recording, limit int) ([]Recording, error)
	ExpiredRecordings(now time.Time, after Recording, limit int) ([]Recording, error)

	// BriefCalls lists, oldest first, the missed calls of account whose numbers begin
	// with prefix, lost since, that took no longer than most from arrival to loss.
	BriefCalls(account, prefix string, since time.Time, most time.Duration) ([]MissedCall, error)
	// LogPosition is how far the logs of a PBX have been read, as SetLogPosition had it;
	// ErrNotFound if they never were.
	LogPosition(pbx string) ([]byte, error)

	// Token and TokenOf answer ErrNotFound where there is none; TokenOf finds by the hash,
	// also one that is revoked. Tokens lists all, by ID.
	Token(id int64) (Token, error)
	TokenOf(hash TokenHash) (Token, error)
	Tokens() ([]Token, error)

	// User, UserNamed and SessionOf answer ErrNotFound where there is none. UserNamed
	// finds one who holds, in whatever case the name is written. Users lists all, by ID,
	// Sessions those of a user, by ID, also those that have run out.
	User(id int64) (User, error)
	UserNamed(name string) (User, error)
	Users() ([]User, error)
	SessionOf(hash SessionHash) (Session, error)
	Sessions(userID int64) ([]Session, error)

	// Switches is all that is switched off. Its maps are never nil.
	Switches() (Switches, error)
	// KeptRules lists the last good rules files, by account.
	KeptRules() ([]KeptRules, error)

	// Tasks, MissedCalls, Attempts and History serve lists: newest first for
	// the first two, oldest first for a task's own.
	Tasks(TaskFilter) ([]Task, error)
	MissedCalls(MissedCallFilter) ([]MissedCall, error)
	Attempts(taskID int64) ([]Attempt, error)
	History(taskID int64) ([]Change, error)
	// Waiting tells what the open tasks of account, or with "" of all, wait for at now, the
	// commonest first.
	Waiting(account string, now time.Time) ([]Waiting, error)
	// Happenings counts what happened in a span to account, or with "" to all, by
	// quarters of an hour; those in which nothing did are left out. Owed lists the tasks whose
	// time to be called back began then.
	Happenings(account string, in Span) ([]Happenings, error)
	Owed(account string, in Span) ([]Owed, error)
	// LastChange is the latest time in the newest thousand rows of the history, of those
	// that say a time not after notAfter, or with zero of all; zero if there are none.
	// A time during which the clock stood wrong is forgotten with its rows.
	LastChange(notAfter time.Time) (time.Time, error)
}

// Tx reads and writes. Each change of a state comes with the Change that says
// so, stored in the same transaction.
type Tx interface {
	ReadTx
	// The Insert methods set the row's ID, Created and Updated.
	InsertTask(t *Task, c Change) error
	InsertAttempt(a *Attempt, c Change) error
	InsertMissedCall(m *MissedCall) error
	UpdateTask(t *Task, c Change) error
	UpdateAttempt(a *Attempt, c Change) error
	// SetWaiting stores why a scheduled task isn't dialled, and lets it rest until
	// then: Wake becomes until, but never earlier than Due; a zero until is Due.
	// A task that isn't scheduled any more stays as it is. No history row, and
	// observers don't hear of it.
	SetWaiting(taskID int64, reason string, until time.Time) error
	// Rouse ends the rest of all scheduled tasks of account, or with "" of all
	// accounts: Wake is Due again. Whoever changes what tasks wait for calls it.
	// No history row, and observers don't hear of it.
	Rouse(account string) error

	// SetLogPosition stores how far the logs of a PBX have been read: JSON.
	SetLogPosition(pbx string, position []byte) error

	// SetStopped, SetFrozen and SetRuleOff switch off and, with nil, on again.
	// What is off already keeps its Since and By; what is on already stays on.
	// No history row, and observers don't hear of it.
	SetStopped(s *Switch) error
	SetFrozen(account string, s *Switch) error
	SetRuleOff(key RuleKey, s *Switch) error

	// KeepAskKey stores what a key was used for; ErrExists where it was used already.
	// ForgetAskKeys drops those that were used before a time, those of callers (ByCaller)
	// before another. No history row, and observers don't hear of it.
	KeepAskKey(k AskKey) error
	ForgetAskKeys(before, callsBefore time.Time) error

	// TakeSeat gives an open appointment, which has none, one of so many seats of a slot;
	// ErrNoSeat where all of them are taken: no two tasks can have one seat. LeaveSeat
	// gives it back, also where there is none; with a task that ends it goes by itself.
	// No history row, and observers don't hear of it.
	TakeSeat(s Seat, seats int) error
	LeaveSeat(taskID int64) error

	// Block puts a number on an account's do-not-call list, Unblock takes it off.
	// What is on the list already stays as it is, as does what isn't. No history
	// row, and observers don't hear of it.
	Block(d DoNotCall) error
	Unblock(account, number string) error

	// InsertRecording fills in the ID. The attempt has ended, in this transaction or
	// before; its end is in the history, so this has no row of its own.
	InsertRecording(r *Recording) error
	// UpdateRecording writes State, Bytes and Duration of a recording that is still in
	// the state from which c comes; its change is the task's and the attempt's history.
	UpdateRecording(r *Recording, c Change) error
	// ForgetRecording removes the entry of an unverified recording that turned out never
	// to have been made.
	ForgetRecording(id int64) error

	// InsertToken fills in ID and Created; ErrExists where a token or user that holds has
	// the name, for a user in whatever case it is written.
	// RevokeToken and UseToken, which sets LastUsed, leave one that is revoked, or isn't
	// there, as it is. No history row, and observers don't hear of it.
	InsertToken(t *Token) error
	RevokeToken(id int64, by string) error
	UseToken(id int64, at time.Time) error

	// InsertUser fills in ID and Created; ErrExists where a user or token that holds has
	// the name, in whatever case it is written. UpdateUser writes all but ID, Name, Created
	// and By, and leaves one who is revoked, or isn't there, as they are. No history row,
	// and observers don't hear of it; nor of sessions.
	InsertUser(u *User) error
	UpdateUser(u User) error
	// InsertSession fills in ID and Created. UseSession sets Used. EndSession ends one,
	// EndSessions all of a user, and tells how many; ForgetSessions those that were used, or
	// made, before a time. What isn't there isn't missed.
	InsertSession(s *Session) error
	UseSession(id int64, at time.Time) error
	EndSession(id int64) error
	EndSessions(userID int64) (ended int, err error)
	ForgetSessions(usedBefore, createdBefore time.Time) error

	// KeepRules stores a good rules file in place of the account's earlier one;
	// a zero Kept is now. ForgetRules drops it, also where there is none.
	KeepRules(k KeptRules) error
	ForgetRules(account string) error
}

// Legs is what CustomerLegs finds.
type Legs struct {
	Count  int
	Sent   int       // of those counted, the ones that were sent
	Oldest time.Time // when the first of these was sent; zero if none was
}

// KeptRules is the last version of an account's rules file that had no errors.
// It stays in force while the file is missing or faulty, also after a restart.
type KeptRules struct {
	Account string
	Path    string // where the file was
	Text    []byte // never empty
	Kept    time.Time
}

// Change is one row of the history: what happened to a task or to one of its
// attempts. Inserting a row has From "".
type Change struct {
	ID        int64
	At        time.Time // set by the store
	Account   string    // set by the store
	Number    string    // set by the store
	TaskID    int64
	AttemptID int64 // 0 for a change of the task itself
	Input     string
	From, To  string
	Reason    string
}

// MissedCallFilter selects missed calls; zero fields select all.
type MissedCallFilter struct {
	Account string
	Number  string
	TaskID  int64
	Since   time.Time // only calls lost then or later
	Until   time.Time // only calls lost before; zero: no bound

	Decision Decision
	Reason   Reason
	LostBy   Target

	Before int64
	Limit  int // 0 is 100
}
