package ari

import (
	"bytes"
	"encoding/json"
)

// deepest is how far objects and lists may be nested; Asterisk's are four deep.
const deepest = 100

// reader goes once over JSON in the form in which Asterisk writes it. Whatever has another
// form, be it right or wrong, makes it unsure, and then encoding/json has to decide: so the
// reader needs neither messages nor rules for what is odd, and can't be of another opinion.
type reader struct {
	raw    []byte
	at     int
	unsure bool // what was read, and what will be, means nothing
}

func (r *reader) giveUp() {
	r.unsure = true
	r.at = len(r.raw)
}

// peek gives the first byte of what comes next, 0 at the end.
func (r *reader) peek() byte {
	for ; r.at < len(r.raw); r.at++ {
		switch c := r.raw[r.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// found steps over c if it comes next.
func (r *reader) found(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

func (r *reader) expect(c byte) {
	if !r.found(c) {
		r.giveUp()
	}
}

// word steps over a literal if it comes next.
func (r *reader) word(literal string) bool {
	if r.peek() != literal[0] || !bytes.HasPrefix(r.raw[r.at:], []byte(literal)) {
		return false
	}
	r.at += len(literal)
	return true
}

// members goes over the object that comes next. For each of its names, which are plain
// text, the loop has to read or skip the value.
func (r *reader) members(yield func(name []byte) bool) {
	r.expect('{')
	if r.found('}') {
		return
	}
	for !r.unsure {
		name, plain := r.quoted()
		r.expect(':')
		if !plain {
			r.giveUp()
		}
		if r.unsure || !yield(name) {
			return
		}
		if !r.found(',') {
			r.expect('}')
			return
		}
	}
}

// elements goes over the list that comes next; the loop has to read or skip each.
func (r *reader) elements(yield func() bool) {
	r.expect('[')
	if r.found(']') {
		return
	}
	for !r.unsure {
		if !yield() {
			return
		}
		if !r.found(',') {
			r.expect(']')
			return
		}
	}
}

// quoted gives the inside of the text that comes next. It is plain if it stands for itself:
// printable ASCII, and nothing escaped.
func (r *reader) quoted() (inside []byte, plain bool) {
	r.expect('"')
	plain = true
	for i, begin := r.at, r.at; i < len(r.raw); i++ {
		switch c := r.raw[i]; {
		case c == '"':
			r.at = i + 1
			return r.raw[begin:i], plain
		case c == '\\':
			plain = false
			i++
		case c < ' ' || c > '~':
			plain = false
		}
	}
	r.giveUp()
	return nil, false
}

// text reads a string.
func (r *reader) text() string {
	r.peek()
	begin := r.at
	inside, plain := r.quoted()
	if !plain {
		return r.oddText(r.raw[begin:r.at])
	}
	return string(inside)
}

// oddText has encoding/json read what isn't plain.
func (r *reader) oddText(quoted []byte) (s string) {
	r.decode(quoted, &s)
	return s
}

// decode has encoding/json read one value.
func (r *reader) decode(raw []byte, into any) {
	if !r.unsure && json.Unmarshal(raw, into) != nil {
		r.giveUp()
	}
}

// integer reads a whole number of up to 18 digits.
func (r *reader) integer() (n int64) {
	negative := r.found('-')
	begin := r.at
	for ; r.at < len(r.raw) && '0' <= r.raw[r.at] && r.raw[r.at] <= '9'; r.at++ {
		n = 10*n + int64(r.raw[r.at]-'0')
	}
	digits := r.at - begin
	if digits == 0 || digits > 18 || digits > 1 && r.raw[begin] == '0' {
		r.giveUp()
	}
	if negative {
		return -n
	}
	return n
}

// truth reads true or false.
func (r *reader) truth() bool {
	yes := r.word("true")
	if !yes && !r.word("false") {
		r.giveUp()
	}
	return yes
}

// moment reads a Time.
func (r *reader) moment() Time {
	inside, _ := r.quoted()
	moment, read := parseTime(inside)
	if !read {
		r.giveUp()
	}
	return Time{moment}
}

// texts reads a list of strings.
func (r *reader) texts() []string {
	list := []string{}
	for range r.elements {
		list = append(list, r.text())
	}
	return list
}

// skip steps over any value. It is as strict as those that read.
func (r *reader) skip(depth int) {
	switch c := r.peek(); {
	case depth > deepest:
		r.giveUp()
	case c == '{':
		for range r.members {
			r.skip(depth + 1)
		}
	case c == '[':
		for range r.elements {
			r.skip(depth + 1)
		}
	case c == '"':
		begin := r.at
		if _, plain := r.quoted(); !plain && !json.Valid(r.raw[begin:r.at]) {
			r.giveUp()
		}
	case c == '-' || '0' <= c && c <= '9':
		r.integer()
	case r.word("true"), r.word("false"), r.word("null"):
	default:
		r.giveUp()
	}
}

// typeOf gives the type of the event in raw without reading further than to there; nothing
// if it isn't sure.
func typeOf(raw []byte) []byte {
	r := reader{raw: raw}
	for name := range r.members {
		if string(name) == "type" {
			if inside, plain := r.quoted(); plain {
				return inside
			}
			return nil
		}
		r.skip(0)
	}
	return nil
}
