package aritest_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// A queue rings who is ready, callers before our legs, and its functions say so.
func TestAQueueAtWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.AgentPhone("PJSIP/alice", aritest.Answers(2*time.Second, -1))
		srv.AgentPhone("PJSIP/bob", aritest.Answers(2*time.Second, -1))
		srv.SetQueue("sales", aritest.Queue{Members: []string{"PJSIP/alice", "PJSIP/bob"}, WrapUp: 5 * time.Second})
		client := connected(t, srv)
		probe, err := client.CreateChannel(context.Background(), ari.OriginateRequest{ID: "probe", Endpoint: "Local/s@probe/n"})
		require.NoError(t, err)
		says := func(function string) string {
			synctest.Wait()
			value, err := client.ChannelVariable(context.Background(), probe.ID, function)
			require.NoError(t, err)
			return value
		}
		require.Equal(t, "1", says("QUEUE_EXISTS(Sales)"))
		require.Equal(t, "0", says("QUEUE_EXISTS(other)"))
		require.Equal(t, "PJSIP/alice,PJSIP/bob", says("QUEUE_MEMBER_LIST(sales)"))
		srv.Pause("sales", "PJSIP/bob", true)
		require.Equal(t, "1", says("QUEUE_MEMBER(sales,ready)"))
		require.Equal(t, "1", says("QUEUE_MEMBER(sales,paused,PJSIP/bob)"))
		require.Equal(t, "PJSIP/alice/sip:alice@127.0.0.1", says("PJSIP_DIAL_CONTACTS(alice)"))

		first := srv.Caller("sales", "+46701234567")
		require.Equal(t, "RINGING", says("DEVICE_STATE(PJSIP/alice)"))
		time.Sleep(3 * time.Second)
		require.True(t, first.Served())
		require.Equal(t, "0", says("QUEUE_WAITING_COUNT(sales)"))
		_, err = client.Originate(context.Background(), ari.OriginateRequest{ID: "ours", Endpoint: "Local/sales@callbackd-agent/n"})
		require.NoError(t, err)
		second := srv.Caller("sales", "+46701234568")
		require.Equal(t, "2", says("QUEUE_WAITING_COUNT(sales)"))
		require.Equal(t, aritest.QueueState{Live: 1, Looking: 1}, srv.QueueState("sales"))
		first.Hangup()
		require.Equal(t, "NOT_INUSE", says("DEVICE_STATE(PJSIP/alice)"))
		require.Equal(t, "0", says("QUEUE_MEMBER(sales,ready)"), "she rests")
		time.Sleep(9 * time.Second)
		require.True(t, second.Served(), "though ours came first")
		require.Equal(t, "1", says("QUEUE_WAITING_COUNT(sales)"))
	})
}

// A phone that isn't registered, and one that Asterisk doesn't know.
func TestContactsOfPhones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.AgentPhone("PJSIP/alice", aritest.NeverAnswers)
		srv.Register("PJSIP/alice", false)
		client := connected(t, srv)
		_, err := client.CreateChannel(context.Background(), ari.OriginateRequest{ID: "probe", Endpoint: "Local/s@probe/n"})
		require.NoError(t, err)
		contacts, err := client.ChannelVariable(context.Background(), "probe", "PJSIP_DIAL_CONTACTS(alice)")
		require.NoError(t, err)
		require.Empty(t, contacts)
		state, err := client.DeviceState(context.Background(), "PJSIP/alice")
		require.NoError(t, err)
		require.Equal(t, "UNAVAILABLE", state.State)
		_, err = client.ChannelVariable(context.Background(), "probe", "PJSIP_DIAL_CONTACTS(nobody)")
		require.ErrorIs(t, err, ari.ErrFunction)
	})
}

// connected gives a client whose application is there until the test ends.
func connected(t *testing.T, srv *aritest.Server) *ari.Client {
	client, err := ari.New(srv.Options("callbackd"))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = client.Run(ctx, func(ari.Event) {}) // ends with ctx
	}()
	t.Cleanup(func() { stop(); <-done })
	synctest.Wait()
	return client
}

// A queue's own devices tell that somebody waits, and that a member is there, each change
// once.
func TestAQueuesOwnDevices(t *testing.T) {
	virtual(t, func(p *pbx) {
		require.NoError(t, p.c.Subscribe(p.ctx, "deviceState:Queue:sales", "deviceState:Queue:sales_avail"))
		p.srv.SetQueue("sales", aritest.Queue{Members: []string{"PJSIP/alice"}})
		told := func() (list []string) {
			synctest.Wait()
			for {
				select {
				case e := <-p.events:
					if e, is := e.(*ari.DeviceStateChanged); is {
						list = append(list, e.DeviceState.Name+" "+e.DeviceState.State)
					}
				default:
					return list
				}
			}
		}
		p.srv.AgentPhone("PJSIP/alice", aritest.Answers(2*time.Second, -1))
		require.Equal(t, []string{"Queue:sales_avail NOT_INUSE"}, told(), "nobody has waited yet")
		p.srv.Pause("sales", "PJSIP/alice", true)
		caller := p.srv.Caller("sales", "anonymous")
		require.Equal(t, []string{"Queue:sales_avail INUSE", "Queue:sales RINGING"}, told())
		p.srv.Pause("sales", "PJSIP/alice", false)
		p.pass(5 * time.Second)
		require.True(t, caller.Served())
		require.Equal(t, []string{"Queue:sales_avail NOT_INUSE", "Queue:sales_avail INUSE", "Queue:sales NOT_INUSE"}, told())
	})
}

// A member that is a Local channel is called as Asterisk calls it, and rings the phone
// behind it.
func TestAMemberBehindALocal(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.AgentPhone("PJSIP/101", aritest.Answers(2*time.Second, 10*time.Second))
		p.srv.Behind("Local/101@from-queue/n", "PJSIP/101")
		p.srv.SetQueue("sales", aritest.Queue{Members: []string{"Local/101@from-queue/n"}})
		caller := p.srv.Caller("sales", "anonymous")
		p.pass(time.Second)
		channels, err := p.c.Channels(p.ctx)
		require.NoError(t, err)
		var names []string
		for _, channel := range channels {
			names = append(names, channel.Name)
		}
		require.Regexp(t, `^PJSIP/pstn-\S+ Local/101@from-queue-(\S+);1 Local/101@from-queue-\S+;2 PJSIP/101-\S+$`, strings.Join(names, " "))
		require.Empty(t, p.srv.QueueState("sales").Ready)
		p.pass(2 * time.Second)
		require.True(t, caller.Served())
		p.pass(10 * time.Second) // she hangs up
		channels, err = p.c.Channels(p.ctx)
		require.NoError(t, err)
		require.Empty(t, channels)
		require.Equal(t, []string{"Local/101@from-queue/n"}, p.srv.QueueState("sales").Ready)
	})
}
