package witness

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// row is one row of Master.csv: what one channel did with at most one other. A call has
// several; all of one channel are written together, when it is gone.
type row struct {
	caller, dialled string
	context         string
	channel, peer   string // peer: dstchannel, "" if there was none
	app, data       string // the application that ran last
	start, end      int64  // seconds of a clock whose zone is unknown: only their difference means anything
	duration        int    // seconds
	talked          int    // seconds from the answer, whole
	answered        bool   // the disposition, and when: without a time nobody was bridged
	callID          string // "" without loguniqueid
}

// The columns of Master.csv, as cdr_csv writes them. Behind amaflags come, each only if
// cdr.conf [csv] asks for it, uniqueid (loguniqueid), userfield (loguserfield), and with
// newcdrcolumns peeraccount, linkedid and sequence.
const (
	columnSource        = 1
	columnDestination   = 2
	columnContext       = 3
	columnChannel       = 5
	columnPeer          = 6
	columnApp           = 7
	columnData          = 8
	columnStart         = 9
	columnAnswer        = 10
	columnEnd           = 11
	columnDuration      = 12
	columnTalked        = 13
	columnDisposition   = 14
	columnUniqueID      = 16
	leastColumns        = 16
	columnsOfNewColumns = 19 // neither uniqueid nor userfield: column 16 is peeraccount
	mostColumns         = 21
)

// framing is what splitting the beginning of some bytes came to.
type framing int

const (
	framed    framing = iota // a whole row
	cutOff                   // more bytes are needed
	malformed                // no row begins here
)

// splitRow finds the row at the beginning of data: its fields and its length with the
// newline. Fields in quotes may hold newlines and doubled quotes. The fields are parts of
// data or of scratch, good until either changes.
func splitRow(data []byte, fields [][]byte, scratch []byte) (_ [][]byte, n int, _ framing) {
	fields, scratch = fields[:0], scratch[:0]
	for {
		if len(fields) == mostColumns {
			return fields, 0, malformed
		}
		var field []byte
		if n < len(data) && data[n] == '"' {
			begin := len(scratch)
			n++
			for {
				quote := bytes.IndexByte(data[n:], '"')
				if quote < 0 || n+quote+1 == len(data) {
					return fields, 0, cutOff
				}
				if data[n+quote+1] != '"' {
					if len(scratch) == begin {
						field = data[n : n+quote]
					} else {
						scratch = append(scratch, data[n:n+quote]...)
						field = scratch[begin:]
					}
					n += quote + 1
					break
				}
				scratch = append(scratch, data[n:n+quote+1]...)
				n += quote + 2
			}
		} else {
			end := bytes.IndexAny(data[n:], ",\n\"")
			if end < 0 {
				return fields, 0, cutOff
			}
			field = data[n : n+end]
			n += end
		}
		fields = append(fields, field)
		switch {
		case data[n] == ',':
			n++
		case data[n] == '\n':
			last := len(fields) - 1
			fields[last] = bytes.TrimSuffix(fields[last], []byte{'\r'})
			return fields, n + 1, framed
		case data[n] == '\r' && n+1 == len(data):
			return fields, 0, cutOff
		case data[n] == '\r' && data[n+1] == '\n':
			return fields, n + 2, framed
		default:
			return fields, 0, malformed
		}
	}
}

// readRow gives the fields their meaning; false if they aren't those of a call.
func readRow(fields [][]byte) (r row, ok bool) {
	if len(fields) < leastColumns {
		return row{}, false
	}
	var err1, err2 error
	r.duration, err1 = strconv.Atoi(string(fields[columnDuration]))
	r.talked, err2 = strconv.Atoi(string(fields[columnTalked]))
	if err1 != nil || err2 != nil || r.duration < 0 || r.talked < 0 || len(fields[columnChannel]) == 0 {
		return row{}, false
	}
	r.duration, r.talked = min(r.duration, longest), min(r.talked, longest)
	r.caller, r.dialled = string(fields[columnSource]), string(fields[columnDestination])
	r.context = string(fields[columnContext])
	r.channel, r.peer = string(fields[columnChannel]), string(fields[columnPeer])
	r.app, r.data = strings.ToLower(string(fields[columnApp])), string(fields[columnData])
	r.start, r.end = wallClock(fields[columnStart]), wallClock(fields[columnEnd])
	r.answered = string(fields[columnDisposition]) == "ANSWERED" && len(fields[columnAnswer]) > 0
	r.callID = uniqueID(fields)
	return r, true
}

// longest is the longest call that is believed, in seconds: a week.
const longest = 7 * 24 * 3600

// uniqueID is "" if the row has none. Where only one of uniqueid and userfield is logged,
// nothing says which: the caller finds out, since only one of them looks like a unique id.
func uniqueID(fields [][]byte) string {
	switch len(fields) {
	case leastColumns, columnsOfNewColumns:
		return ""
	}
	return string(fields[columnUniqueID])
}

// wallClock reads "2026-11-20 07:31:05" as if it were UTC; 0 if it isn't that.
func wallClock(field []byte) int64 {
	t, err := time.Parse(time.DateTime, string(field))
	if err != nil {
		return 0
	}
	return t.Unix()
}
