package witness

import (
	"bytes"
	"strconv"
	"time"
)

// queueEvent is one line of queue_log that says something about a call.
type queueEvent struct {
	at     time.Time // zero where the line's epoch is absurd
	callID string    // of the channel that ran Queue(), which may be half of a Local
	queue  string
	kind   queueEventKind
	talked int    // seconds with the agent, for kinds that end a conversation; -1 if the line doesn't say
	data   string // the first field behind the kind
}

type queueEventKind byte

const (
	queueNoise        queueEventKind = iota // nothing about who lost or took a call
	queueEntered                            // ENTERQUEUE
	queueConnected                          // CONNECT: a member answered, which doesn't prove that anybody talked
	queueConversation                       // the conversation that began with CONNECT is over
	queueLeft                               // the caller is no longer in the queue, and talked to nobody
	queueDialled                            // DID: what the caller dialled, written by a dialplan
)

// kinds are app_queue's own events, and those that dialplans write with QueueLog(): DID,
// and the QUEUESTATUS of a caller whom the queue never took (app_queue writes nothing then).
var kinds = map[string]queueEventKind{
	"ENTERQUEUE": queueEntered,
	"CONNECT":    queueConnected,

	"COMPLETEAGENT":    queueConversation,
	"COMPLETECALLER":   queueConversation,
	"BLINDTRANSFER":    queueConversation,
	"ATTENDEDTRANSFER": queueConversation,
	"TRANSFER":         queueConversation, // before Asterisk 12

	"ABANDON":         queueLeft,
	"EXITWITHTIMEOUT": queueLeft,
	"EXITWITHKEY":     queueLeft,
	"EXITEMPTY":       queueLeft,
	"WITHDRAW":        queueLeft,
	"TIMEOUT":         queueLeft,
	"FULL":            queueLeft,
	"JOINEMPTY":       queueLeft,
	"JOINUNAVAIL":     queueLeft,
	"LEAVEEMPTY":      queueLeft,
	"LEAVEUNAVAIL":    queueLeft,

	"DID": queueDialled,
}

// queueFields is in what position a line has its kind: epoch|uniqueid|queue|agent|KIND.
const queueFields = 4

// parseQueueEvent reads a line of queue_log. Most say nothing about a call's end: members
// ringing, pausing, logging in, QUEUESTART, CONFIGRELOAD; ok is false for them and for
// lines that queue_log can't have. The line may be in any encoding, and a field that comes
// from outside (a caller's number, a member's name) may hold the separator.
func parseQueueEvent(line []byte) (e queueEvent, ok bool) {
	fields := [queueFields][]byte{}
	rest := line
	for i := range fields {
		var found bool
		if fields[i], rest, found = bytes.Cut(rest, []byte{'|'}); !found {
			return queueEvent{}, false
		}
	}
	if len(fields[0]) == 0 || len(fields[1]) == 0 {
		return queueEvent{}, false
	}
	// A member called "Anna|Support" moves the kind along: the first word that is one.
	for e.kind == queueNoise {
		var word []byte
		var found bool
		word, rest, found = bytes.Cut(rest, []byte{'|'})
		e.kind = kinds[string(bytes.TrimSuffix(word, []byte{'\r'}))]
		if !found && e.kind == queueNoise {
			return queueEvent{}, false
		}
	}
	rest = bytes.TrimSuffix(rest, []byte{'\r'})
	e.at, _ = epoch(string(fields[0]))
	e.callID, e.queue = string(fields[1]), string(fields[2])
	first, _, _ := bytes.Cut(rest, []byte{'|'})
	e.data, e.talked = string(first), -1
	if e.kind == queueConversation {
		e.talked = talkTime(rest)
	}
	return e, true
}

// talkTime is the last number but one. Every kind that ends a conversation ends with
// hold time, talk time and position; what comes before may hold the separator.
func talkTime(data []byte) int {
	fields := bytes.Split(data, []byte{'|'})
	if len(fields) < 3 {
		return -1
	}
	seconds, err := strconv.Atoi(string(fields[len(fields)-2]))
	if err != nil || seconds < 0 {
		return -1
	}
	return seconds
}
