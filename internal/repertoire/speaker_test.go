package repertoire_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/sounds"
)

func TestTextsAreSpokenBeforeAnybodyIsCalled(t *testing.T) {
	rules := []callback.Rule{noticing("near", "Samtalet spelas in"), noticing("far", "Samtalet spelas in"), {Voicemail: callback.Voicemail{Action: callback.VoicemailLeave, Message: say("Vi ringde")}}}
	inTheatre(t, rules, func(th *theatre, run func()) {
		_, err := th.On("here").Media("acme", "sv", say("Vi ringde"))
		require.ErrorContains(t, err, "isn't spoken yet", "a call starts no program")
		run()
		th.pass(3 * time.Second)
		assert.Equal(t, []string{"Samtalet spelas in", "Vi ringde"}, th.library.said, "each once")
		assert.Equal(t, "sound:/spoken/Vi ringde", th.media("here", say("Vi ringde")))
		assert.Equal(t, "sound:/lib/acme/sv/callback", th.media("here", callback.Sound{Play: "callback"}))

		th.edit(noticing("near", "Vi spelar in"))
		th.pass(2 * time.Second)
		assert.Equal(t, "sound:/spoken/Vi spelar in", th.media("here", say("Vi spelar in")))
		assert.Equal(t, "sound:/spoken/Samtalet spelas in", th.media("here", say("Samtalet spelas in")), "attempts that are planned still play it")
	})
}

// Whoever puts rules in force, and whoever calls, waits for nothing.
func TestNobodyWaitsForASlowProgram(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("near", "Samtalet spelas in")}, func(th *theatre, run func()) {
		th.library.takes = time.Hour
		run()
		th.pass(time.Minute)
		began := time.Now()
		th.edit(noticing("near", "Vi spelar in"))
		th.connect()
		_, err := th.On("here").Media("acme", "sv", say("Samtalet spelas in"))
		require.Error(t, err)
		assert.Zero(t, time.Since(began))
	})
}

func TestATextThatCannotBeSpokenIsAnAlarmAndTriedAgain(t *testing.T) {
	rules := []callback.Rule{noticing("near", "Samtalet spelas in"), {Voicemail: callback.Voicemail{Action: callback.VoicemailLeave, Message: say("Vi ringde")}}}
	inTheatre(t, rules, func(th *theatre, run func()) {
		th.library.fail("Samtalet spelas in", errors.New("no such voice"))
		run()
		th.pass(time.Hour)
		assert.Equal(t, 1, th.alarms("speech_failed"), "not at each try")
		assert.Contains(t, th.log.String(), "no such voice")
		assert.Contains(t, th.log.String(), "Samtalet spelas in", "which one it is")
		assert.Equal(t, []string{"Vi ringde"}, th.library.has(), "the others are spoken")
		th.library.fail("Samtalet spelas in", nil)
		th.pass(6 * time.Minute)
		assert.Equal(t, []string{"Samtalet spelas in", "Vi ringde"}, th.library.has())
		assert.Equal(t, map[string]bool{"speech_failed Samtalet spelas in": true}, th.over())

		th.library.fail("Vi spelar in", errors.New("no such voice"))
		th.edit(noticing("near", "Vi spelar in"))
		th.pass(2 * time.Second)
		assert.Equal(t, 2, th.alarms("speech_failed"))
	})
}

func TestAMissingProgramIsOneAlarm(t *testing.T) {
	rules := []callback.Rule{noticing("near", "Ett"), noticing("near", "Två"), noticing("near", "Tre")}
	inTheatre(t, rules, func(th *theatre, run func()) {
		for _, text := range []string{"Ett", "Två", "Tre"} {
			th.library.fail(text, fmt.Errorf("espeak-ng is %w; install the package espeak-ng", sounds.ErrNotInstalled))
		}
		run()
		th.pass(time.Hour)
		assert.Equal(t, 1, th.alarms("speech_failed"))
		assert.Contains(t, th.log.String(), "install the package espeak-ng")
	})
}

// Texts of rules, and of attempts that earlier rules planned, stay; the rest goes: there may
// be customers' numbers in it.
func TestWhatNobodyWantsIsRemoved(t *testing.T) {
	inTheatre(t, []callback.Rule{noticing("near", "Samtalet spelas in")}, func(th *theatre, run func()) {
		th.planned = []callback.Sound{say("Gammalt"), say("Aldrig sagt"), {Play: "callback"}}
		run()
		th.pass(2 * time.Second)
		require.NoError(t, th.On("here").Speak(th.t.Context(), callback.Speech{Language: "sv", Text: "Ring +46701234567"}))
		require.NoError(t, th.On("here").Speak(th.t.Context(), callback.Speech{Language: "sv", Text: "Gammalt"}))
		th.pass(2 * day)
		assert.Len(t, th.library.has(), 3, "not on the first nights")
		th.pass(2 * day)
		assert.Equal(t, []string{"Gammalt", "Samtalet spelas in"}, th.library.has())
		assert.Contains(t, th.log.String(), "were removed")
		assert.Len(t, th.library.said, 3, "nothing was spoken twice")
	})
}

// If it isn't known what is wanted, nothing is removed.
func TestNothingIsRemovedBlindly(t *testing.T) {
	inTheatre(t, nil, func(th *theatre, run func()) {
		th.Planned(func(context.Context) ([]callback.Sound, error) { return nil, errors.New("the disk is full") })
		run()
		require.NoError(t, th.On("here").Speak(th.t.Context(), callback.Speech{Language: "sv", Text: "Gammalt"}))
		th.pass(10 * day)
		assert.Equal(t, []string{"Gammalt"}, th.library.has())
		assert.Contains(t, th.log.String(), "the disk is full")
	})
}

// Errors of announcements get into logs, and customers' numbers don't.
func TestNoErrorOfACallRepeatsTheText(t *testing.T) {
	inTheatre(t, nil, func(th *theatre, run func()) {
		announcement := callback.Speech{Language: "sv", Text: "Ring +46701234567"}
		th.library.fail(announcement.Text, errors.New("no such voice"))
		_, unspoken := th.On("there").Media("acme", "sv", callback.Sound{Say: &announcement})
		failed := th.On("there").Speak(th.t.Context(), announcement)
		th.library.fail(announcement.Text, nil)
		th.elsewhere.fail(errors.New("connection refused"))
		unfetched := th.On("there").Speak(th.t.Context(), announcement)
		for _, err := range []error{unspoken, failed, unfetched} {
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "46701234567")
		}
	})
}

func TestASpeechIsGivenUpWhenNobodyWaitsForIt(t *testing.T) {
	inTheatre(t, nil, func(th *theatre, run func()) {
		th.library.takes = time.Minute
		ctx, cancel := context.WithTimeout(th.t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		require.Error(t, th.On("here").Speak(ctx, callback.Speech{Language: "sv", Text: "Ring"}))
		assert.Equal(t, 3*time.Second, time.Since(began))
	})
}
