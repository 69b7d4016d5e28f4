package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// decoder reads values of one file's tree. Its methods take nil for a value
// that isn't written and answer the zero value for it; whatever is wrong they
// note in the source and answer the zero value too, so that one run finds
// everything.
type decoder struct {
	*source
	// expand replaces ${NAME}; nil where a file isn't expanded.
	expand func(text string) (string, error)
}

// object is a mapping whose keys are known in advance. They are the keys that
// were asked for, so close knows the unknown ones.
type object struct {
	d     *decoder
	node  *node
	asked []string
}

// object reads a mapping; nothing at all is an empty one.
func (d *decoder) object(n *node) *object {
	switch {
	case n == nil:
		n = &node{}
	case n.isNull():
		n = &node{kind: mapping, line: n.line, column: n.column, path: n.path}
	case n.kind != mapping && !n.faulty:
		d.errorf(n, "%s where a mapping is expected", n.kind).Hint = "write KEY: VALUE"
	}
	return &object{d: d, node: n}
}

// get answers the value of key, nil if it isn't written.
func (o *object) get(key string) *node {
	return o.entry(key).value
}

// entry answers key and value as they are written; both are nil if they aren't.
func (o *object) entry(key string) entry {
	if !slices.Contains(o.asked, key) {
		o.asked = append(o.asked, key)
	}
	for _, e := range o.node.entries {
		if e.key.text == key {
			return e
		}
	}
	return entry{}
}

// require is get for a key that must be written.
func (o *object) require(key, hint string) *node {
	n := o.get(key)
	if n == nil && o.node.kind == mapping {
		o.d.errorf(o.node, "key %s is missing", key).Hint = hint
	}
	return n
}

// close notes the keys that nobody asked for.
func (o *object) close() {
	for _, e := range o.node.entries {
		if !e.key.faulty && !slices.Contains(o.asked, e.key.text) {
			p := o.d.errorf(e.key, "unknown key %s", quoteOdd(e.key.text))
			if p.Hint = didYouMean(e.key.text, o.asked); p.Hint == "" && len(o.asked) > 0 {
				p.Hint = "known here: " + strings.Join(o.asked, ", ")
			}
		}
	}
}

// entries reads a mapping whose keys are names that the file gives.
func (d *decoder) entries(n *node, what string) []entry {
	o := d.object(n)
	return slices.DeleteFunc(slices.Clone(o.node.entries), func(e entry) bool {
		return !d.validName(e.key, e.key.text, what)
	})
}

// list reads a list; what is written must hold something.
func (d *decoder) list(n *node, hint string) []*node {
	switch {
	case n == nil, n.faulty:
		return nil
	case n.kind != sequence && !n.isNull():
		d.errorf(n, "%s where a list is expected", n.kind).Hint = hint
	case len(n.items) == 0:
		d.errorf(n, "the list is empty").Hint = hint
	}
	return n.items
}

// text reads a scalar that isn't empty.
func (d *decoder) text(n *node) string {
	switch {
	case n == nil, n.faulty:
		return ""
	case n.kind != scalar:
		d.errorf(n, "%s where a single value is expected", n.kind)
		return ""
	}
	text := n.text
	if d.expand != nil {
		expanded, err := d.expand(text)
		if err != nil {
			d.errorf(n, "%s", err)
			return ""
		}
		text = expanded
	}
	if n.empty || text == "" {
		d.errorf(n, "the value is empty")
		return ""
	}
	return text
}

// integer reads a whole number from least to most, or answers otherwise.
func (d *decoder) integer(n *node, least, most, otherwise int, hint string) int {
	text := d.text(n)
	if text == "" {
		return otherwise
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < least || value > most {
		d.errorf(n, "%q isn't a whole number from %d to %d", text, least, most).Hint = hint
		return otherwise
	}
	return value
}

// boolean reads true or false, or answers otherwise.
func (d *decoder) boolean(n *node, otherwise bool) bool {
	switch text := d.text(n); text {
	case "true", "false":
		return text == "true"
	case "":
	default:
		d.errorf(n, "%q is neither true nor false", text)
	}
	return otherwise
}

// oneOf reads one of a few words, or answers otherwise.
func oneOf[T ~string](d *decoder, n *node, otherwise T, words ...T) T {
	text := d.text(n)
	if text == "" {
		return otherwise
	}
	if !slices.Contains(words, T(text)) {
		d.errorf(n, "%q isn't known here", text).Hint = "write " + either(words)
		return otherwise
	}
	return T(text)
}

// reference reads the name of something that the file, or the operator's,
// gives elsewhere; known answers what there is.
func (d *decoder) reference(n *node, what string, known []string) string {
	text := d.text(n)
	if text == "" || d.known(n, text, what, known) {
		return text
	}
	return ""
}

func (d *decoder) known(n *node, name, what string, known []string) bool {
	if slices.Contains(known, name) {
		return true
	}
	p := d.errorf(n, "there is no %s %s", what, quoteOdd(name))
	if p.Hint = didYouMean(name, known); p.Hint == "" && len(known) > 0 {
		p.Hint = fmt.Sprintf("there is %s", strings.Join(slices.Sorted(slices.Values(known)), ", "))
	}
	return false
}

// plainName is safe in a dial string, an address, a path and a channel id.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.+-]*$`)

// validName checks a name that the file gives to a queue, an agent or the like.
func (d *decoder) validName(n *node, name, what string) bool {
	if n.kind == scalar && plainName.MatchString(name) {
		return true
	}
	d.errorf(n, "%q can't name %s", name, what).Hint = "letters, digits, and after the first also _ . + -"
	return false
}

// either lists words as a person would: a, b or c.
func either[T ~string](words []T) string {
	var b strings.Builder
	for i, word := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(word))
	}
	return b.String()
}

// quoteOdd quotes what wouldn't stand out in a sentence.
func quoteOdd(word string) string {
	if plainName.MatchString(word) {
		return word
	}
	return strconv.Quote(word)
}
