package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"callbackd/callback"
	"callbackd/internal/catchup"
)

// events are the counters of what is rare, which stand at 0 from the first scrape on
// for each PBX and account that is known: the first increase of a series that isn't
// there before it can't be alarmed on. Those of what happens all day (missed calls,
// attempts, tasks that end) begin with their first increase: they have too many
// combinations of labels, most of which never occur.
type events struct {
	helped, malformed, gaps, forgotten, leftOver, troubles, disagreements, refused *prometheus.CounterVec
}

func newEvents() events {
	return events{
		helped: callsHelped.counter(), malformed: eventsMalformed.counter(), gaps: gaps.counter(), forgotten: detectorForgotten.counter(),
		leftOver: leftOver.counter(),
		troubles: logTroubles.counter(), disagreements: witnessDisagreements.counter(), refused: requestsRefused.counter(),
	}
}

func (e events) all() []*prometheus.CounterVec {
	return []*prometheus.CounterVec{e.helped, e.malformed, e.gaps, e.forgotten, e.leftOver, e.troubles, e.disagreements, e.refused}
}

// helped are the reasons of tasks that became unnecessary.
var helped = []string{callback.CancelCustomerCalled, callback.CancelAgentCalled}

func (e events) beginPBX(pbx string) {
	for _, counter := range []*prometheus.CounterVec{e.malformed, e.gaps, e.forgotten, e.leftOver} {
		counter.WithLabelValues(pbx)
	}
}

func (e events) beginLogs(pbx string) {
	for _, kind := range catchup.Troubles {
		e.troubles.WithLabelValues(pbx, kind)
	}
	for _, kind := range catchup.Disagreements {
		e.disagreements.WithLabelValues(pbx, kind)
	}
}

func (e events) beginAccount(account string) {
	for _, reason := range helped {
		e.helped.WithLabelValues(account, reason)
	}
}

func (e events) beginRefusals(reasons []string) {
	for _, reason := range reasons {
		e.refused.WithLabelValues(reason)
	}
}

// Refused counts a request over HTTP that wasn't let in; reason is one of
// Options.Refusals.
func (m *Metrics) Refused(reason string) { m.events.refused.WithLabelValues(reason).Inc() }

// Came counts a caller in the menu when what came of that is known.
func (m *Metrics) Came(account string, menu callback.Menu, offered callback.Offered) {
	m.menu.WithLabelValues(account, string(menu), string(offered)).Inc()
}

// Malformed counts an event of pbx that could not be read.
func (m *Metrics) Malformed(pbx string) { m.events.malformed.WithLabelValues(pbx).Inc() }

// Gap counts a time in which events of pbx may have been missed, when it begins.
func (m *Metrics) Gap(pbx string) { m.events.gaps.WithLabelValues(pbx).Inc() }

// Forgot counts channels that the detector of pbx dropped without having seen their end.
func (m *Metrics) Forgot(pbx string, channels int) {
	m.events.forgotten.WithLabelValues(pbx).Add(float64(channels))
}

// LeftOver counts channels and bridges of pbx that belonged to no attempt and are removed.
func (m *Metrics) LeftOver(pbx string, n int) {
	m.events.leftOver.WithLabelValues(pbx).Add(float64(n))
}

// LogTrouble counts a reading of pbx's logs that met trouble; kind is one of
// catchup.Troubles.
func (m *Metrics) LogTrouble(pbx, kind string) { m.events.troubles.WithLabelValues(pbx, kind).Inc() }

// Disagreed counts a call that pbx's logs judge otherwise than the live verdict;
// kind is one of catchup.Disagreements.
func (m *Metrics) Disagreed(pbx, kind string) {
	m.events.disagreements.WithLabelValues(pbx, kind).Inc()
}
