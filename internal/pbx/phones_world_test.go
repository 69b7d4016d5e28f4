package pbx_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/ari"
)

// talks plays that alice takes a customer's call; it ends with leaves.
func (w *world) talks(id string) {
	w.calls++
	agent := fmt.Sprintf("%d.%d", time.Now().Unix(), 90000+w.calls)
	w.play("ChannelCreated", "", map[string]string{"channel": w.channel(agent, "PJSIP/alice", "Down", "1001", "")})
	for i, c := range []string{w.channel(agent, "PJSIP/alice", "Up", "1001", ""), w.channel(id, "PJSIP/pstn", "Up", customer, "Queue")} {
		members := []string{`"` + agent + `"`, `"` + id + `"`}[:i+1]
		w.play("ChannelEnteredBridge", "", map[string]string{"channel": c, "bridge": fmt.Sprintf(
			`{"id":"bridge-%s","technology":"simple_bridge","bridge_type":"mixing","bridge_class":"basic","creator":"","name":"","channels":[%s],"creationtime":%q,"video_mode":"none"}`,
			id, strings.Join(members, ","), w.stamp())})
	}
}

// dials plays that alice dials a number by hand, and gives the trunk's channel.
func (w *world) dials(number string) (id string) {
	w.calls += 2
	agent := fmt.Sprintf("%d.%d", time.Now().Unix(), 90000+w.calls-1)
	id = fmt.Sprintf("%d.%d", time.Now().Unix(), 90000+w.calls)
	caller, peer := w.channel(agent, "PJSIP/alice", "Ring", "1001", "Dial"), w.channel(id, "PJSIP/pstn", "Down", number, "AppDial")
	w.play("ChannelCreated", "", map[string]string{"channel": caller})
	w.play("ChannelCreated", "", map[string]string{"channel": peer})
	w.play("Dial", fmt.Sprintf(`,"dialstatus":"","forward":"","dialstring":"%s@pstn"`, number), map[string]string{"caller": caller, "peer": peer})
	return id
}

func (w *world) play(kind, more string, parts map[string]string) {
	for name, part := range parts {
		more += fmt.Sprintf(",%q:%s", name, part)
	}
	require.NoError(w.t, w.asterisk.Emit(fmt.Sprintf(`{"type":%q,"timestamp":%q%s}`, kind, w.stamp(), more)))
}

func (w *world) channel(id, endpoint, state, number, app string) string {
	return fmt.Sprintf(`{"id":%q,"name":"%s-%08x","state":%q,"caller":{"name":"","number":%q},"connected":{"name":"","number":""},"dialplan":{"context":"from-pstn","exten":"+4685550000","priority":1,"app_name":%q,"app_data":""},"creationtime":%q,"language":"en"}`,
		id, endpoint, w.calls, state, number, app, w.stamp())
}

// stamp is the time by Asterisk's clock.
func (w *world) stamp() string { return time.Now().Add(w.skew).UTC().Format(ari.TimeLayout) }
