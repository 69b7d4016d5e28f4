package softphone

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Side is one end of a call.
type Side int

// The sides of a call.
const (
	Near Side = iota // this phone
	Far              // the other side
)

func (s Side) String() string {
	if s == Near {
		return "this phone"
	}
	return "the other side"
}

// How is the way in which a call ended.
type How int

// The ways in which a call ends.
const (
	HungUp    How = iota // BYE, after the answer
	Cancelled            // CANCEL, before the answer
	Refused              // a final response of 300 or more
	Failed               // the other side doesn't answer SIP, or not as it must
)

// End says how a call ended.
type End struct {
	At      time.Time
	By      Side
	How     How
	Code    int      // SIP status of Refused
	Phrase  string   // its reason phrase
	Reasons []Reason // Reason headers of the other side's BYE or CANCEL
	Err     error    // the cause of Failed
}

// Elsewhere tells whether the caller gave up because another phone had
// answered, so that this one lists no missed call.
func (e End) Elsewhere() bool {
	for _, r := range e.Reasons {
		if r.Protocol == "SIP" && r.Cause == 200 {
			return true
		}
	}
	return false
}

// String is "cancelled by the other side (SIP;cause=200;text="…")".
func (e End) String() string {
	switch e.How {
	case Refused:
		return fmt.Sprintf("refused by %s with %d %s", e.By, e.Code, e.Phrase)
	case Failed:
		return fmt.Sprintf("failed: %v", e.Err)
	}
	verb := "hung up"
	if e.How == Cancelled {
		verb = "cancelled"
	}
	words := fmt.Sprintf("%s by %s", verb, e.By)
	if len(e.Reasons) == 0 {
		return words
	}
	var reasons []string
	for _, r := range e.Reasons {
		reasons = append(reasons, r.String())
	}
	return words + " (" + strings.Join(reasons, ", ") + ")"
}

// EndedError is what waiting for a call returns that has ended.
type EndedError struct{ End End }

func (e *EndedError) Error() string { return "the call is over: " + e.End.String() }

// Unwrap returns the cause of a call that failed.
func (e *EndedError) Unwrap() error { return e.End.Err }

// StatusError is a SIP response other than the hoped-for one.
type StatusError struct {
	Code   int
	Phrase string
}

func (e *StatusError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Phrase) }

// Reason is one value of a Reason header (RFC 3326).
type Reason struct {
	Protocol string // "SIP" or "Q.850"
	Cause    int    // status or cause code; 0 if none is given
	Text     string
}

func (r Reason) String() string {
	if r.Text == "" {
		return fmt.Sprintf("%s;cause=%d", r.Protocol, r.Cause)
	}
	return fmt.Sprintf("%s;cause=%d;text=%q", r.Protocol, r.Cause, r.Text)
}

// reasonsOf reads all Reason headers of a request.
func reasonsOf(request *sip.Request) []Reason {
	var reasons []Reason
	for _, header := range request.GetHeaders("Reason") {
		for _, value := range splitUnquoted(header.Value(), ',') {
			parts := splitUnquoted(value, ';')
			r := Reason{Protocol: strings.TrimSpace(parts[0])}
			for _, part := range parts[1:] {
				name, parameter, _ := strings.Cut(strings.TrimSpace(part), "=")
				switch strings.ToLower(name) {
				case "cause":
					r.Cause, _ = strconv.Atoi(parameter) // no number: no cause, 0
				case "text":
					r.Text = strings.Trim(parameter, `"`)
				}
			}
			reasons = append(reasons, r)
		}
	}
	return reasons
}

// splitUnquoted splits at separators that aren't within quotes.
func splitUnquoted(s string, separator rune) []string {
	quoted := false
	var parts []string
	start := 0
	for i, c := range s {
		switch {
		case c == '"':
			quoted = !quoted
		case c == separator && !quoted:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// phrases are the reason phrases of the responses that phones send (RFC 3261
// section 21).
var phrases = map[int]string{
	180: "Ringing",
	183: "Session Progress",
	200: "OK",
	302: "Moved Temporarily",
	400: "Bad Request",
	403: "Forbidden",
	404: "Not Found",
	408: "Request Timeout",
	410: "Gone",
	480: "Temporarily Unavailable",
	481: "Call/Transaction Does Not Exist",
	484: "Address Incomplete",
	486: "Busy Here",
	488: "Not Acceptable Here",
	500: "Server Internal Error",
	503: "Service Unavailable",
	600: "Busy Everywhere",
	603: "Decline",
	604: "Does Not Exist Anywhere",
}

func phrase(code int) string {
	if words, ok := phrases[code]; ok {
		return words
	}
	return "SIP " + strconv.Itoa(code)
}
