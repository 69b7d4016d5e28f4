package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// kind says what a node is.
type kind int

const (
	scalar kind = iota
	mapping
	sequence
)

func (k kind) String() string {
	return [...]string{"a single value", "a mapping", "a list"}[k]
}

// node is a value of a file at its place. Scalars keep the text as it is
// written: YAML's own types would drop the plus of a telephone number and make
// a queue called 007 the number 7.
type node struct {
	kind         kind
	line, column int
	path         string
	text         string  // scalar, without quotes
	empty        bool    // scalar: nothing is written, "queue:"
	faulty       bool    // scalar: a problem says already why it has no value
	plain        bool    // scalar: written without quotes
	entries      []entry // mapping, in the order of the file, each key once
	items        []*node // sequence
	size         int     // how many nodes it is made of, itself included
}

type entry struct{ key, value *node }

// isNull reports whether n says that there is nothing.
func (n *node) isNull() bool {
	return n.kind == scalar && (n.empty || n.plain && yamlNull.MatchString(n.text))
}

// maxDepth is more than any file needs: a rule's keep lies five deep.
const maxDepth = 16

// tooDeep finds the place where brackets, or dashes in a row, nest deeper than
// that. The parser's time grows with the square of the depth.
func tooDeep(tokens token.Tokens) *token.Token {
	brackets, row := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		}
		switch t.Type {
		case token.SequenceEntryType, token.MappingKeyType:
			row++
		default:
			row = 0
		}
		if brackets > maxDepth || row > maxDepth {
			return t
		}
	}
	return nil
}

// builder makes nodes of the parser's tree, with aliases and merge keys
// resolved.
type builder struct {
	source   *source
	anchors  map[string]*node
	depth    int
	repeated int  // nodes that aliases stand for
	tooMuch  bool // the error that ends the reading is noted
}

// maxRepeated bounds what aliases stand for in all: each may hold aliases of
// others, so that a small file can mean a lot.
const maxRepeated = 20_000

// stop notes the one error of a file that can't be read to its end.
func (b *builder) stop(at *node, format string, args ...any) {
	if !b.tooMuch {
		b.source.errorf(at, format, args...)
	}
	b.tooMuch = true
}

// nodeAt is a node at the place of t.
func nodeAt(t *token.Token) *node {
	if t == nil || t.Position == nil {
		return &node{line: 1, column: 1}
	}
	return &node{line: t.Position.Line, column: t.Position.Column}
}

// value makes a node of n, which is found at path.
func (b *builder) value(n ast.Node, path string) *node {
	if n == nil {
		return &node{line: 1, column: 1, path: path, empty: true, size: 1}
	}
	out := nodeAt(n.GetToken())
	out.path, out.size = path, 1
	b.depth++
	defer func() { b.depth-- }()
	if b.depth > maxDepth {
		b.stop(out, "nested more than %d deep", maxDepth)
	}
	if b.tooMuch {
		out.faulty = true
		return out
	}
	switch n := n.(type) {
	case ast.MapNode:
		b.mapping(out, n)
	case *ast.SequenceNode:
		out.kind = sequence
		for i, item := range n.Values {
			item := b.value(item, fmt.Sprintf("%s[%d]", path, i))
			out.items = append(out.items, item)
			out.size += item.size
		}
	case *ast.AnchorNode:
		name := n.Name.GetToken().Value
		out = b.value(n.Value, path)
		b.anchors[name] = out // only now: an anchor can't hold itself
	case *ast.AliasNode:
		name := n.Value.GetToken().Value
		anchored, ok := b.anchors[name]
		if !ok {
			b.source.errorf(out, "no anchor &%s before this place", name)
			out.faulty = true
			return out
		}
		if b.repeated += anchored.size; b.repeated > maxRepeated {
			b.stop(out, "aliases stand for more than %d values", maxRepeated)
		}
		same := *anchored
		same.line, same.column, same.path = out.line, out.column, path
		return &same
	case *ast.TagNode:
		if tag := n.GetToken().Value; tag != string(token.StringTag) {
			b.source.errorf(out, "the tag %s has no meaning here", tag).Hint = "remove it"
		}
		return b.value(n.Value, path)
	case *ast.LiteralNode:
		if n.Value != nil {
			out.text = n.Value.Value
		}
	case *ast.NullNode:
		t := n.GetToken()
		out.text, out.plain = t.Value, true
		out.empty = t.Type == token.ImplicitNullType
	case ast.ScalarNode:
		t := n.GetToken()
		out.text = t.Value
		out.plain = t.Type != token.SingleQuoteType && t.Type != token.DoubleQuoteType
	default:
		b.source.errorf(out, "%s can't be used here", strings.ToLower(n.Type().YAMLName()))
		out.faulty = true
	}
	return out
}

// mapping fills out with the entries of n. Keys that are written win over
// merged ones (<<), earlier merged ones over later.
func (b *builder) mapping(out *node, n ast.MapNode) {
	out.kind = mapping
	block, ok := n.(*ast.MappingNode)
	flow := ok && block.IsFlowStyle
	var merged []*node
	lines := map[string]int{}
	for it := n.MapRange(); it.Next(); {
		if it.Key().IsMergeKey() {
			merged = append(merged, b.merge(it.Value(), out.path)...)
			continue
		}
		key := b.key(it.Key())
		if b.tooMuch {
			return
		}
		if !flow && len(out.entries) == 0 {
			out.line, out.column = key.line, key.column // the parser's place is the colon
		}
		key.path = join(out.path, key.text)
		value := b.value(it.Value(), key.path)
		if value.empty {
			value.line, value.column = key.line, key.column
		}
		if first, twice := lines[key.text]; twice {
			b.source.errorf(key, "key %s is written twice", quoteOdd(key.text)).Hint = fmt.Sprintf("it is in line %d already", first)
			continue
		}
		lines[key.text] = key.line
		out.entries = append(out.entries, entry{key, value})
		out.size += 1 + value.size
	}
	for _, m := range merged {
		for _, e := range m.entries {
			if _, written := lines[e.key.text]; !written {
				lines[e.key.text] = e.key.line
				out.entries = append(out.entries, e)
				out.size += 1 + e.value.size
			}
		}
	}
}

// key makes a node of a mapping's key, which must be a scalar.
func (b *builder) key(n ast.MapKeyNode) *node {
	if explicit, ok := n.(*ast.MappingKeyNode); ok { // "? key"
		return b.value(explicit.Value, "")
	}
	key := b.value(n, "")
	if key.kind != scalar && !key.faulty {
		b.source.errorf(key, "a key can't be %s", key.kind)
		key.faulty = true
	}
	return key
}

// merge reads the value of a merge key: an alias of a mapping, or a list of them.
func (b *builder) merge(n ast.Node, path string) []*node {
	value := b.value(n, path)
	list := []*node{value}
	if value.kind == sequence {
		list = value.items
	}
	for _, m := range list {
		if m.faulty {
			return nil
		}
		if m.kind != mapping {
			b.source.errorf(m, "<< merges mappings, and this is %s", m.kind)
			return nil
		}
	}
	return list
}

// join extends a path by a key.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
