package ari

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Time is a moment as Asterisk writes it, "2026-11-20T07:28:56.014+0000". One that was read
// is in UTC, wherever the PBX stands.
type Time struct{ time.Time }

// TimeLayout is how Asterisk writes a moment (AST_ISO8601_FORMAT).
const TimeLayout = "2006-01-02T15:04:05.000-0700"

// UnmarshalJSON reads Asterisk's form, and RFC 3339.
func (t *Time) UnmarshalJSON(raw []byte) error {
	if bytes.Equal(raw, []byte("null")) {
		return nil
	}
	if len(raw) > 2 {
		if parsed, read := parseTime(raw[1 : len(raw)-1]); read {
			t.Time = parsed
			return nil
		}
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	parsed, err := time.Parse(TimeLayout, text)
	if err != nil {
		if parsed, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return fmt.Errorf("%q is no time: %w", text, err)
		}
	}
	t.Time = parsed.UTC()
	return nil
}

// MarshalJSON writes Asterisk's form, in UTC.
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.UTC().Format(TimeLayout))
}

// parseTime reads TimeLayout, without time.Parse because every event has two of them or
// more. It may refuse what is right.
func parseTime(text []byte) (moment time.Time, read bool) {
	const form = "0000-00-00T00:00:00.000+0000"
	if len(text) != len(form) {
		return time.Time{}, false
	}
	for i, c := range text {
		switch {
		case form[i] == '0' && '0' <= c && c <= '9', form[i] == c, form[i] == '+' && c == '-':
		default:
			return time.Time{}, false
		}
	}
	number := func(from, to int) (n int) {
		for _, c := range text[from:to] {
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day := number(0, 4), number(5, 7), number(8, 10)
	hour, minute, second, milli := number(11, 13), number(14, 16), number(17, 19), number(20, 23)
	offset := time.Duration(number(24, 26))*time.Hour + time.Duration(number(26, 28))*time.Minute
	if text[23] == '-' {
		offset = -offset
	}
	local := time.Date(year, time.Month(month), day, hour, minute, second, milli*1e6, time.UTC)
	exists := local.Month() == time.Month(month) && // else it is another day's, as of 30 February
		hour < 24 && minute < 60 && second < 60 && number(24, 26) < 24 && number(26, 28) < 60
	return local.Add(-offset), exists
}
