package callback

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Recording is the entry of a conversation's recording in the index. What it is
// about, its files, lies with Asterisk, under names that RecordingFiles makes.
type Recording struct {
	ID        int64
	TaskID    int64
	AttemptID int64
	Account   string
	PBX       string // where the files are
	Name      string // without .wav, see Names
	Channels  int    // 1: both sides together; 2: the customer's file and the agent's
	State     RecordingState
	Bytes     int64         // of all files
	Duration  time.Duration // to a thousandth of a second
	Made      time.Time     // when they began to talk
	KeepUntil time.Time
}

// RecordingState says what is known of a recording's files.
type RecordingState string

// The states of a recording.
const (
	RecordingUnverified RecordingState = "unverified" // nobody could look since the conversation was over
	RecordingKept       RecordingState = "kept"
	RecordingEmpty      RecordingState = "empty"   // there, and holds no audio
	RecordingMissing    RecordingState = "missing" // not there, though it should be
	RecordingDeleted    RecordingState = "deleted"
)

// RecordingStates lists all states in their order.
var RecordingStates = []RecordingState{RecordingUnverified, RecordingKept, RecordingEmpty, RecordingMissing, RecordingDeleted}

// RecordingSteps is the whole life of a recording: it begins in any state but the
// last, and is looked at once more where nobody could.
var RecordingSteps = map[RecordingState][]RecordingState{
	RecordingUnverified: {RecordingKept, RecordingEmpty, RecordingMissing, RecordingDeleted},
	RecordingKept:       {RecordingDeleted},
	RecordingEmpty:      {RecordingDeleted},
	RecordingMissing:    {RecordingDeleted},
}

// Become moves r to state to and describes the step for the history.
func (r *Recording) Become(to RecordingState, reason string) (Change, error) {
	input := "recording_" + string(to)
	if !slices.Contains(RecordingSteps[r.State], to) {
		return Change{}, &TransitionError{What: fmt.Sprintf("recording %d", r.ID), State: string(r.State), Input: input}
	}
	change := Change{Input: input, From: string(r.State), To: string(to), Reason: reason}
	r.State = to
	return change, nil
}

// Files are the names of the recording's files, without .wav.
func (r *Recording) Files() []string { return RecordingFiles(r.Name, r.Channels) }

// RecordingFiles names the files of a recording, without .wav: one of both sides,
// or the customer's and the agent's.
func RecordingFiles(name string, channels int) []string {
	if channels == 2 {
		return []string{name + "-in", name + "-out"}
	}
	return []string{name}
}

// What Asterisk's WAV files are made of.
const (
	RecordingHeader = 44   // bytes before the first sample
	RecordingRate   = 8000 // samples of 16 bits a second
)

// RecordingDuration is how long one file of so many bytes sounds. It goes by the
// file's length, because the header of one that Asterisk couldn't close says 0. Whole
// milliseconds, as they are kept: less than one is no audio.
func RecordingDuration(bytes int64) time.Duration {
	samples := max(0, bytes-RecordingHeader) / 2
	return (time.Duration(samples) * time.Second / RecordingRate).Truncate(time.Millisecond)
}

// RecordingFound is what was found of a recording. The zero value is that of an
// attempt that left none.
type RecordingFound struct {
	State    RecordingState
	Bytes    int64         // of all its files
	Duration time.Duration // of what is heard in them
}

// indexRecording makes the entry of the recording that an attempt, which has
// ended, may have left. Only the end of a conversation that callbackd followed
// says that there is none; after any other, a file whose name nobody kept would
// never be deleted.
func indexRecording(tx Tx, a Attempt, found RecordingFound) error {
	if a.Names.Recording == "" || a.Settings.Recording == nil || a.CustomerSent.IsZero() || found.State == "" {
		return nil
	}
	made := a.Bridged
	if made.IsZero() {
		made = a.CustomerSent
	}
	// Under a clock that was behind when it ended, its time would be over too early.
	from, err := tx.LastChange(time.Time{})
	if err != nil {
		return err
	}
	if from.Before(a.Ended) {
		from = a.Ended
	}
	return tx.InsertRecording(&Recording{
		TaskID: a.TaskID, AttemptID: a.ID, Account: a.Account, PBX: a.Settings.PBX,
		Name: a.Names.Recording, Channels: max(1, a.Settings.Recording.Channels),
		State: found.State, Bytes: found.Bytes, Duration: found.Duration,
		Made: made, KeepUntil: from.Add(a.Settings.Recording.Keep),
	})
}

// What stands in the way of hearing a recording, or of deleting it.
var (
	ErrRecordingDeleted = errors.New("it was deleted")
	ErrRecordingMissing = errors.New("its files aren't there")
	ErrRecordingBusy    = errors.New("too many others are being listened to")
	ErrRecordingAway    = errors.New("its PBX can't be reached")
	ErrRecordingRefused = errors.New("Asterisk refuses it")
)

// RecordingFilter selects recordings; zero fields select all.
type RecordingFilter struct {
	Account string
	TaskID  int64
	States  []RecordingState
	Number  string // the customer's
	Made    Span
	Before  int64 // only ids below, for paging
	Limit   int   // 0 is 100
}
