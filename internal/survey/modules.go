package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// module is a part of Asterisk that callbackd can't do without.
type module struct {
	names   []string             // any one of them
	lacking string               // what is wrong without it
	needed  func(w *wanted) bool // nil: always
	asks    bool                 // without it nothing more can be asked
	worse   bool                 // callbackd does without it, and worse: a warning
}

func queues(w *wanted) bool    { return len(w.queues) > 0 }
func agentLegs(w *wanted) bool { return w.needs.agentLegs() }
func phoneLegs(w *wanted) bool { return w.needs.phoneLegs }
func listening(w *wanted) bool { return w.needs.listening }
func leaving(w *wanted) bool   { return w.needs.leaving }
func recording(w *wanted) bool { return w.needs.recording }
func mixed(w *wanted) bool     { return w.needs.mixed }
func fetching(w *wanted) bool  { return w.needs.fetching }
func playing(w *wanted) bool   { return len(w.sounds) > 0 || w.needs.recording }

// modules, with what was seen on an Asterisk that ran without each.
var modules = []module{
	{names: []string{"res_ari_events.so"}, lacking: "callbackd can't connect", asks: true},
	{names: []string{"res_ari_applications.so"}, lacking: "callbackd can't subscribe to calls", asks: true},
	{names: []string{"res_ari_channels.so"}, lacking: "nobody can be called", asks: true},
	// ARI's channels and bridges decline to load without these.
	{names: []string{"res_stasis_playback.so"}, lacking: "ARI has neither channels nor bridges", asks: true},
	{names: []string{"res_stasis_recording.so"}, lacking: "ARI has neither channels nor bridges", asks: true},
	{names: []string{"res_stasis_answer.so"}, lacking: "ARI has no channels", asks: true},
	{names: []string{"res_stasis_snoop.so"}, lacking: "ARI has no channels", asks: true},
	{names: []string{"app_stasis.so"}, lacking: "a phone that answers is hung up on", asks: true},
	{names: []string{"res_ari_bridges.so"}, lacking: "agent and customer can't be joined"},
	{names: []string{"bridge_simple.so", "bridge_softmix.so"}, lacking: "agent and customer can't be joined"},
	{names: []string{"res_ari_playbacks.so"}, lacking: "the agent's ring tone can't be stopped"},
	{names: []string{"func_timeout.so"}, lacking: "a call goes on for ever if callbackd dies"},
	{names: []string{"func_callerid.so"}, lacking: "a number that is withheld can't be told from any other", worse: true},
	{names: []string{"app_queue.so"}, lacking: "there are no queues", needed: queues},
	{names: []string{"app_dial.so"}, lacking: "phones of agents and groups can't be rung", needed: phoneLegs},
	{names: []string{"pbx_config.so"}, lacking: "there is no callbackd.conf, through which agents are rung", needed: agentLegs},
	{names: []string{"func_dialplan.so"}, lacking: "callbackd can't tell whether agents can be rung, and rings none", needed: agentLegs},
	{names: []string{"func_devstate.so"}, lacking: "callbackd can't tell which phones are free, and rings none", needed: agentLegs},
	{names: []string{"res_stasis_device_state.so"}, lacking: "it is noticed late that a phone is free again", needed: agentLegs, worse: true},
	{names: []string{"app_amd.so"}, lacking: "no machine is told from a person: whoever answers is connected", needed: listening},
	{names: []string{"app_exec.so"}, lacking: "callbackd.conf can't listen for a machine, and hangs up", needed: listening},
	{names: []string{"app_waitforsilence.so"}, lacking: "messages are left while the machine still speaks", needed: leaving},
	{names: []string{"format_wav.so"}, lacking: "prompts can't be played and nothing can be recorded", needed: playing},
	{names: []string{"res_http_media_cache.so"}, lacking: "no sound of callbackd's can be fetched", needed: fetching},
	{names: []string{"res_ari_recordings.so"}, lacking: "nothing can be recorded", needed: recording},
	{names: []string{"chan_bridge_media.so"}, lacking: "nothing can be recorded", needed: mixed},
	{names: []string{"bridge_softmix.so"}, lacking: "a recorded callback is cut off when it is joined", needed: mixed},
	{
		// Asterisk's clock, which bridge_softmix and snoops need.
		names:   []string{"res_timing_timerfd.so", "res_timing_kqueue.so", "res_timing_pthread.so", "res_timing_dahdi.so"},
		lacking: "a recorded callback is cut off when it is joined", needed: recording,
	},
}

// askModules says whether anything more can be asked.
func (v *visit) askModules(ctx context.Context) (more bool, err error) {
	list, err := v.client.Modules(ctx)
	if err != nil {
		return false, err
	}
	v.modules = map[string]bool{}
	for _, m := range list {
		v.modules[m.Name] = m.Status == "Running"
	}
	more = true
	for _, m := range modules {
		if slices.ContainsFunc(m.names, func(name string) bool { return v.modules[name] }) || m.needed != nil && !m.needed(v.wanted) {
			continue
		}
		more = more && !m.asks
		severity := Error
		if m.worse {
			severity = Warning
		}
		v.found(Finding{
			Severity: severity,
			Message:  fmt.Sprintf("Asterisk %s doesn't run module %s: %s", v.pbx.Name, strings.Join(m.names, " or "), m.lacking),
			Hint: fmt.Sprintf("load it in modules.conf; if it declines to, `asterisk -rx \"module load %s\"` and Asterisk's log say why",
				m.names[0]),
		})
	}
	if !more {
		v.found(Finding{Severity: Note, Message: "Asterisk " + v.pbx.Name + " can't be asked for anything else before these modules run"})
	}
	return more, nil
}

// runs reports whether any module runs whose name begins so.
func (v *visit) runs(beginning string) bool {
	for name, running := range v.modules {
		if running && strings.HasPrefix(name, beginning) {
			return true
		}
	}
	return false
}

// converts reports whether Asterisk can make an audio format of a prompt, and the other
// way round. Signed linear is what it converts through.
func (v *visit) converts(format string) (module string, ok bool) {
	if strings.HasPrefix(format, "slin") {
		return "", true
	}
	module = "codec_" + format
	switch { // one module for several rates or ways of packing
	case strings.HasPrefix(format, "speex"):
		module = "codec_speex"
	case strings.HasPrefix(format, "silk"):
		module = "codec_silk"
	case strings.HasPrefix(format, "g726"):
		module = "codec_g726"
	}
	return module, v.runs(module) // codec_g729a.so, codec_opus_open_source.so
}

// formatsIn reads what PJSIP_ENDPOINT(x,allow) says: "(ulaw|alaw)".
func formatsIn(allow string) []string {
	return strings.Split(strings.Trim(allow, "()"), "|")
}

// common reports whether two lists of formats have one in common.
func common(a, b []string) bool {
	return slices.ContainsFunc(a, func(format string) bool { return slices.Contains(b, format) })
}
