package config

import (
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// joinPlain puts plain scalars with a colon inside together again: in a list
// between braces, {from: [queue:support], sat: [10:00-12:00]}, the lexer takes
// each for a mapping of its own. By YAML a colon only means one where a space
// follows (1.2.2, 7.3.3).
func joinPlain(tokens token.Tokens) token.Tokens {
	var joined token.Tokens
	var open []token.Type // brackets
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open = append(open, t.Type)
		case token.SequenceEndType, token.MappingEndType:
			open = open[:max(len(open)-1, 0)]
		}
		inList := len(open) > 1 && open[len(open)-1] == token.SequenceStartType
		if inList && i+2 < len(tokens) && isPlain(t) && tokens[i+1].Type == token.MappingValueType &&
			isPlain(tokens[i+2]) && adjacent(t, tokens[i+1]) && adjacent(tokens[i+1], tokens[i+2]) {
			whole := t.Value + ":" + tokens[i+2].Value
			t = token.String(whole, whole, t.Position)
			i += 2
		}
		t.Prev, t.Next = nil, nil
		joined.Add(t)
	}
	return joined
}

// isPlain reports whether t is a scalar without quotes.
func isPlain(t *token.Token) bool {
	return t.CharacterType == token.CharacterTypeMiscellaneous && t.Type != token.CommentType && t.Value != ""
}

// adjacent reports whether nothing is between two tokens.
func adjacent(a, b *token.Token) bool {
	return a.Position.Line == b.Position.Line && a.Position.Column+utf8.RuneCountInString(a.Value) == b.Position.Column
}
