package aritest

// modules are those of which the server does something; the rest of an Asterisk that
// works isn't simulated, and not listed.
var modules = []string{
	"app_amd.so", "app_dial.so", "app_exec.so", "app_queue.so", "app_stasis.so", "app_waitforsilence.so", "bridge_simple.so",
	"bridge_softmix.so", "chan_bridge_media.so", "chan_pjsip.so", "codec_alaw.so", "codec_ulaw.so", "format_wav.so",
	"func_callerid.so", "func_channel.so", "func_devstate.so", "func_dialplan.so", "func_pjsip_endpoint.so",
	"func_timeout.so", "pbx_config.so", "res_ari_applications.so", "res_ari_asterisk.so", "res_ari_bridges.so",
	"res_ari_channels.so", "res_ari_device_states.so", "res_ari_endpoints.so", "res_ari_events.so",
	"res_ari_playbacks.so", "res_ari_recordings.so", "res_http_media_cache.so", "res_stasis.so",
	"res_stasis_answer.so", "res_stasis_device_state.so", "res_stasis_playback.so", "res_stasis_recording.so",
	"res_stasis_snoop.so", "res_timing_timerfd.so",
}

// toneZone is the function that says and sets a channel's zone of indications.conf; the
// server has the zones se and us.
const toneZone = "CHANNEL(tonezone)"

// UnloadModule takes a module, such as app_queue.so, from the list of those that run.
// What it does goes on: that it doesn't is the test's to say, see SetFunctionFunc.
func (s *Server) UnloadModule(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.modules, name)
}

func (s *Server) listModules(*call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []object{}
	for _, name := range modules {
		if s.modules[name] {
			all = append(all, object{
				"name": name, "description": "", "use_count": 0, "status": "Running", "support_level": "core",
			})
		}
	}
	return ok(all)
}
