//go:build race

package hours

// raced: the race detector makes each step take ten times as long. What goes
// through all zones and years then takes a part of the schedules for each zone;
// no zone is left out.
const raced = true
