package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"callbackd/internal/spelling"
)

// decoder reads values of one file's tree. Its methods take nil for a value
// that isn't written and answer the zero value for it; whatever is wrong they
// note in the source and answer the zero value too, so that one run finds
// everything.
type decoder struct {
	*source
	// expand replaces ${NAME}; nil where a file isn't expanded.
	expand func(text string) (string, error)
	// quoting warns of what other programs would read otherwise.
	quoting bool
	// asked, if not nil, is told of each key that a written mapping is asked for.
	asked func(path, key string)
}

// object is a mapping whose keys are known in advance. They are the keys that
// were asked for, so close knows the unknown ones.
type object struct {
	d       *decoder
	node    *node
	asked   []string
	refused []string // keys that a problem says more about than that they are unknown
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
		if o.d.asked != nil && o.node.line > 0 {
			o.d.asked(o.node.path, key)
		}
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

// refuse notes an error about a key that nobody may write, if it's written.
func (o *object) refuse(key, hint, format string, args ...any) {
	for _, e := range o.node.entries {
		if e.key.text == key {
			o.refused = append(o.refused, key)
			o.d.errorf(e.key, format, args...).Hint = hint
		}
	}
}

// refuseUnbuilt refuses keys that a rules file is to have one day, and that
// would be without their effect now.
func refuseUnbuilt(o *object, keys ...string) {
	for _, key := range keys {
		o.refuse(key, "remove it: nothing is accepted that has no effect", "%s isn't built yet", key)
	}
}

// close notes the keys that nobody asked for.
func (o *object) close() {
	for _, e := range o.node.entries {
		if e.key.faulty || slices.Contains(o.asked, e.key.text) || slices.Contains(o.refused, e.key.text) {
			continue
		}
		p := o.d.errorf(e.key, "unknown key %s", quoteOdd(e.key.text))
		if p.Hint = o.d.didYouMean(e.key.text, o.asked); p.Hint == "" && len(o.asked) > 0 {
			p.Hint = "known here: " + strings.Join(o.asked, ", ")
		}
	}
}

// didYouMean suggests the candidate that word was probably meant to be, or
// answers "" if none is near, or errors aren't noted any more.
func (d *decoder) didYouMean(word string, candidates []string) string {
	if d.full() {
		return ""
	}
	best := spelling.Nearest(word, candidates)
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %s?", best)
}

// maxEntries of a list, or of a mapping whose keys are names, is some thousand:
// what compares each of them with each other stays quick.
const maxEntries = 5000

// entries reads a mapping whose keys are names that the file gives.
func (d *decoder) entries(n *node, what string) []entry {
	o := d.object(n)
	if len(o.node.entries) > maxEntries {
		d.errorf(o.node, "more than %d entries", maxEntries)
		return nil
	}
	return slices.DeleteFunc(slices.Clone(o.node.entries), func(e entry) bool {
		return e.key.faulty || !d.validName(e.key, what)
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
	case len(n.items) > maxEntries:
		d.errorf(n, "more than %d entries", maxEntries)
		return nil
	}
	return n.items
}

// text reads a scalar that isn't empty, as it is written.
func (d *decoder) text(n *node) string {
	text := d.word(n)
	switch {
	case text == "":
	case n.isNull():
		d.errorf(n, "%s is nothing", n.text).Hint = fmt.Sprintf("write %q, with its quotes, if something is called that", n.text)
		return ""
	case d.quoting:
		d.warnOfQuoting(n)
	}
	return text
}

// word is text for what can't be misread: a number, a duration, one of a few
// words.
func (d *decoder) word(n *node) string {
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
	text := d.word(n)
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
	switch text := d.word(n); text {
	case "true", "false":
		return text == "true"
	case "":
	default:
		p := d.errorf(n, "%q is neither true nor false", text)
		switch strings.ToLower(text) {
		case "yes", "on", "y":
			p.Hint = "write true"
		case "no", "off", "n":
			p.Hint = "write false"
		}
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
		p := d.errorf(n, "%q isn't known here", text)
		if p.Hint = d.didYouMean(text, stringsOf(words)); p.Hint == "" {
			p.Hint = "write " + either(words)
		}
		return otherwise
	}
	return T(text)
}

// reference reads the name of something that the file, or the operator's,
// gives elsewhere; known is what there is.
func reference[V any](d *decoder, n *node, what string, known map[string]V) string {
	text := d.text(n)
	if text == "" || listed(d, n, text, what, known) {
		return text
	}
	return ""
}

func listed[V any](d *decoder, n *node, name, what string, known map[string]V) bool {
	if _, ok := known[name]; ok {
		return true
	}
	p := d.errorf(n, "there is no %s %s", what, quoteOdd(name))
	if d.full() {
		return false
	}
	all := slices.Sorted(maps.Keys(known))
	switch p.Hint = d.didYouMean(name, all); {
	case p.Hint != "":
	case len(all) > 0 && len(all) <= maxListed:
		p.Hint = "known here: " + strings.Join(all, ", ")
	case len(all) == 0:
		p.Hint = fmt.Sprintf("the file has no %ss yet", what)
	}
	return false
}

// maxListed names are few enough to be read in a hint.
const maxListed = 12

// plainName is safe in a dial string, an address, a path and a channel id.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.+-]*$`)

// maxName is in characters; names are shown in tables.
const maxName = 100

// validName checks a name that the file gives to a queue, an agent or the like.
func (d *decoder) validName(n *node, what string) bool {
	if n.kind == scalar && plainName.MatchString(n.text) && len(n.text) <= maxName {
		if d.quoting {
			d.warnOfQuoting(n)
		}
		return true
	}
	d.errorf(n, "%q can't name %s", n.text, what).Hint = "letters, digits, and after the first also _ . + -"
	return false
}

func stringsOf[T ~string](words []T) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = string(word)
	}
	return list
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
