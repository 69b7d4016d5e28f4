package pbx

import "time"

// Condition is how an exchange does, for people who look at it. What is to be done about
// it Ready says.
type Condition struct {
	Since   time.Time     // since when it is ready, or isn't
	Version string        // Asterisk's, of the last connection; "" before the first
	Heard   time.Time     // when a heartbeat came back last; zero if none did
	Lag     time.Duration // how long the newest took; 0 while there is no connection
	Gaps    int           // since the start: times in which events may have been missed
	LastGap time.Time     // when the last of them began
}

// Condition tells how the exchange does. It doesn't block.
func (x *Exchange) Condition() Condition {
	c := Condition{Heard: x.client.LastHeartbeat()}
	if x.client.Live() {
		c.Lag = x.client.Lag()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	c.Since, c.Version, c.Gaps, c.LastGap = x.since, x.version, x.gaps, x.lastGap
	if x.ready {
		c.Since = x.readySince
	}
	return c
}
