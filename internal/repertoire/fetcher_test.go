package repertoire_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

func TestAnAsteriskElsewhereFetchesWhatItWillPlay(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("far", "Samtalet spelas in"), noticing("near", "Nära")}, func(th *theatre, run func()) {
		run()
		th.pass(10 * time.Second)
		assert.Empty(t, th.elsewhere.fetches(), "it isn't connected yet")
		th.connect()
		th.Ready("here") // which has the files
		th.Ready("nowhere")
		th.pass(time.Second)
		first := th.elsewhere.fetches()
		assert.ElementsMatch(t, []string{th.media("there", say("Samtalet spelas in")), th.media("there", callback.Sound{Play: "callback"})}, first)
		assert.Regexp(t, `^sound:http://x/.*\.wav\?\d+$`, first[0])

		th.Changed()
		th.pass(time.Minute)
		assert.Empty(t, th.elsewhere.fetches(), "it has them")
		th.edit(noticing("far", "Vi spelar in"))
		th.pass(3 * time.Second)
		assert.Equal(t, []string{th.media("there", say("Vi spelar in"))}, th.elsewhere.fetches(), "as soon as it is spoken")

		th.connect() // again: it may be another one
		th.pass(time.Second)
		assert.Len(t, th.elsewhere.fetches(), 2)
	})
}

// Nobody's call is the first to ask for a new address.
func TestNewAddressesAreFetchedBeforeTheyAreUsed(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("far", "Samtalet spelas in")}, func(th *theatre, run func()) {
		run()
		th.pass(2 * time.Second)
		th.connect()
		th.pass(time.Until(time.Now().Truncate(day).Add(day - 2*time.Hour)))
		now := th.elsewhere.fetches()
		require.Len(t, now, 2)
		th.pass(time.Hour + time.Second)
		next := th.elsewhere.fetches()
		require.Len(t, next, 2)
		assert.NotContains(t, next, th.media("there", say("Samtalet spelas in")), "that one is in use for another hour")
		th.pass(time.Hour)
		assert.Contains(t, next, th.media("there", say("Samtalet spelas in")))
		for range 5 {
			th.pass(day)
			assert.Len(t, th.elsewhere.fetches(), 2, "each day")
		}
	})
}

func TestWhatCannotBeFetchedIsAnAlarmAndTriedAgain(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("far", "Samtalet spelas in")}, func(th *theatre, run func()) {
		th.elsewhere.fail(errors.New("connection refused"))
		run()
		th.connect()
		th.pass(time.Hour)
		assert.Equal(t, 1, th.alarms("sound_not_fetched"), "not at each try")
		_, err := th.On("there").Media("acme", "sv", say("Samtalet spelas in"))
		require.ErrorContains(t, err, "sound_not_fetched", "no call waits for what may never come")
		for _, words := range []string{"Asterisk there", "http://callbackd.example:8080", "connection refused", "res_http_media_cache", "timeout_secs", "astcachedir"} {
			assert.Contains(t, th.log.String(), words)
		}
		th.elsewhere.fail(nil)
		th.elsewhere.fetches()
		th.pass(6 * time.Minute)
		assert.Len(t, th.elsewhere.fetches(), 2)
		assert.Equal(t, map[string]bool{"sound_not_fetched pbx there, sounds of there": true}, th.over())
		th.media("there", say("Samtalet spelas in"))
		th.pass(time.Hour)
		assert.Empty(t, th.elsewhere.fetches())
	})
}

// The others are fetched, and only the one that failed is tried again.
func TestOneSoundThatCannotBeFetched(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("far", "Samtalet spelas in")}, func(th *theatre, run func()) {
		bad := th.media("there", callback.Sound{Play: "callback"})
		th.elsewhere.refuses = bad
		run()
		th.pass(2 * time.Second)
		th.connect()
		th.pass(time.Second)
		assert.Len(t, th.elsewhere.fetches(), 2)
		assert.Contains(t, th.log.String(), bad)
		th.media("there", say("Samtalet spelas in"))
		_, err := th.On("there").Media("acme", "sv", callback.Sound{Play: "callback"})
		require.Error(t, err)
		th.connect() // it may be another one, which can
		th.media("there", callback.Sound{Play: "callback"})
		th.elsewhere.fetches()
		th.pass(time.Second)
		th.elsewhere.fetches()
		th.pass(5 * time.Minute)
		assert.Equal(t, []string{bad}, th.elsewhere.fetches())
	})
}

// What an Asterisk had fetched before it was restarted, the next one doesn't have.
func TestAnAsteriskThatIsRestartedWhileItFetches(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("far", "Samtalet spelas in")}, func(th *theatre, run func()) {
		run()
		th.pass(2 * time.Second)
		th.elsewhere.between = th.connect
		th.connect()
		th.pass(time.Second)
		fetched := th.elsewhere.fetches()
		require.Len(t, fetched, 4)
		assert.Equal(t, fetched[:2], fetched[2:])
		th.pass(time.Hour)
		assert.Empty(t, th.elsewhere.fetches())
	})
}

// That it is away, somebody else says, and its sounds are fetched when it is back.
func TestAnAsteriskThatIsAwayWhenTheRulesChange(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("far", "Samtalet spelas in")}, func(th *theatre, run func()) {
		run()
		th.connect()
		th.pass(10 * time.Second)
		th.elsewhere.fail(errors.New("connection refused"))
		th.elsewhere.away()
		th.edit(noticing("far", "Vi spelar in"))
		th.pass(time.Hour)
		th.elsewhere.between = th.elsewhere.away // it goes just when it is asked
		th.connect()
		th.pass(time.Hour)
		assert.Empty(t, th.log.String())
		th.elsewhere.fail(nil)
		th.elsewhere.fetches()
		th.connect()
		th.pass(time.Second)
		assert.Len(t, th.elsewhere.fetches(), 2)
	})
}

// A sound that is gone keeps nobody from having the others.
func TestASoundThatIsGone(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("far", "Samtalet spelas in")}, func(th *theatre, run func()) {
		th.library.lacks["callback"] = true
		run()
		th.connect()
		th.pass(2 * time.Second)
		assert.Equal(t, []string{th.media("there", say("Samtalet spelas in"))}, th.elsewhere.fetches())
		_, err := th.On("there").Media("acme", "sv", callback.Sound{Play: "callback"})
		require.Error(t, err)
		assert.Zero(t, th.alarms("sound_not_fetched"), "whoever plays it says so")
	})
}

// An announcement is on the Asterisk that will play it before a phone rings.
func TestAnAnnouncementIsFetchedToo(t *testing.T) {
	inTheatre(t, nil, func(th *theatre, run func()) {
		announcement := callback.Speech{Language: "sv", Text: "Ring +46701234567"}
		require.NoError(t, th.On("there").Speak(th.t.Context(), announcement))
		assert.Equal(t, []string{th.media("there", callback.Sound{Say: &announcement})}, th.elsewhere.fetches())
		th.elsewhere.fail(errors.New("connection refused"))
		require.ErrorContains(t, th.On("there").Speak(th.t.Context(), announcement), "sounds_url")
	})
}
