package ari_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// A program connects, calls a phone once it is connected, and ends when the call is over.
func Example() {
	asterisk := aritest.Start() // in earnest: ari.Options{URL: "http://127.0.0.1:8088", …}
	defer asterisk.Close()
	asterisk.Phone("PJSIP/alice", aritest.Answers(10*time.Millisecond, 10*time.Millisecond))
	options := asterisk.Options("example")
	options.Subscriptions = []string{"channel:", "bridge:"}
	options.DisallowedEvents = []string{"ChannelVarset", "ChannelStateChange", "ChannelConnectedLine"}

	client, err := ari.New(options)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	const id = "example-1795160382-0001" // chosen, and written down, before asking
	err = client.Run(ctx, func(e ari.Event) {
		switch e := e.(type) {
		case *ari.Connected:
			fmt.Println("connected to Asterisk", e.Info.System.Version)
			_, err := client.Originate(ctx, ari.OriginateRequest{ID: id, Endpoint: "PJSIP/alice", Timeout: 20 * time.Second})
			if err != nil {
				fmt.Println(err)
				stop()
			}
		case *ari.Disconnected:
			fmt.Println("Asterisk is away:", e.Err)
		case *ari.StasisStart:
			fmt.Println("alice answered")
		case *ari.ChannelDestroyed:
			if e.Channel.ID == id {
				fmt.Println("the call is over")
				stop()
			}
		}
	})
	fmt.Println("Run:", err)
	// Output:
	// connected to Asterisk 22.10.1
	// alice answered
	// the call is over
	// Run: <nil>
}

// An error tells whether the phone may have rung.
func ExampleNotSent() {
	asterisk := aritest.Start()
	defer asterisk.Close()
	asterisk.Phone("PJSIP/alice", aritest.NeverAnswers)
	client, err := ari.New(asterisk.Options("example"))
	if err != nil {
		fmt.Println(err)
		return
	}
	call := func(endpoint string) {
		_, err := client.Originate(context.Background(), ari.OriginateRequest{ID: "leg-0001", Endpoint: endpoint})
		var answer *ari.Error
		switch {
		case err == nil:
			fmt.Println("it rings")
		case ari.NotSent(err):
			fmt.Println("nothing happened, try again")
		case errors.Is(err, ari.ErrConflict):
			fmt.Println("that call is there already")
		case errors.Is(err, ari.ErrAllocation):
			fmt.Println("nobody is registered there")
		case errors.As(err, &answer) && answer.Status != 0:
			fmt.Println("Asterisk refused:", answer.Message)
		default:
			fmt.Println("it may ring: look for the channel before trying again")
		}
	}
	call("PJSIP/nobody")
	asterisk.Fault(aritest.Fault{On: "POST /channels", Times: 1, LoseReply: true})
	call("PJSIP/alice")
	call("PJSIP/alice")
	asterisk.Stop()
	for client.Ping(context.Background()) == nil { // until the client has noticed
	}
	call("PJSIP/alice")
	// Output:
	// nobody is registered there
	// it may ring: look for the channel before trying again
	// that call is there already
	// nothing happened, try again
}

// Events know which ids they concern, so that one function can hand each to the call it
// belongs to. Decode also reads recorded streams.
func ExampleDecode() {
	e := ari.Decode([]byte(`{"type":"ChannelEnteredBridge","bridge":{"id":"b1"},"channel":{"id":"c1"}}`))
	fmt.Println(e.EventType(), e.Refs())

	e = ari.Decode([]byte(`{"type":"ChannelDestroyed","cause":"busy"}`))
	if m, is := e.(*ari.Malformed); is {
		fmt.Println(m.EventType(), string(m.Raw))
	}
	// Output:
	// ChannelEnteredBridge [{bridge b1} {channel c1}]
	// Malformed {"type":"ChannelDestroyed","cause":"busy"}
}

// Some playbacks never finish, and all end with their channel: so a wait has three ends.
func ExampleClient_Play() {
	asterisk := aritest.Start()
	defer asterisk.Close()
	asterisk.SetSound("sound:/sounds/prompt", 10*time.Millisecond)
	asterisk.SetSound("recording:missing", aritest.Forever)
	asterisk.Phone("PJSIP/alice", aritest.Answers(0, -1))
	client, err := ari.New(asterisk.Options("example"))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()

	events := make(chan ari.Event, 100)
	go func() {
		defer close(events)
		_ = client.Run(ctx, func(e ari.Event) { events <- e })
	}()
	play := func(channel, playback, media string) string {
		if _, err := client.Play(ctx, channel, playback, media); err != nil {
			return err.Error()
		}
		patience := time.NewTimer(100 * time.Millisecond)
		defer patience.Stop()
		for {
			select {
			case e := <-events:
				switch e := e.(type) {
				case *ari.PlaybackFinished:
					if e.Playback.ID == playback {
						return string(e.Playback.State)
					}
				case *ari.ChannelDestroyed:
					return "the caller hung up"
				}
			case <-patience.C:
				return "it takes too long"
			}
		}
	}
	for e := range events {
		switch e := e.(type) {
		case *ari.Connected:
			if _, err := client.Originate(ctx, ari.OriginateRequest{ID: "leg-0001", Endpoint: "PJSIP/alice"}); err != nil {
				fmt.Println(err)
				return
			}
		case *ari.StasisStart:
			fmt.Println("prompt:", play(e.Channel.ID, "play-0001", "sound:/sounds/prompt"))
			fmt.Println("missing recording:", play(e.Channel.ID, "play-0002", "recording:missing"))
			return
		}
	}
	// Output:
	// prompt: done
	// missing recording: it takes too long
}
