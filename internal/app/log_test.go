package app

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/alarms"
	"callbackd/internal/config"
)

// The level says what is written, not what the page knows of alarms.
func TestAnAlarmIsOverWhateverIsLogged(t *testing.T) {
	for level, written := range map[config.LogLevel][]string{
		config.LogDebug: {"a detail", "needs help", "alarm is over"}, config.LogInfo: {"needs help", "alarm is over"},
		config.LogWarn: {"needs help"}, config.LogError: {"needs help"},
	} {
		book, text := alarms.NewBook(), new(bytes.Buffer)
		log := newLog(text, &config.Config{LogLevel: level}, book)
		var s alarms.Standing
		log.Debug().Msg("a detail")
		s.Raise(log, "target_missing", "support", "").Msg("callbackd needs help")
		s.Over(log, "target_missing", "support")
		_, list := book.List()
		require.Len(t, list, 1)
		assert.False(t, list[0].Over.IsZero(), level)
		assert.Equal(t, len(written), bytes.Count(text.Bytes(), []byte("\n")), level)
		for _, words := range written {
			assert.Contains(t, text.String(), words)
		}
	}
}
