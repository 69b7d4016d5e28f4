package softphone_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/softphone"
)

func TestBothSidesHearEachOther(t *testing.T) {
	t.Parallel()
	out, in := talk(t,
		softphone.Options{Says: softphone.Tone(440)},
		softphone.Options{Says: softphone.Tone(425, 620)})

	at := in.MustHear(t, 440)
	out.MustHear(t, 425, 620)
	assert.WithinDuration(t, in.Times().Answered, at, 500*time.Millisecond)
	for _, s := range in.Heard() {
		assert.False(t, s.Has(425), "440 Hz isn't 425 Hz: %v", in.Heard())
	}

	changed := time.Now()
	out.Say(softphone.Tone(2000))
	assert.False(t, in.MustHear(t, 2000).Before(changed.Add(-50*time.Millisecond)))
	out.Say(softphone.Tone(440))
	again, err := in.HearsAfter(limited(t, soon), changed.Add(100*time.Millisecond), 440)
	require.NoError(t, err)
	assert.True(t, again.After(changed))

	received := in.Received()
	assert.Greater(t, received.Packets, 20)
	assert.Zero(t, received.Lost)
	assert.False(t, received.First.Before(in.Times().Began))
}

func TestSilenceIsNotTheSameAsNoPackets(t *testing.T) {
	t.Parallel()
	out, in := talk(t, softphone.Options{}, softphone.Options{Says: softphone.NoPackets})

	_, err := in.HearsSilence(limited(t, soon), 300*time.Millisecond)
	require.NoError(t, err)
	from, err := out.HearsNothing(limited(t, soon), 300*time.Millisecond)
	require.NoError(t, err)
	assert.Equal(t, out.Times().Began, from)
	assert.Zero(t, out.Received())
}

func TestPacketsThatStopAreNoticed(t *testing.T) {
	t.Parallel()
	out, in := talk(t, softphone.Options{}, softphone.Options{Says: softphone.Tone(500)})
	heard := out.MustHear(t, 500)
	in.Say(softphone.NoPackets)
	from, err := out.HearsNothing(limited(t, soon), 600*time.Millisecond)
	require.NoError(t, err)
	assert.True(t, from.After(heard))
	assert.GreaterOrEqual(t, out.Received().LongestGap, 600*time.Millisecond)

	_, err = in.HearsNothing(limited(t, 300*time.Millisecond), 600*time.Millisecond)
	require.ErrorIs(t, err, context.DeadlineExceeded, "silence is packets")
	out.MustHangup(t)
	_, err = in.HearsNothing(limited(t, soon), 10*time.Second)
	require.ErrorContains(t, err, "the call is over")
}

func TestEarlyMediaIsHeardBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	caller := start(t, softphone.Options{Says: softphone.Tone(440)})
	network := start(t, softphone.Options{Says: softphone.Tone(425)})
	out := caller.MustDial(t, network.URI("1"), softphone.Caller{})
	in, err := network.Incoming(limited(t, soon))
	require.NoError(t, err)
	require.NoError(t, in.Progress())

	out.MustHear(t, 425)
	assert.Zero(t, out.Times().Answered)
	in.MustAnswer(t)
	in.Say(softphone.Tone(620))
	out.MustHear(t, 620)
	in.MustHear(t, 440)
}

func TestRecordingIsSaidOnce(t *testing.T) {
	t.Parallel()
	prompt := softphone.PCM(softphone.Tone(1000).Samples(600 * time.Millisecond))
	_, in := talk(t, softphone.Options{Says: prompt}, softphone.Options{})
	in.MustHear(t, 1000)
	_, err := in.HearsSilence(limited(t, soon), 300*time.Millisecond)
	require.NoError(t, err)
	assert.InDelta(t, 0.6, in.Heard().Total(1000).Seconds(), 0.15, "%v", in.Heard())
}

func TestFailedExpectationTellsWhatWasHeard(t *testing.T) {
	t.Parallel()
	out, in := talk(t, softphone.Options{Says: softphone.Tone(425)}, softphone.Options{})
	in.MustHear(t, 425)

	_, err := in.Hears(limited(t, 300*time.Millisecond), 440)
	var not *softphone.NotHeardError
	require.ErrorAs(t, err, &not)
	require.ErrorContains(t, err, "did not hear 440 Hz for 200ms: context deadline exceeded; heard: ")
	require.ErrorContains(t, err, "425 Hz ")

	out.MustHangup(t)
	_, err = in.Hears(limited(t, soon), 440)
	require.ErrorContains(t, err, "the call is over: hung up by the other side")
	_, err = in.Hears(t.Context(), 425)
	require.NoError(t, err, "what was heard stays heard")
}

func TestDigitsArrive(t *testing.T) {
	t.Parallel()
	out, in := talk(t, softphone.Options{Says: softphone.Tone(440)}, softphone.Options{})
	in.MustHear(t, 440)

	require.NoError(t, out.SendDigits(limited(t, soon), "1122*#"))
	require.NoError(t, in.HearsDigits(limited(t, soon), "*#"))
	assert.Equal(t, "1122*#", in.Digits())
	assert.Empty(t, out.Digits())

	require.NoError(t, out.SendDigitsInHurry(limited(t, soon), "33445566"))
	require.NoError(t, in.HearsDigits(limited(t, soon), "#33445566"), "phones hear each once")

	require.ErrorContains(t, out.SendDigits(t.Context(), "1x"), "no key 'X'")
	err := in.HearsDigits(limited(t, 100*time.Millisecond), "9")
	require.ErrorContains(t, err, `keys "9" were not pressed, only "1122*#33445566"`)
}
