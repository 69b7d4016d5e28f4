package catchup

import (
	"errors"
	"fmt"
	"time"

	"callbackd/internal/witness"
)

// errUnreadable is the state of logs that can't be read.
var errUnreadable = errors.New("unreadable")

// alarmOf are the names of the alarms that are raised.
var alarmOf = map[error]string{
	errUnreadable:         "logs_unreadable",
	witness.ErrNoUniqueID: "logs_without_ids",
	witness.ErrReplaced:   "logs_lost",
	witness.ErrBroken:     "logs_broken",
	errForeign:            "logs_foreign",
}

// errForeign is the state of logs that seem to be another Asterisk's.
var errForeign = errors.New("foreign")

// Trouble is why the logs tell nothing now, for people; nil while they do.
func (r *Reader) Trouble() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.trouble == nil {
		return nil
	}
	return fmt.Errorf("the logs of Asterisk %s can't be used since %s, so calls missed while callbackd was away stay unknown: %w",
		r.o.Logs.PBX, r.since.UTC().Format("2006-01-02 15:04:05 UTC"), r.trouble)
}

// unreadable notes a reading that failed.
func (r *Reader) unreadable(err error) {
	r.o.Meter.LogTrouble(r.o.Logs.PBX, TroubleUnreadable)
	r.troubled(err)
	r.standing.Raise(r.o.Log, "logs_unreadable", "", "").Err(err).
		Msg("Asterisk's logs can't be read: calls missed while callbackd is away stay unknown. Let callbackd's user read them, or correct catch_up in callbackd.yaml")
}

// readable notes what a reading that succeeded has met. What is wrong with the
// logs is over after a reading that found calls without it.
func (r *Reader) readable(reading witness.Reading) {
	r.over(errUnreadable)
	met := map[error]bool{}
	for _, err := range reading.Trouble {
		for _, kind := range []error{witness.ErrNoUniqueID, witness.ErrReplaced, witness.ErrBroken} {
			if errors.Is(err, kind) {
				met[kind] = true
				r.complain(kind, err)
			}
		}
	}
	for kind := range alarmOf {
		if len(reading.Calls) > 0 && !met[kind] && !errors.Is(kind, errForeign) {
			r.over(kind)
		}
	}
	if !r.standing.Stands("logs_without_ids", "") {
		r.well()
	}
}

// complain counts a trouble, and raises its alarm.
func (r *Reader) complain(kind, err error) {
	switch {
	case errors.Is(kind, witness.ErrNoUniqueID):
		r.o.Meter.LogTrouble(r.o.Logs.PBX, TroubleWithoutIDs)
		r.troubled(err)
		r.standing.Raise(r.o.Log, "logs_without_ids", "", "").Err(err).Msg("Asterisk's logs can't be used: calls missed while callbackd is away stay unknown")
	case errors.Is(kind, witness.ErrReplaced):
		r.o.Meter.LogTrouble(r.o.Logs.PBX, TroubleLost)
		r.standing.Raise(r.o.Log, "logs_lost", "", "").Err(err).Msg("a part of Asterisk's logs is gone: calls in it stay unknown. Let old logs lie uncompressed beside the new ones for a day")
	case errors.Is(kind, witness.ErrBroken):
		r.o.Meter.LogTrouble(r.o.Logs.PBX, TroubleBroken)
		r.standing.Raise(r.o.Log, "logs_broken", "", "").Err(err).Msg("some lines of Asterisk's logs can't be read: calls in them stay unknown. Does catch_up name the right files?")
	}
}

// foreign tells whether the logs are another Asterisk's: then they know calls of which no
// event told, one after the other, and none of those of which events did.
func (r *Reader) foreign(is bool) {
	if !is {
		r.over(errForeign)
		return
	}
	r.o.Meter.LogTrouble(r.o.Logs.PBX, TroubleForeign)
	r.standing.Raise(r.o.Log, "logs_foreign", "", "").Str("cdr", r.o.Logs.CDR).
		Msg("the logs know calls that this Asterisk's events don't: they seem to be another Asterisk's, whose customers are called back here. Does catch_up name the right files?")
}

// over ends an alarm, if it was raised.
func (r *Reader) over(kind error) { r.standing.Over(r.o.Log, alarmOf[kind], "") }

// troubled notes that the logs tell nothing now.
func (r *Reader) troubled(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.trouble == nil {
		r.since = time.Now()
	}
	r.trouble = err
	r.tell()
}

// well notes that they do.
func (r *Reader) well() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.trouble != nil {
		r.trouble, r.since = nil, time.Time{}
		r.tell()
	}
}
