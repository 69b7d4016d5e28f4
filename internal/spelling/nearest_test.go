package spelling

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatWasMeant(t *testing.T) {
	for _, row := range []struct {
		word, meant string
		candidates  string
	}{
		{"suport", "support", "billing support"},
		{"supprot", "support", "billing support"},
		{"SUPPORT", "support", "billing support"},
		{"sales", "", "billing support"},
		{"b", "", "a c"},
		{"busy", "customer_busy", "customer_busy customer_rejected number_invalid"},
		{"customer", "", "customer_busy customer_rejected number_invalid"},
		{"queue", "forward_to_queue", "forward_to_queue from"},
		{"bus", "", "customer_robust"},
		{"in", "", "missed_in"},
		{"", "", "a"},
		{"anna", "", ""},
	} {
		assert.Equal(t, row.meant, Nearest(row.word, strings.Fields(row.candidates)), row.word)
	}
}

// A request can bring a word of any length, and names of accounts come from
// files that somebody may have made to be slow.
func TestWhatIsLongIsNotCompared(t *testing.T) {
	long := strings.Repeat("a", longest+1)
	assert.Empty(t, Nearest(long, []string{long}))
	assert.Empty(t, Nearest(long[1:], []string{long}))
}
