package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBoundsOfASpan(t *testing.T) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	havana, err := time.LoadLocation("America/Havana")
	require.NoError(t, err)
	for _, c := range []struct {
		zone *time.Location
		text string
		want string
	}{
		{stockholm, "2026-11-27", "2026-11-26T23:00:00Z"},
		{stockholm, "2026-11-27 10:00", "2026-11-27T09:00:00Z"},
		{stockholm, "2026-11-27T10:00:00+02:00", "2026-11-27T08:00:00Z"},
		{havana, "2026-03-08", "2026-03-08T05:00:00Z"}, // which has no midnight
	} {
		var at time.Time
		require.NoError(t, boundFlag{&at, c.zone}.Set(c.text), c.text)
		assert.Equal(t, c.want, at.UTC().Format(time.RFC3339), c.text)
	}
	var at time.Time
	for _, text := range []string{"", "yesterday", "2026-02-30", "27.11.2026"} {
		assert.ErrorContains(t, boundFlag{&at, stockholm}.Set(text), "2026-11-27", text)
	}
	assert.Zero(t, at)
}

func TestFlagsOfWords(t *testing.T) {
	var kind string
	flag := choiceFlag{&kind, []string{"missed", "request"}}
	assert.ErrorContains(t, flag.Set("fax"), "missed, request")
	require.NoError(t, flag.Set("request"))
	assert.Equal(t, "request", flag.String())

	var target whoFlag
	for _, text := range []string{"", "support", "queue:", "trunk:pstn"} {
		assert.ErrorContains(t, target.Set(text), "queue:support", text)
	}
	require.NoError(t, target.Set("agent:alice"))
	assert.Equal(t, "agent:alice", target.String())
}
