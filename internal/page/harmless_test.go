package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	persian = "می\u200cخواهم"                     // with a joiner that keeps two letters apart
	emoji   = "\U0001F469\u200d\U0001F527 kommer" // of two
)

func TestHarmless(t *testing.T) {
	for text, want := range map[string]string{
		persian: persian, emoji: emoji, "two\r\n\tlines": "two\r\n\tlines",
		"to\u202Eleft": "to\uFFFDleft", "be\all": "be\uFFFDll", "soft\u00ADly": "soft\uFFFDly", "paragraph\u2029": "paragraph\uFFFD",
	} {
		assert.Equal(t, want, string(harmless([]byte(text))))
	}
}

// What people write is kept as they see it; of a number nothing stays that isn't seen.
func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		persian: persian, emoji: emoji, "two\r\nlines": "two lines", "to\u202Eleft": "toleft", "soft\u00ADly": "softly", "\ufeffnote": "note",
	} {
		assert.Equal(t, want, oneLine(text))
	}
	assert.Equal(t, "+46701234567", visible("\u200d+4670\u200c1234567\u202c"))
}
