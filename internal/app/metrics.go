package app

import (
	"callbackd/internal/httpapi"
	"callbackd/internal/metrics"
)

// newMetrics makes what the daemon tells Prometheus.
func (d *daemon) newMetrics() *metrics.Metrics {
	m := metrics.New(metrics.Options{
		Version: d.options.Version, Rules: d.reloader.Status, Loads: d.reloader.Loads, Tasks: d.store.CountTasks, Log: d.log,
		Refusals: refusalReasons(),
		PBXs: func() map[string]bool {
			ready := map[string]bool{}
			for _, p := range d.standing() {
				ready[p.Name] = p.Ready
			}
			return ready
		},
		Channels: func() map[string]int {
			channels := map[string]int{}
			for name, x := range d.pbxs {
				channels[name] = x.Channels()
			}
			return channels
		},
		Logs: func() map[string]bool {
			readable := map[string]bool{}
			for name, r := range d.readers {
				readable[name] = r.Trouble() == nil
			}
			return readable
		},
	})
	d.store.Observe(m.Observe)
	return m
}

func refusalReasons() (reasons []string) {
	for _, why := range httpapi.RefusalReasons {
		reasons = append(reasons, string(why))
	}
	return reasons
}
