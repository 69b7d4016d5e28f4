package sounds

import (
	"bytes"
	"encoding/binary"
	"maps"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every text has its sound and every sound its text, so that all can be made anew; and all
// are what Asterisk plays, short, audible, and small enough for the binary.
func TestShippedSoundsAndTheirTexts(t *testing.T) {
	require.Equal(t, Shipped(), slices.Sorted(maps.Keys(ShippedTexts())))
	require.Subset(t, Shipped(), []string{"callback", "call-recorded"}, "the names that the documentation uses")
	total := 0
	for name, text := range ShippedTexts() {
		require.Regexp(t, nameForm, name)
		require.NoError(t, Speech{Language: ShippedLanguage, Text: text}.Check())
		content, err := shipped.ReadFile(path.Join("shipped", name+".wav"))
		require.NoError(t, err)
		w, err := parseWAV(bytes.NewReader(content), int64(len(content)))
		require.NoError(t, err)
		require.NoError(t, w.playable(narrowband), name)
		require.Less(t, w.duration(), 6*time.Second, name)
		require.Greater(t, w.duration(), time.Duration(len(text))*40*time.Millisecond, "%s is shorter than its text", name)
		require.Greater(t, loudest(content[w.start:w.start+w.size]), int16(8000), "%s can't be heard", name)
		total += len(content)
	}
	require.Less(t, total, 1_200_000, "they are part of the binary")
}

func loudest(samples []byte) (most int16) {
	for i := 0; i+1 < len(samples); i += 2 {
		most = max(most, int16(binary.LittleEndian.Uint16(samples[i:])))
	}
	return most
}
