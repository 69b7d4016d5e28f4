package softphone_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/softphone"
)

const customer = "+46701234567"

// soon is more than enough for anything between two phones on one machine; a
// busy one may stand still for seconds.
const soon = 20 * time.Second

// start opens a phone that the test closes at its end.
func start(t *testing.T, options softphone.Options) *softphone.Phone {
	t.Helper()
	p, err := softphone.Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

// limited is a context for one expectation.
func limited(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), d)
	t.Cleanup(stop)
	return ctx
}

// talk connects two phones.
func talk(t *testing.T, caller, called softphone.Options) (out, in *softphone.Call) {
	t.Helper()
	alice, network := start(t, caller), start(t, called)
	out = alice.MustDial(t, network.URI("+4685550000"), softphone.Caller{Number: customer})
	in = network.MustRing(t)
	in.MustAnswer(t)
	out.MustBeAnswered(t)
	return out, in
}

func TestCallShowsWhoCallsAndEndsWithBye(t *testing.T) {
	t.Parallel()
	caller, called := start(t, softphone.Options{}), start(t, softphone.Options{})

	out := caller.MustDial(t, called.URI("+4685550000"), softphone.Caller{
		Number:   customer,
		Name:     `Callback "one" +46701234567`,
		Asserted: "+46700000000",
		Privacy:  "id",
	})
	in := called.MustRing(t)
	assert.Equal(t, softphone.Party{Number: customer, Name: `Callback "one" +46701234567`}, in.From())
	assert.Equal(t, "+46700000000", in.Asserted().Number)
	assert.Equal(t, "id", in.Header("Privacy"))
	assert.Equal(t, "+4685550000", in.To())
	assert.Equal(t, "+4685550000", in.Dialed())
	assert.Equal(t, out.ID(), in.ID())
	assert.True(t, out.Outgoing())
	assert.False(t, in.Outgoing())

	_, err := out.Rings(limited(t, soon))
	require.NoError(t, err)
	assert.Zero(t, out.Times().Answered)
	in.MustAnswer(t)
	out.MustBeAnswered(t)

	in.MustHangup(t)
	end := out.MustEnd(t)
	assert.Equal(t, softphone.HungUp, end.How)
	assert.Equal(t, softphone.Far, end.By)
	assert.Equal(t, "hung up by this phone", in.MustEnd(t).String())
	assert.NoError(t, out.Hangup(), "hanging up a call that is over")

	times := in.Times()
	assert.False(t, times.Ringing.Before(times.Began))
	assert.True(t, times.Answered.After(times.Ringing))
	assert.True(t, times.Ended.After(times.Answered))
	require.Len(t, called.Calls(), 1)
	assert.Same(t, in, called.Calls()[0])
}

func TestCallerHangsUp(t *testing.T) {
	t.Parallel()
	out, in := talk(t, softphone.Options{}, softphone.Options{})
	out.MustHangup(t)
	end := in.MustEnd(t)
	assert.Equal(t, softphone.HungUp, end.How)
	assert.Equal(t, softphone.Far, end.By)
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	caller, called := start(t, softphone.Options{}), start(t, softphone.Options{})
	for name, test := range map[string]struct {
		before func(*softphone.Call) error // what the called phone does first
		byCtx  bool                        // the context of Dial ends, instead of Hangup
	}{
		"while it rings":             {before: (*softphone.Call).Ring},
		"while it rings, by context": {before: (*softphone.Call).Ring, byCtx: true},
		"during early media":         {before: (*softphone.Call).Progress},
		"before it rings":            {before: func(*softphone.Call) error { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			out, err := caller.Dial(ctx, called.URI("1"), softphone.Caller{})
			require.NoError(t, err)
			in, err := called.Incoming(limited(t, soon))
			require.NoError(t, err)
			require.NoError(t, test.before(in))
			if test.byCtx {
				stop()
			} else {
				out.MustHangup(t)
			}

			end := in.MustEnd(t)
			assert.Equal(t, softphone.Cancelled, end.How)
			assert.Equal(t, softphone.Far, end.By)
			assert.Equal(t, "cancelled by this phone", out.MustEnd(t).String())

			var ended *softphone.EndedError
			require.ErrorAs(t, in.Answer(), &ended, "answering too late")
			assert.Equal(t, softphone.Cancelled, ended.End.How)
		})
	}
}

func TestCalledRefuses(t *testing.T) {
	t.Parallel()
	caller, called := start(t, softphone.Options{}), start(t, softphone.Options{})
	for _, code := range []int{404, 480, 486, 503, 603} {
		out := caller.MustDial(t, called.URI("1"), softphone.Caller{})
		in := called.MustRing(t)
		require.NoError(t, in.Reject(code))

		_, err := out.Answered(limited(t, soon))
		var ended *softphone.EndedError
		require.ErrorAs(t, err, &ended)
		assert.Equal(t, softphone.Refused, ended.End.How)
		assert.Equal(t, softphone.Far, ended.End.By)
		assert.Equal(t, code, ended.End.Code)
		assert.Equal(t, softphone.Near, in.MustEnd(t).By)
		require.ErrorAs(t, in.Answer(), &ended, "answering after the refusal")
	}
	out := caller.MustDial(t, called.URI("1"), softphone.Caller{})
	called.MustRing(t).MustHangup(t)
	assert.Equal(t, "refused by the other side with 603 Decline", out.MustEnd(t).String())
}

func TestAnswerCrossingTheCancelLeavesNoCallBehind(t *testing.T) {
	t.Parallel()
	caller, called := start(t, softphone.Options{}), start(t, softphone.Options{})
	for range 20 {
		out := caller.MustDial(t, called.URI("1"), softphone.Caller{})
		in := called.MustRing(t)
		_, err := out.Rings(limited(t, soon))
		require.NoError(t, err)

		hungUp := make(chan error)
		go func() { hungUp <- out.Hangup() }()
		_ = in.Answer() // succeeds or not: they cross
		require.NoError(t, <-hungUp)
		out.MustEnd(t)
		in.MustEnd(t)
	}
}

func TestSeveralCallsAtOnce(t *testing.T) {
	t.Parallel()
	caller, called := start(t, softphone.Options{}), start(t, softphone.Options{})
	tones := map[string]int{"a": 500, "b": 800, "c": 1100}
	outs := map[string]*softphone.Call{}
	for number, hz := range tones {
		outs[number] = caller.MustDial(t, called.URI(number), softphone.Caller{Number: number})
		outs[number].Say(softphone.Tone(hz))
	}
	for range tones {
		in := called.MustRing(t)
		in.MustAnswer(t)
		in.MustHear(t, tones[in.From().Number])
		in.MustHangup(t)
		outs[in.From().Number].MustEnd(t)
	}
}

func TestPhoneCallsItself(t *testing.T) {
	t.Parallel()
	phone := start(t, softphone.Options{Says: softphone.Tone(700)})
	out := phone.MustDial(t, phone.URI("me"), softphone.Caller{})
	in := phone.MustRing(t)
	in.MustAnswer(t)
	out.MustHear(t, 700)
	in.MustHear(t, 700)
	out.MustHangup(t)
	assert.Equal(t, softphone.Far, in.MustEnd(t).By)
}

func TestHandlerTakesCalls(t *testing.T) {
	t.Parallel()
	handled := make(chan *softphone.Call, 1)
	called := start(t, softphone.Options{Handler: func(c *softphone.Call) {
		assert.NoError(t, c.Answer())
		handled <- c
	}})
	caller := start(t, softphone.Options{})
	out := caller.MustDial(t, called.URI("1"), softphone.Caller{})
	out.MustBeAnswered(t)
	assert.Equal(t, out.ID(), (<-handled).ID())
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	called := start(t, softphone.Options{})
	require.NoError(t, called.Close())
	caller, err := softphone.Start(t.Context(), softphone.Options{})
	require.NoError(t, err)

	_, err = caller.Dial(t.Context(), "not a URI", softphone.Caller{})
	require.ErrorContains(t, err, "not a SIP URI")

	out := caller.MustDial(t, called.URI("1"), softphone.Caller{})
	_, err = out.Answered(limited(t, 300*time.Millisecond))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "call phone → 1 was not answered")
	_, err = caller.Incoming(limited(t, 10*time.Millisecond))
	require.ErrorContains(t, err, "no call came to phone")

	require.ErrorContains(t, caller.Close(), "doesn't confirm the CANCEL")
	assert.Equal(t, softphone.Cancelled, out.MustEnd(t).How)
}

func TestCloseEndsCallsAndLeavesNothingRunning(t *testing.T) {
	caller, err := softphone.Start(t.Context(), softphone.Options{})
	require.NoError(t, err)
	called, err := softphone.Start(t.Context(), softphone.Options{})
	require.NoError(t, err)

	talking := caller.MustDial(t, called.URI("1"), softphone.Caller{})
	called.MustRing(t).MustAnswer(t)
	talking.MustBeAnswered(t)
	ringing := caller.MustDial(t, called.URI("2"), softphone.Caller{})
	called.MustRing(t)
	waiting := caller.MustDial(t, called.URI("3"), softphone.Caller{})

	require.NoError(t, called.Close())
	assert.Equal(t, softphone.HungUp, talking.MustEnd(t).How)
	assert.Equal(t, 480, ringing.MustEnd(t).Code)
	_ = waiting // nobody may answer it any more

	_ = caller.Close() // can't confirm the CANCEL of the call that waits
	end := waiting.MustEnd(t)
	assert.NotEqual(t, softphone.HungUp, end.How)
	_, err = caller.Dial(t.Context(), called.URI("1"), softphone.Caller{})
	require.ErrorIs(t, err, softphone.ErrClosed)

	stacks := func() string {
		all := make([]byte, 1<<20)
		return string(all[:runtime.Stack(all, true)])
	}
	require.Eventually(t, func() bool {
		return !strings.Contains(stacks(), "softphone.(*") && !strings.Contains(stacks(), "emiago/sipgo")
	}, 5*time.Second, 10*time.Millisecond, "goroutines are left: %s", stacks())
}

func TestPhonesStayOnLoopback(t *testing.T) {
	t.Parallel()
	_, err := softphone.Start(t.Context(), softphone.Options{Listen: "0.0.0.0:0"})
	require.ErrorContains(t, err, "loopback")
}
