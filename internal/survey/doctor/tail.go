package doctor

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"callbackd/callback"
	"callbackd/internal/witness"
)

// tailLength is how much of a log's end is looked at, in bytes: days of a small PBX, some
// thousand calls.
const tailLength = 1 << 20

// tail is the end of a log in whole lines, and how long the log is.
func tail(path string) (text []byte, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	from := max(info.Size()-tailLength, 0)
	text, err = io.ReadAll(io.NewSectionReader(file, from, tailLength))
	if err != nil {
		return nil, 0, err
	}
	if from > 0 {
		_, text, _ = bytes.Cut(text, []byte{'\n'})
	}
	return text[:bytes.LastIndexByte(text, '\n')+1], info.Size(), nil
}

// rows are what the end of a CDR holds.
type rows struct {
	rows        int
	withoutIDs  bool      // and so nothing can be known of them
	broken      bool      // some lines are no rows
	endpoints   []string  // that had calls
	newest      time.Time // when the call that began last did
	lastIsTimed bool      // the last row tells when its call began; callbackd's own don't
}

// readRows has the witness read a copy of the CDR's end as if every channel were a
// customer's, and listens to what it asks. The error is that of making or reading the copy.
func (l *log) readRows(text []byte) (end rows, err error) {
	folder, err := os.MkdirTemp("", "callbackd-doctor-")
	if err != nil {
		return rows{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	copied := filepath.Join(folder, "Master.csv")
	if err := os.WriteFile(copied, text, 0o600); err != nil {
		return rows{}, err
	}
	lastID, timed := "", map[string]bool{}
	reading := witness.New(witness.Logs{
		PBX: l.pbx, CDR: copied,
		Trunk: func(endpoint string) bool {
			if !slices.Contains(end.endpoints, endpoint) {
				end.endpoints = append(end.endpoints, endpoint)
			}
			return true
		},
		Own: func(id string) bool { // asked once for each row
			end.rows++
			lastID = id
			return false
		},
	}, witness.Position{CDR: witness.Place{Next: witness.Mark{Begun: true}}}) // from the beginning
	defer func() { err = errors.Join(err, reading.Close()) }()
	later := l.now.AddDate(1, 0, 0) // when every call is over, and nobody writes any more
	for more := true; more; {
		r, err := reading.Read(later)
		if err != nil {
			return rows{}, err
		}
		more = r.More
		for _, call := range r.Calls {
			if v, customers := call.Finding.(callback.Verdict); customers { // as all are, where everything is a trunk
				if v.Arrived.After(end.newest) {
					end.newest = v.Arrived
				}
				timed[v.CallID] = true
			}
		}
		for _, trouble := range r.Trouble {
			end.withoutIDs = end.withoutIDs || errors.Is(trouble, witness.ErrNoUniqueID)
			end.broken = end.broken || errors.Is(trouble, witness.ErrBroken)
		}
	}
	end.lastIsTimed = timed[lastID]
	return end, nil
}

// countEvents counts the lines of a queue_log's end, and those that are events: an epoch, a
// call, a queue, an agent and a word, with bars between.
func countEvents(text []byte) (lines, events int) {
	for line := range bytes.Lines(text) {
		fields := bytes.SplitN(bytes.TrimSpace(line), []byte{'|'}, 6)
		if len(fields[0]) == 0 {
			continue
		}
		lines++
		if _, err := strconv.ParseInt(string(fields[0]), 10, 64); err == nil && len(fields) >= 5 && len(fields[4]) > 0 {
			events++
		}
	}
	return lines, events
}
