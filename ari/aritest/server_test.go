package aritest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

const (
	inbound = `{"type":"ChannelCreated","timestamp":"2026-11-20T07:28:56.014+0000","channel":{"id":"1795159736.41","name":"PJSIP/pstn-00000025","state":"Ring","caller":{"name":"","number":"+46701234567"},"dialplan":{"context":"from-pstn","exten":"+4685550072","priority":1,"app_name":"","app_data":""},"creationtime":"2026-11-20T07:28:56.014+0000"},"application":"recorded"}`
	varset  = `{"type":"ChannelVarset","variable":"SIPDOMAIN","value":"x","timestamp":"2026-11-20T07:28:56.014+0000","channel":{"id":"1795159736.41","name":"PJSIP/pstn-00000025","state":"Ring"},"application":"recorded"}`
	entered = `{"type":"ChannelEnteredBridge","timestamp":"2026-11-20T07:28:58.014+0000","bridge":{"id":"d4ca","technology":"simple_bridge","bridge_type":"mixing","bridge_class":"basic","creator":"","name":"","channels":["1795159736.41"],"creationtime":"2026-11-20T07:28:58.014+0000"},"channel":{"id":"1795159736.41","name":"PJSIP/pstn-00000025","state":"Up"},"application":"recorded"}`
	gone    = `{"type":"ChannelDestroyed","timestamp":"2026-11-20T07:28:59.014+0000","cause":16,"cause_txt":"Normal Clearing","channel":{"id":"1795159736.41","name":"PJSIP/pstn-00000025","state":"Up"},"application":"recorded"}`
)

func TestRecordedCallsArePlayedIn(t *testing.T) {
	virtual(t, func(p *pbx) {
		for _, raw := range []string{inbound, varset, entered} {
			require.NoError(t, p.srv.Emit(raw))
		}
		assert.Equal(t, []string{"ChannelCreated 1795159736.41", "ChannelVarset SIPDOMAIN=x", "ChannelEnteredBridge d4ca 1795159736.41"}, p.rest())
		ch, err := p.c.Channel(p.ctx, "1795159736.41")
		require.NoError(t, err)
		assert.Equal(t, ari.StateUp, ch.State, "the newest snapshot")
		channels, err := p.c.Channels(p.ctx)
		require.NoError(t, err)
		assert.Len(t, channels, 1)
		bridges, err := p.c.Bridges(p.ctx)
		require.NoError(t, err)
		require.Len(t, bridges, 1)
		assert.Equal(t, []string{"1795159736.41"}, bridges[0].Channels)
		presentation, err := p.c.ChannelVariable(p.ctx, "1795159736.41", "CALLERID(num-pres)")
		require.NoError(t, err)
		assert.Equal(t, "allowed_not_screened", presentation)
		assert.ErrorIs(t, p.c.Continue(p.ctx, "1795159736.41", ari.Extension{}), ari.ErrConflict, "it isn't ours")
		require.NoError(t, p.srv.Emit(gone))
		_, err = p.c.Channel(p.ctx, "1795159736.41")
		assert.ErrorIs(t, err, ari.ErrNotFound)
		assert.Error(t, p.srv.Emit(`{`))
		assert.Error(t, p.srv.Emit(`{"channel":{"id":"1"}}`))
	})
}

// Each application gets what it subscribed to, and nothing that its filter drops.
func TestSubscriptionsAndFilter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.SetEndpoint("PJSIP/alice", false)
		heard := func(name string, sources []string) func() []string {
			options := srv.Options(name)
			options.Subscriptions = sources
			client, err := ari.New(options)
			require.NoError(t, err)
			ctx, stop := context.WithCancel(t.Context())
			var types []string
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				client.Run(ctx, func(e ari.Event) { types = append(types, e.EventType()) })
			}()
			synctest.Wait()
			return func() []string {
				stop()
				<-ended
				return types[1:] // without Connected
			}
		}
		nothing := heard("nothing", nil)
		channels := heard("channels", []string{"channel:"})
		// By another client, for one that asks itself would drop those that come all the same.
		filtering, err := ari.New(srv.Options("channels"))
		require.NoError(t, err)
		require.NoError(t, filtering.Disallow(t.Context(), "ChannelVarset"))
		bridges := heard("bridges", []string{"bridge:"})
		phones := heard("phones", []string{"endpoint:PJSIP/alice", "deviceState:PJSIP/alice", "deviceState:Queue:support"})
		for _, raw := range []string{inbound, varset, entered, gone} {
			require.NoError(t, srv.Emit(raw))
		}
		srv.SetEndpoint("PJSIP/alice", true)
		srv.SetEndpoint("PJSIP/bob", true)
		srv.SetDeviceState("PJSIP/alice", "INUSE")
		srv.SetDeviceState("PJSIP/bob", "INUSE")
		require.NoError(t, srv.Emit(`{"type":"DeviceStateChanged","device_state":{"name":"Queue:support","state":"RINGING"}}`))
		require.NoError(t, srv.Emit(`{"type":"EndpointStateChange","endpoint":{"technology":"PJSIP","resource":"alice","state":"online"}}`))
		synctest.Wait()
		assert.Empty(t, nothing())
		assert.Equal(t, []string{"ChannelCreated", "ChannelDestroyed"}, channels())
		assert.Equal(t, []string{"ChannelEnteredBridge"}, bridges())
		assert.Equal(t, []string{"PeerStatusChange", "DeviceStateChanged", "DeviceStateChanged", "EndpointStateChange"}, phones())
	})
}

// An application without "channel:" still hears of the channels that it originated.
func TestOwnChannelsNeedNoSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.Phone("PJSIP/*", aritest.Answers(time.Second, time.Second))
		client, err := ari.New(srv.Options("app"))
		require.NoError(t, err)
		p := &pbx{t: t, srv: srv, c: client, ctx: t.Context(), events: make(chan ari.Event, 100)}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			client.Run(ctx, func(e ari.Event) { p.events <- e })
		}()
		p.until("Connected")
		p.originate("c1", customer, 0)
		_, err = client.CreateBridge(t.Context(), "b1", "")
		require.NoError(t, err)
		p.until("StasisStart c1 agent,c1")
		require.NoError(t, client.AddChannels(t.Context(), "b1", "c1"))
		p.until("ChannelEnteredBridge b1 c1")
		p.until("ChannelLeftBridge b1 c1")
		p.until("ChannelDestroyed c1 16/0")
		stop()
		<-ended
	})
}

func TestPhonesAndDevices(t *testing.T) {
	virtual(t, func(p *pbx) {
		_, err := p.c.Endpoint(p.ctx, "PJSIP", "alice")
		assert.ErrorIs(t, err, ari.ErrNotFound)
		p.srv.SetEndpoint("PJSIP/alice", true)
		endpoint, err := p.c.Endpoint(p.ctx, "PJSIP", "alice")
		require.NoError(t, err)
		assert.Equal(t, "online", endpoint.State)
		state, err := p.c.DeviceState(p.ctx, "PJSIP/alice")
		require.NoError(t, err)
		assert.Equal(t, "INVALID", state.State)
		p.srv.SetDeviceState("PJSIP/alice", "NOT_INUSE")
		state, err = p.c.DeviceState(p.ctx, "PJSIP/alice")
		require.NoError(t, err)
		assert.Equal(t, ari.DeviceState{Name: "PJSIP/alice", State: "NOT_INUSE"}, *state)
	})
}

func TestRestartForgetsCallsAndKeepsFiles(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.up("c1")
		p.srv.SetVersion("22.11.0")
		p.srv.SetStored("r1", "wav", []byte("RIFF"))
		require.NoError(t, p.srv.Emit(inbound))
		_, err := p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		_, err = p.c.Play(p.ctx, "c1", "p1", "sound:beep")
		require.NoError(t, err)
		before, err := p.c.Info(p.ctx)
		require.NoError(t, err)
		p.srv.Restart()
		seen := p.until("Connected")
		assert.NotContains(t, seen, "ChannelDestroyed c1 0/0")
		after, err := p.c.Info(p.ctx)
		require.NoError(t, err)
		assert.True(t, after.Status.StartupTime.After(before.Status.StartupTime.Time))
		assert.Equal(t, "22.11.0", after.System.Version)
		channels, err := p.c.Channels(p.ctx)
		require.NoError(t, err)
		assert.Empty(t, channels)
		bridges, err := p.c.Bridges(p.ctx)
		require.NoError(t, err)
		assert.Empty(t, bridges)
		_, err = p.c.StoredRecording(p.ctx, "r1")
		assert.NoError(t, err)
		p.pass(time.Minute)
		assert.Empty(t, p.rest(), "nothing of before")
	})
}

func TestFaults(t *testing.T) {
	virtual(t, func(p *pbx) {
		create := func(id string) error {
			_, err := p.c.CreateBridge(p.ctx, id, "")
			return err
		}
		exists := func(id string) bool {
			_, err := p.c.Bridge(p.ctx, id)
			return err == nil
		}
		on := "POST /bridges/*"
		p.srv.Fault(aritest.Fault{On: on, Times: 1, LoseRequest: true})
		assert.ErrorIs(t, create("lost"), ari.ErrUnavailable)
		assert.False(t, exists("lost"))

		p.srv.Fault(aritest.Fault{On: on, Times: 1, LoseReply: true})
		assert.ErrorIs(t, create("unheard"), ari.ErrUnavailable)
		assert.True(t, exists("unheard"))

		p.srv.Fault(aritest.Fault{On: on, Times: 1, Delay: 2 * time.Second})
		began := time.Now()
		require.NoError(t, create("late"))
		assert.Equal(t, 2*time.Second, time.Since(began))

		var order []string
		p.srv.Fault(aritest.Fault{
			On: on, Times: 2, ReplyDelay: time.Second,
			Before: func(r aritest.Request) { order = append(order, "before "+r.Path) },
			After:  func(r aritest.Request) { order = append(order, "after "+r.Path) },
		})
		require.NoError(t, create("x"))
		require.NoError(t, create("y"))
		require.NoError(t, create("z"))
		assert.Equal(t, []string{"before /bridges/x", "after /bridges/x", "before /bridges/y", "after /bridges/y"}, order)

		repair := p.srv.Fault(aritest.Fault{On: on, Status: 500, Message: "Internal Server Error"})
		for range 3 {
			assert.ErrorContains(t, create("refused"), "Internal Server Error")
		}
		repair()
		assert.False(t, exists("refused"))
		require.NoError(t, create("repaired"))
	})
}

// The reply to an originate can come after the answer of the far end.
func TestStasisStartBeforeTheReply(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("*", aritest.Answers(time.Second, -1))
		p.srv.Fault(aritest.Fault{On: "POST /channels", Times: 1, ReplyDelay: 3 * time.Second})
		began := time.Now()
		p.originate("c1", customer, 0)
		assert.Equal(t, 3*time.Second, time.Since(began))
		assert.Contains(t, p.rest(), "StasisStart c1 agent,c1")

		p.srv.Fault(aritest.Fault{On: "POST /channels", Times: 1, LoseReply: true})
		_, err := p.c.Originate(p.ctx, ari.OriginateRequest{ID: "c2", Endpoint: customer})
		assert.ErrorIs(t, err, ari.ErrUnavailable)
		assert.False(t, ari.NotSent(err))
		p.until("StasisStart c2 ")
	})
}

func TestRequestsAreKeptInOrder(t *testing.T) {
	virtual(t, func(p *pbx) {
		go func() {
			<-time.After(5 * time.Second)
			p.c.CreateBridge(p.ctx, "a/b", "name")
			p.c.DestroyBridge(p.ctx, "a/b")
		}()
		began := time.Now()
		deleted := p.srv.WaitRequest(p.ctx, t, "DELETE /bridges/*", 1)
		assert.Equal(t, began.Add(5*time.Second), deleted.Time)
		found := p.srv.Requests("* /bridges/*", "GET /nothing")
		require.Len(t, found, 2)
		assert.Equal(t, "POST /bridges/a%2Fb", found[0].String())
		assert.Equal(t, "name", found[0].Query.Get("name"))
		assert.Equal(t, deleted, found[1])
		assert.Greater(t, len(p.srv.Requests()), 2)
	})
}

func TestUnknownRequests(t *testing.T) {
	virtual(t, func(p *pbx) {
		assert.ErrorIs(t, p.c.StopRecording(p.ctx, "none"), ari.ErrNotFound)
		assert.ErrorIs(t, p.c.Subscribe(p.ctx, "weather:"), ari.ErrInvalid)
		assert.ErrorIs(t, p.c.Subscribe(p.ctx, "channel:none"), ari.ErrInvalid)
	})
}

// A connection that comes at once after an abrupt end is deaf, as in Asterisk.
func TestDeafAfterAnAbruptEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		connect(t, srv)
		srv.Cut("app")
		client, err := ari.New(srv.Options("app")) // another program, which doesn't know
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		var first ari.Event
		require.NoError(t, client.Run(ctx, func(e ari.Event) {
			if first == nil {
				first = e
			}
			stop()
		}))
		require.IsType(t, &ari.Disconnected{}, first)
		assert.ErrorIs(t, first.(*ari.Disconnected).Err, ari.ErrDeaf)
	})
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		p := connect(t, srv)
		p.up("c1")
		p.srv.Phone("PJSIP/waits", func(c *aritest.Call) { <-c.Done() })
		p.originate("waits", "PJSIP/waits", -1)
		_, err := p.c.Play(p.ctx, "c1", "p1", "tone:ring")
		require.NoError(t, err)
		_, err = p.c.CreateBridge(p.ctx, "b1", "")
		require.NoError(t, err)
		go p.c.AddChannels(p.ctx, "b1", "c1") // waits for the tone
		srv.Fault(aritest.Fault{On: "GET /channels", Hang: true})
		go p.c.Channels(p.ctx)
		synctest.Wait()
		srv.Close()
		srv.Close() // twice is fine
		assert.Zero(t, srv.Connections())
		assert.False(t, srv.Connected("app"))
		assert.ErrorIs(t, p.c.Ping(p.ctx), ari.ErrUnavailable)
		// The bubble ends only if no goroutine is left.
	})
}

// Outside of virtual time it works as well.
func TestInRealTime(t *testing.T) {
	p := connect(t, aritest.New(t))
	p.up("c1")
	require.NoError(t, p.c.Hangup(p.ctx, "c1", ""))
	p.until("ChannelDestroyed c1 16/0")
}
