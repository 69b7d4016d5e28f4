package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/sounds"
)

// What check lets through as a prompt is played to its end.
func TestALongPromptIsPlayedToItsEnd(t *testing.T) {
	require.LessOrEqual(t, sounds.Longest, callback.SoundLimit)
}
