package aritest_test

import (
	"context"
	"fmt"
	"time"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// A phone that answers, another that is busy, and a reply that gets lost.
func ExampleStart() {
	srv := aritest.Start() // in a test: aritest.New(t)
	defer srv.Close()
	srv.Phone("PJSIP/alice", aritest.Answers(10*time.Millisecond, -1))
	srv.Phone("PJSIP/bob", aritest.Rejects(10*time.Millisecond, 486))
	srv.Fault(aritest.Fault{On: "POST /channels", Times: 1, LoseReply: true})

	client, err := ari.New(srv.Options("example"))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err = client.Run(ctx, func(e ari.Event) {
		switch e := e.(type) {
		case *ari.Connected:
			_, err := client.Originate(ctx, ari.OriginateRequest{ID: "leg-a", Endpoint: "PJSIP/alice"})
			fmt.Println("reply lost:", err != nil && !ari.NotSent(err))
		case *ari.StasisStart:
			fmt.Println(e.Channel.ID, "answered")
			_, err := client.Originate(ctx, ari.OriginateRequest{ID: "leg-b", Endpoint: "PJSIP/bob"})
			fmt.Println("reply lost:", err != nil)
		case *ari.ChannelDestroyed:
			fmt.Println(e.Channel.ID, "ended:", e.CauseTxt, e.TechCause)
			stop()
		}
	})
	fmt.Println(err, len(srv.Requests("POST /channels")), "requests to call")
	// Output:
	// reply lost: true
	// leg-a answered
	// reply lost: false
	// leg-b ended: User busy 486
	// <nil> 2 requests to call
}
