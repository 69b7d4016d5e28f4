package callback

import (
	"strconv"
	"strings"
	"time"
)

// FormatDuration writes d as a rules file has it: 30s, 5m, 1h30m, 90d. What a
// file can't say, a part of a second, is written as Go does.
func FormatDuration(d time.Duration) string {
	if d <= 0 || d%time.Second != 0 {
		return d.String()
	}
	text := ""
	for _, unit := range []struct {
		name string
		d    time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if n := d / unit.d; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + unit.name
			d %= unit.d
		}
	}
	return text
}

// FormatIntervals writes dialing intervals as a rules file has them.
func FormatIntervals(intervals []time.Duration) string {
	list := make([]string, len(intervals))
	for i, interval := range intervals {
		list[i] = "immediately"
		if interval != 0 {
			list[i] = FormatDuration(interval)
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// String writes treatments as a rules file has them.
func (t Treatments) String() string {
	list := make([]string, 0, len(t))
	for _, result := range sortedKeys(t) {
		list = append(list, string(result)+": "+t[result].String())
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// String writes a treatment as a rules file has it.
func (t Treatment) String() string {
	switch {
	case t.Close:
		return "close"
	case t == Treatment{}:
		return "next"
	}
	var list []string
	if t.In != 0 {
		list = append(list, "in: "+FormatDuration(t.In))
	}
	if t.AtMost != 0 {
		list = append(list, "at_most: "+strconv.Itoa(t.AtMost))
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// FormatKey writes a key of a telephone as a rules file names it: 1, star, hash.
func FormatKey(key string) string {
	switch key {
	case "*":
		return "star"
	case "#":
		return "hash"
	}
	return key
}

// String writes a sound as a rules file has it; "" is none.
func (s Sound) String() string {
	var list []string
	if s.Play != "" {
		list = append(list, "play: "+s.Play)
	}
	if s.Say != nil {
		list = append(list, "say: "+s.Say.String())
	}
	if list == nil {
		return ""
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// String writes a text to speak as a rules file has it.
func (s Speech) String() string {
	var list []string
	if s.Language != "" {
		list = append(list, "language: "+s.Language)
	}
	if s.Voice != "" {
		list = append(list, "voice: "+s.Voice)
	}
	return "{" + strings.Join(append(list, "text: "+strconv.Quote(s.Text)), ", ") + "}"
}

// String writes a key to press as a rules file has it.
func (a Accept) String() string {
	text := "{key: " + FormatKey(a.Key) + ", within: " + FormatDuration(a.Within)
	if !a.Ask.IsZero() {
		text += ", ask: " + a.Ask.String()
	}
	return text + "}"
}

// String writes what becomes of a call that a machine answered as a rules file has it.
func (v Voicemail) String() string {
	switch v.Action {
	case VoicemailLeave:
		return "{leave: " + v.Message.String() + "}"
	case "":
		return string(VoicemailConnect)
	}
	return string(v.Action)
}

// String writes how conversations are recorded as a rules file has it.
func (r RecordingSettings) String() string {
	text := "{keep: " + FormatDuration(r.Keep)
	if r.Channels > 1 {
		text += ", channels: " + strconv.Itoa(r.Channels)
	}
	if !r.Notice.IsZero() {
		text += ", notice: " + r.Notice.String()
	}
	return text + "}"
}
