package witness

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"callbackd/callback"
)

// Logs says where one PBX keeps its logs, and what in them is a customer's call.
type Logs struct {
	PBX      string
	CDR      string // path of Master.csv, which cdr_csv writes
	QueueLog string // path; "" if the PBX has no queues: then the CDR is believed alone

	Trunk func(endpoint string) bool  // calls arriving on it ("PJSIP/pstn") are customers'
	Own   func(channelID string) bool // the channel is one of callbackd's
	// Application is the name by which the dialplan hands callers over to callbackd:
	// Stasis(callbackd,offer,QUEUE). "" is none.
	Application string

	// Hold keeps a reading from going on past a call, which the next one judges anew; nil
	// holds none.
	Hold func(callback.Finding) bool
}

// Call is a call that is over, as the logs tell it.
type Call struct {
	callback.Finding       // a customer's: callback.Verdict; an agent's: callback.Dialled
	Doubt            Doubt // what the logs should have told and don't; the finding is then a guess
}

// Reading is what one look at the logs found.
type Reading struct {
	Calls    []Call   // over, in the order in which they ended
	Position Position // to be stored together with what becomes of Calls

	// More says that there is more to read at once. Waiting is how many calls are over and
	// wait for rows that may still come; look again after Settle. Oldest is when the first
	// of these ended, zero if there is none.
	More    bool
	Waiting int
	Oldest  time.Time

	// Trouble is what an operator should hear of, none of which stops the reading: errors
	// that are ErrNoUniqueID, ErrBroken, or ErrReplaced.
	Trouble []error
}

// CaughtUp reports whether everything that is in the logs has been judged.
func (r Reading) CaughtUp() bool { return !r.More && r.Waiting == 0 }

// What Trouble may hold.
var (
	ErrNoUniqueID = errors.New("the rows have no unique id: set loguniqueid=yes in cdr.conf [csv]")
	ErrBroken     = errors.New("not what Asterisk writes")
	ErrReplaced   = errors.New("not the file that was read before, and that one isn't beside it any more: what was in it and wasn't read is lost")
)

// Settle is how long a call is given, once its newest row was read, for rows that are
// written in the same moment: those of Locals' second halves, and queue_log's.
const Settle = 2 * time.Second

// patience is how long a call waits whose logs contradict each other without a row that
// may still come: an h extension on a Local's second half delays it.
const patience = 30 * time.Second

// What one reading may use, and how far back it remembers.
const (
	budget      = 4 << 20  // bytes of each log
	mostCalls   = 500      // answered at once, but for the last caller's
	mostPending = 2_000    // read and not judged; more bytes than together
	lookBack    = 16 << 20 // bytes of a log that are remembered
	mostKept    = 50_000   // queue calls, and Local channels
	together    = 64 << 10 // bytes within which rows of one moment are found
	lateRows    = 1 << 20  // bytes for which ids of judged calls are remembered
)

// Witness follows the logs of one PBX. It belongs to one goroutine.
//
// A Reading's Calls and its Position belong together. If they can't be stored, throw the
// Witness away and make another one from the Position that is stored.
type Witness struct {
	logs     Logs
	start    Position
	cdr      *follower
	queueLog *follower
	opened   bool
	judging  *boundary
	splitter splitter

	pending  []*caller // in the order of their first rows
	waiting  map[string]*caller
	evidence evidence
	queues   queues
	legs     *recent[leg] // of trunks, that were dialled
	judged   *recent[struct{}]
	latest   time.Time
	since    time.Time // calls that ended before aren't ours to judge: the log was replaced

	withID, withoutID int // rows of this reading; without one only trunks'
}

// New makes a witness that goes on at a stored position. It reads nothing yet.
func New(logs Logs, from Position) *Witness {
	w := &Witness{
		logs: logs, start: from, latest: from.Latest,
		cdr:      &follower{key: "catch_up.cdr", path: logs.CDR},
		queueLog: &follower{key: "catch_up.queue_log", path: logs.QueueLog},
		queues:   queues{calls: newRecent[queueCall]()},
		waiting:  map[string]*caller{},
		legs:     newRecent[leg](),
		judged:   newRecent[struct{}](),
	}
	w.evidence = evidence{trunk: logs.Trunk, halves: newRecent[half](), queues: w.queues.calls, silent: logs.QueueLog == "", application: logs.Application}
	return w
}

// Close lets go of the files.
func (w *Witness) Close() error { return errors.Join(w.cdr.close(), w.queueLog.close()) }

// Read looks at the logs once: at most a few megabytes of each. now is the time of the
// machine that writes them. An error says that a log can't be read; nothing is lost by
// it, and the next Read tries again. A log that doesn't exist isn't one.
func (w *Witness) Read(now time.Time) (Reading, error) {
	if err := w.open(now); err != nil {
		return Reading{}, err
	}
	w.cdr.stale, w.queueLog.stale = true, true
	readBefore, waitedBefore := w.cdr.read+w.queueLog.read, len(w.pending)
	atEnd, err := w.readRows(now)
	if err != nil {
		return Reading{}, err
	}
	if w.cdr.lost || w.cdr.guessed {
		w.since = w.latest.Add(-clockSlack)
	}
	r := Reading{More: !atEnd}
	limit := w.queueLog.read + budget
	for len(w.pending) > 0 {
		c := w.pending[0]
		if len(r.Calls) >= mostCalls {
			r.More = true
			break
		}
		if !w.ripe(c, now, atEnd, Settle) {
			break
		}
		enough, err := w.readQueueLog(c.ended().Add(patience), limit)
		if err != nil && len(r.Calls) == 0 {
			return Reading{}, err
		}
		if err != nil || !enough { // an error comes again, once these calls are stored
			r.More = true
			break
		}
		found, doubt := w.judge(c, now)
		if doubt != NoDoubt && !w.ripe(c, now, atEnd, patience) {
			break
		}
		if w.logs.Hold != nil && slices.ContainsFunc(found, w.logs.Hold) {
			break
		}
		w.over(c)
		for _, f := range found {
			r.Calls = append(r.Calls, Call{f, doubt})
		}
	}
	if w.cdr.read+w.queueLog.read == readBefore && len(w.pending) == waitedBefore {
		r.More = false // as many calls wait as may: only time helps
	}
	return w.keep(r), nil
}

// keep completes a reading.
func (w *Witness) keep(r Reading) Reading {
	w.prune()
	r.Position, r.Waiting, r.Trouble = w.position(), len(w.pending), w.trouble()
	for _, c := range w.pending {
		if ended := c.ended(); r.Oldest.IsZero() || ended.Before(r.Oldest) {
			r.Oldest = ended
		}
	}
	return r
}

func (w *Witness) open(now time.Time) error {
	if w.opened {
		return nil
	}
	judging, err := w.cdr.resume(w.start.CDR, now)
	if err != nil {
		return err
	}
	if w.logs.QueueLog != "" {
		if _, err := w.queueLog.resume(w.start.QueueLog, now); err != nil {
			return err
		}
	}
	w.judging, w.opened = judging, true
	return nil
}

// readRows reads the CDR; atEnd says that there is no more now.
func (w *Witness) readRows(now time.Time) (atEnd bool, err error) {
	for limit := w.cdr.read + budget; w.cdr.read < limit && len(w.pending) < mostPending; {
		fields, at, ok, err := w.cdr.nextRow(&w.splitter)
		if err != nil || !ok {
			return true, err
		}
		r, ok := readRow(fields)
		if !ok {
			w.cdr.broken++
			continue
		}
		w.take(r, at, now)
	}
	return false, nil
}

// take puts a row where it belongs.
func (w *Witness) take(r row, at place, now time.Time) {
	judges := w.judging.judges(w.cdr, at)
	at0, timed := created(r.callID)
	if timed && dials[r.app] && w.logs.Trunk(callback.EndpointOf(r.peer)) {
		w.legs.put(r.peer, at, leg{at0, at0.Add(span([]row{r}))})
	}
	if isLocal(r.channel) {
		if timed {
			w.takeHalf(r, at, at0)
		}
		return
	}
	customer := w.logs.Trunk(callback.EndpointOf(r.channel))
	switch {
	case !customer && !r.byHand(), w.logs.Own(r.callID):
	case timed && judges:
		w.withID++
		w.takeCall(r, at, at0, now)
	case timed:
		w.withID++
		w.judged.put(r.callID, at, struct{}{})
	case customer:
		w.withoutID++
	}
}

func (w *Witness) takeHalf(r row, at place, created time.Time) {
	if h := w.evidence.halves.get(r.channel); h != nil && h.id == r.callID {
		h.rows = addRow(h.rows, r)
		return
	}
	w.evidence.halves.put(r.channel, at, half{id: r.callID, created: created, rows: []row{r}})
}

func (w *Witness) takeCall(r row, at place, arrived, now time.Time) {
	if w.judged.get(r.callID) != nil {
		return
	}
	c := w.waiting[r.callID]
	if c == nil {
		c = &caller{id: r.callID, arrived: arrived, first: at}
		w.waiting[c.id] = c
		w.pending = append(w.pending, c)
	}
	c.add(r)
	c.last, c.seen = w.cdr.read, now
}

// readQueueLog reads on until its lines are younger than until, or to the end; false if
// that is further than limit.
func (w *Witness) readQueueLog(until time.Time, limit int64) (enough bool, err error) {
	if w.logs.QueueLog == "" {
		return true, nil
	}
	for !w.queues.past(until) {
		if w.queueLog.read >= limit {
			return false, nil
		}
		line, at, ok, err := w.queueLog.nextLine()
		if err != nil {
			return false, err
		}
		if !ok {
			return true, nil
		}
		w.queues.hear(line, at)
	}
	return true, nil
}

// ripe reports whether all rows of a call that will come have been read: it has been
// there long enough, or nobody has written for as long, or it ended long ago and what
// was written next is read too.
func (w *Witness) ripe(c *caller, now time.Time, atEnd bool, wait time.Duration) bool {
	followed := w.cdr.read-c.last >= together
	switch {
	case !atEnd && !followed:
		return false
	case now.Sub(c.seen) >= wait, followed && now.Sub(c.ended()) >= patience:
		return true
	}
	return atEnd && now.Sub(w.cdr.id.written) >= wait
}

// over forgets a call that has been judged, and what only it needed.
func (w *Witness) over(c *caller) {
	h := w.evidence.hear(c)
	for _, id := range h.ids {
		w.queues.calls.drop(id)
	}
	for name := range h.within {
		w.evidence.halves.drop(name)
	}
	w.judged.put(c.id, c.first, struct{}{})
	delete(w.waiting, c.id)
	w.pending[0] = nil
	w.pending = w.pending[1:]
	if ended := c.ended(); ended.After(w.latest) {
		w.latest = ended
	}
}

func (w *Witness) prune() {
	w.evidence.halves.prune(w.cdr.read-lookBack, mostKept)
	w.legs.prune(w.cdr.read-lookBack, mostKept)
	w.judged.prune(w.cdr.read-lateRows, mostKept)
	w.queues.calls.prune(w.queueLog.read-lookBack, mostKept)
}

// position is where everything before has been judged, and where what is remembered began.
func (w *Witness) position() Position {
	next := w.cdr.place()
	if len(w.pending) > 0 {
		next = w.pending[0].first
	}
	p := Position{Latest: w.latest, CDR: Place{Next: next.mark()}}
	if !w.judging.passed {
		p.CDR.Next = w.start.CDR.Next
	}
	keep := next
	for _, oldest := range []func() (place, bool){w.evidence.halves.oldest, w.legs.oldest} {
		if at, ok := oldest(); ok && at.read < keep.read {
			keep = at
		}
	}
	p.CDR.Keep = keep.mark()
	if w.logs.QueueLog == "" {
		return p
	}
	heard := w.queueLog.place()
	p.QueueLog = Place{Next: heard.mark(), Keep: heard.mark()}
	if at, ok := w.queues.calls.oldest(); ok {
		p.QueueLog.Keep = at.mark()
	}
	return p
}

// trouble collects what happened since the last reading.
func (w *Witness) trouble() (list []error) {
	if w.withoutID > 0 && w.withID == 0 {
		list = append(list, fmt.Errorf("%s %s can't be used, %d calls are unknown: %w", w.cdr.key, w.cdr.path, w.withoutID, ErrNoUniqueID))
	}
	w.withID, w.withoutID = 0, 0
	for _, f := range []*follower{w.cdr, w.queueLog} {
		if f.lost {
			list = append(list, fmt.Errorf("%s %s: %w", f.key, f.path, ErrReplaced))
		}
		if f.broken > 0 {
			list = append(list, fmt.Errorf("%s %s: %d lines are %w", f.key, f.path, f.broken, ErrBroken))
		}
		f.lost, f.guessed, f.broken = false, false, 0
	}
	return list
}
