package metrics

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/reload"
	"callbackd/storage"
)

// Options is what states are read from, all of it for each scrape. What happens
// is told by the methods of Metrics: Observe and Decided of what was committed,
// those of events.go of what a PBX and its logs do.
type Options struct {
	Version string
	// Rules are the rules files, Loads how often each kind of reading happened.
	Rules func() []reload.Status
	Loads func() map[reload.Load]uint64
	// Tasks counts the open tasks.
	Tasks func(ctx context.Context, now time.Time) ([]storage.TaskCount, error)
	// PBXs says of each PBX of callbackd.yaml whether its calls are seen and can be
	// made, Channels how many channels its detector remembers, Logs whether the
	// last reading of its logs went well; a PBX without catch_up isn't in Logs. None
	// of them may block.
	PBXs     func() map[string]bool
	Channels func() map[string]int
	Logs     func() map[string]bool
	Refusals []string // why requests over HTTP may not be let in
	Log      zerolog.Logger
}

// Metrics is what one daemon tells.
type Metrics struct {
	o        Options
	registry *prometheus.Registry
	tasks    *prometheus.CounterVec
	attempts *prometheus.CounterVec
	missed   *prometheus.CounterVec
	menu     *prometheus.CounterVec
	events   events
}

// scrapeLimit bounds how long a scrape waits for the database.
const scrapeLimit = 5 * time.Second

// New makes the metrics of a daemon. Go's own and those of the process are
// among them.
func New(o Options) *Metrics {
	m := &Metrics{
		o: o, registry: prometheus.NewRegistry(),
		tasks: tasksEnded.counter(), attempts: attemptsEnded.counter(), missed: missedCalls.counter(), menu: menuCallers.counter(), events: newEvents(),
	}
	m.events.beginRefusals(o.Refusals)
	m.registry.MustRegister(m.tasks, m.attempts, m.missed, m.menu, state{m},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics. What can't be read is left out and logged; the
// rest is served all the same.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: complaints{m.o.Log}, ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4, Timeout: 2 * scrapeLimit,
	})
}

// complaints logs what went wrong in a scrape.
type complaints struct{ log zerolog.Logger }

func (c complaints) Println(what ...any) {
	c.log.Error().Any("what", what).Msg("metrics are incomplete")
}

// Observe counts what was committed.
func (m *Metrics) Observe(changes []callback.Change) {
	for _, c := range changes {
		switch {
		case c.AttemptID == 0:
			if s := callback.TaskState(c.To); !s.Open() && c.From != c.To {
				m.tasks.WithLabelValues(c.Account, c.To).Inc()
				if slices.Contains(helped, c.Reason) {
					m.events.helped.WithLabelValues(c.Account, c.Reason).Inc()
				}
			}
		case c.To == string(callback.AttemptEnded) && c.From != string(callback.AttemptScheduled):
			result := c.Reason
			if !slices.Contains(callback.Results, callback.Result(result)) {
				result = "other"
			}
			m.attempts.WithLabelValues(c.Account, result).Inc()
		}
	}
}

// Decided counts a missed call, after its commit.
func (m *Metrics) Decided(c callback.MissedCall) {
	m.missed.WithLabelValues(c.Account, string(c.Decision), string(c.Reason)).Inc()
}

// state is what is read at each scrape, and the counters that are there from the
// first one on.
type state struct{ *Metrics }

// Describe implements prometheus.Collector.
func (s state) Describe(descriptions chan<- *prometheus.Desc) {
	for _, f := range []family{buildInfo, pbxReady, detectorChannels, logsReadable, rulesSince, rulesCurrent, rulesProblems, rulesLoads, openTasks, dueTasks} {
		descriptions <- f.desc()
	}
	for _, counter := range s.events.all() {
		counter.Describe(descriptions)
	}
}

// Collect implements prometheus.Collector.
func (s state) Collect(metrics chan<- prometheus.Metric) {
	out := sink{metrics}
	out.gauge(buildInfo, 1, s.o.Version, runtime.Version())
	s.pbxs(out)
	s.rules(out)
	s.openTasks(out)
	for _, counter := range s.events.all() {
		counter.Collect(metrics)
	}
}

func (s state) pbxs(out sink) {
	for name, ready := range s.o.PBXs() {
		out.gauge(pbxReady, truth(ready), name)
		s.events.beginPBX(name)
	}
	for name, channels := range s.o.Channels() {
		out.gauge(detectorChannels, float64(channels), name)
	}
	for name, readable := range s.o.Logs() {
		out.gauge(logsReadable, truth(readable), name)
		s.events.beginLogs(name)
	}
}

func (s state) rules(out sink) {
	current := map[string]bool{}
	for _, file := range s.o.Rules() {
		if file.Account != "" {
			current[file.Account] = current[file.Account] || file.State == reload.StateInForce
		}
		if file.State != reload.StateNotInForce {
			s.events.beginAccount(file.Account)
		}
		if !file.Since.IsZero() {
			out.gauge(rulesSince, float64(file.Since.UnixMilli())/1000, file.Account)
		}
		count := map[string]int{"error": 0, "warning": 0}
		for _, p := range file.Problems {
			count[string(p.Severity)]++
		}
		for severity, n := range count {
			out.gauge(rulesProblems, float64(n), file.Account, file.File, severity)
		}
	}
	for account, is := range current {
		out.gauge(rulesCurrent, truth(is), account)
	}
	for load, n := range s.o.Loads() {
		out.send(rulesLoads, prometheus.CounterValue, float64(n), load.Account, load.Result)
	}
}

// openTasks counts for each account that has rules or tasks, zeros too: a series
// that comes and goes can't be alarmed on.
func (s state) openTasks(out sink) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeLimit)
	defer cancel()
	counts, err := s.o.Tasks(ctx, time.Now())
	if err != nil {
		out.metrics <- prometheus.NewInvalidMetric(openTasks.desc(), err)
		return
	}
	type key struct {
		account string
		state   callback.TaskState
	}
	open, due := map[key]int{}, map[string]int{}
	add := func(account string) {
		if _, known := due[account]; known {
			return
		}
		due[account] = 0
		for _, state := range callback.TaskStates {
			if state.Open() {
				open[key{account, state}] = 0
			}
		}
	}
	for _, file := range s.o.Rules() {
		if file.State != reload.StateNotInForce {
			add(file.Account)
		}
	}
	for _, c := range counts {
		add(c.Account)
		open[key{c.Account, c.State}] = c.Tasks
		due[c.Account] += c.Due
	}
	for k, n := range open {
		out.gauge(openTasks, float64(n), k.account, string(k.state))
	}
	for account, n := range due {
		out.gauge(dueTasks, float64(n), account)
	}
}

// sink takes metrics of one scrape.
type sink struct{ metrics chan<- prometheus.Metric }

func (s sink) gauge(f family, value float64, labels ...string) {
	s.send(f, prometheus.GaugeValue, value, labels...)
}

func (s sink) send(f family, kind prometheus.ValueType, value float64, labels ...string) {
	s.metrics <- prometheus.MustNewConstMetric(f.desc(), kind, value, labels...)
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
