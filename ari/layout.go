package ari

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// layout says how objects of one Go type are read: it has a field for each member, in the
// order of the Go type's, and is made once from the tags that encoding/json goes by too.
type layout struct {
	fields []field
}

type field struct {
	name  string
	index []int // see reflect.Value.FieldByIndex
	read  readValue
}

// readValue reads what comes next into a variable that is zero.
type readValue func(r *reader, into reflect.Value)

func layoutOf(t reflect.Type) *layout {
	l := new(layout)
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			l.fields = append(l.fields, field{name: name, index: f.Index, read: howToRead(f.Type)})
		}
	}
	return l
}

// find gives the place of a field, -1 if there is none. Members come mostly in the order of
// the fields, so it begins where the next one is expected.
func (l *layout) find(name []byte, expected int) int {
	for i := expected; i < len(l.fields); i++ {
		if l.fields[i].name == string(name) {
			return i
		}
	}
	for i := range expected {
		if l.fields[i].name == string(name) {
			return i
		}
	}
	return -1
}

// readObject reads raw, which has to be one object and nothing else, into the zero value
// that into points to. It is false if the reader isn't sure; then into is of no use.
func readObject(raw []byte, into any, l *layout) bool {
	r := reader{raw: raw}
	r.object(reflect.ValueOf(into).Elem(), l)
	return !r.unsure && r.peek() == 0 && r.at == len(raw)
}

func (r *reader) object(into reflect.Value, l *layout) {
	var seen uint64 // a bit for each field
	next := 0
	for name := range r.members {
		i := l.find(name, next)
		switch {
		case i < 0 && !plainName(name), i >= 0 && seen&(1<<i) != 0:
			r.giveUp()
		case i < 0:
			r.skip(0)
		default:
			next = i + 1
			seen |= 1 << i
			l.fields[i].read(r, into.FieldByIndex(l.fields[i].index))
		}
	}
}

// plainName is false for names that encoding/json, to which upper and lower case are the
// same, may take for one of a field.
func plainName(name []byte) bool {
	return !bytes.ContainsFunc(name, func(c rune) bool {
		return c != '_' && (c < 'a' || 'z' < c) && (c < '0' || '9' < c)
	})
}

// howToRead finds the way to read values of type t. Those that the reader has no way for
// are left to encoding/json.
func howToRead(t reflect.Type) readValue {
	switch t {
	case reflect.TypeFor[Time]():
		return func(r *reader, into reflect.Value) { *into.Addr().Interface().(*Time) = r.moment() }
	case reflect.TypeFor[[]string]():
		return func(r *reader, into reflect.Value) { *into.Addr().Interface().(*[]string) = r.texts() }
	}
	switch {
	case t.Implements(reflect.TypeFor[json.Unmarshaler]()), reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
	case t.Kind() == reflect.String:
		return func(r *reader, into reflect.Value) { into.SetString(r.text()) }
	case t.Kind() == reflect.Bool:
		return func(r *reader, into reflect.Value) { into.SetBool(r.truth()) }
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return readInteger
	case t.Kind() == reflect.Struct:
		inner := layoutOf(t)
		return func(r *reader, into reflect.Value) { r.object(into, inner) }
	case t.Kind() == reflect.Pointer:
		inner := howToRead(t.Elem())
		return func(r *reader, into reflect.Value) {
			into.Set(reflect.New(t.Elem()))
			inner(r, into.Elem())
		}
	}
	return readOther
}

func readInteger(r *reader, into reflect.Value) {
	n := r.integer()
	if into.OverflowInt(n) {
		r.giveUp()
		return
	}
	into.SetInt(n)
}

func readOther(r *reader, into reflect.Value) {
	r.peek()
	begin := r.at
	r.skip(0)
	r.decode(r.raw[begin:r.at], into.Addr().Interface())
}
