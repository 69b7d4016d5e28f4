package callback_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
)

func TestWhatMayBeAToken(t *testing.T) {
	const secret = "cbd_1pYkWq0aQ3o7cXl5dM8s2vN4tR6uB9eJfHgKzLxAy-_"
	hash, ok := callback.HashToken(secret)
	assert.True(t, ok)
	again, _ := callback.HashToken(secret)
	assert.Equal(t, hash, again)
	other, ok := callback.HashToken(strings.Replace(secret, "1", "2", 1))
	assert.True(t, ok)
	assert.NotEqual(t, hash, other)
	for _, text := range []string{"", "cbd_", secret[1:], secret[:46], secret + "A", secret + "\n", " " + secret, strings.Replace(secret, "_1", "_+", 1), strings.ToUpper(secret)} {
		_, ok := callback.HashToken(text)
		assert.False(t, ok, "%q", text)
	}
}
