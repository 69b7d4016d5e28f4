package hours

import (
	_ "embed"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

//go:embed testdata/iana_zones.txt
var ianaZones string

func ianaNames() []string {
	var names []string
	for line := range strings.Lines(ianaZones) {
		if !strings.HasPrefix(line, "#") {
			names = append(names, strings.TrimSpace(line))
		}
	}
	return names
}

// clocksOf2025 are the wall clocks of all zones. Zones that show the same all
// year share one.
var clocksOf2025 = sync.OnceValue(func() map[*time.Location]wallYear {
	clocks, seen := map[*time.Location]wallYear{}, map[string]bool{}
	for _, name := range ianaNames() {
		loc, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		shown := fmt.Sprint(offsets(loc, 2025))
		if !seen[shown] {
			seen[shown] = true
			clocks[loc] = readWall(loc, 2025)
		}
	}
	return clocks
})

// offsets lists since when, in a year, a zone has been how far from UTC.
func offsets(loc *time.Location, year int) (list [][2]int64) {
	end := time.Date(year+1, time.January, 4, 0, 0, 0, 0, loc)
	for at := time.Date(year-1, time.December, 28, 0, 0, 0, 0, loc); at.Before(end); {
		_, offset := at.Zone()
		if len(list) == 0 {
			list = append(list, [2]int64{0, int64(offset)})
		} else if list[len(list)-1][1] != int64(offset) {
			list = append(list, [2]int64{at.Unix(), int64(offset)})
		}
		_, next := at.ZoneBounds()
		if next.IsZero() {
			break
		}
		at = later(next, at.Add(time.Hour))
	}
	return list
}

// scheduleSamples are schedules whose hours begin, end and lie where clocks change.
func scheduleSamples() []*wallHours {
	random := rand.New(rand.NewPCG(4, 2025))
	mixed := &Schedule{Name: "mixed", Except: map[Date][]Window{}}
	for day := range mixed.Weekly {
		for range random.IntN(4) {
			from := random.IntN(96)
			mixed.Weekly[day] = append(mixed.Weekly[day], Window{from * 15, (from + 1 + random.IntN(192-from)) * 15})
		}
	}
	for range 40 {
		date := time.Date(2025, time.January, 1+random.IntN(365), 0, 0, 0, 0, time.UTC)
		from := random.IntN(96)
		mixed.Except[Date{date.Year(), date.Month(), date.Day()}] = [][]Window{nil, {{from * 15, from*15 + 30}}, {{from * 15, 48 * 60}}}[random.IntN(3)]
	}
	var list []*wallHours
	for _, s := range []*Schedule{
		officeHours(),
		nightShifts(),
		mixed,
		everyDay(hoursFrom(0, 24)),
		everyDay([]Window{{15, 75}, {105, 150}, {165, 225}, {23 * 60, 24*60 + 15}}),
		everyDay(hoursFrom(12, 17.5)), // in common by season
		withDate(everyDay(hoursFrom(9, 12.5)), Date{2025, time.July, 1}, hoursFrom(20, 48)),
		withDate(&Schedule{Name: "a date alone"}, Date{2025, time.October, 26}, hoursFrom(1, 36)),
		everyDay(append(append(hoursFrom(22, 24.5), hoursFrom(2, 3)...), hoursFrom(1, 2)...)),
	} {
		list = append(list, &wallHours{s, map[int]*[96]bool{}})
	}
	return list
}

// sampled takes every third schedule for the z-th zone where time is short.
func sampled(schedules []*wallHours, z int) (some []*wallHours) {
	for i, s := range schedules {
		if !raced || (z+i)%3 == 0 {
			some = append(some, s)
		}
	}
	return some
}

func byName(a, b *time.Location) int { return strings.Compare(a.String(), b.String()) }

// In every zone, all through a year, Open and Opening say what the wall clock
// says.
func TestAllZonesForAYear(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	schedules := scheduleSamples()
	clocks := clocksOf2025()
	for z, loc := range slices.SortedFunc(maps.Keys(clocks), byName) {
		year := clocks[loc]
		for _, s := range sampled(schedules, z) {
			open := year.open(s)
			checkOpenings(t, s.Schedule, Zones{loc}, year.begin, open)
			checkOpen(t, s.Schedule, Zones{loc}, year, open, random)
		}
	}
}

// Years in which a zone did something that no rule says.
func TestZonesInStrangeYears(t *testing.T) {
	t.Parallel()
	random, schedules := rand.New(rand.NewPCG(2, 2)), scheduleSamples()
	for z, strange := range []struct {
		zone string
		year int
	}{
		{"Pacific/Apia", 2011},         // no 30 December
		{"Pacific/Kwajalein", 1993},    // no 21 August
		{"Pacific/Kiritimati", 1994},   // no 31 December
		{"Asia/Manila", 1990},          // summer time from 21 May
		{"America/Caracas", 2007},      // half an hour back, for good
		{"America/Caracas", 2016},      // and forth again
		{"Asia/Pyongyang", 2018},       // half an hour forth, just before midnight
		{"Europe/Volgograd", 2020},     // moved to another zone
		{"Africa/Cairo", 2014},         // summer time twice, with a break for Ramadan
		{"Africa/Casablanca", 2013},    // likewise
		{"Asia/Gaza", 2024},            // winter time for Ramadan
		{"Antarctica/Casey", 2018},     // three hours in one night
		{"Antarctica/Troll", 2024},     // summer time of two hours
		{"America/Scoresbysund", 2024}, // moved to another zone on the day of the change
		{"Asia/Amman", 2022},
		{"Europe/Istanbul", 2015},
	} {
		loc := zoneNamed(t, strange.zone)
		year := readWall(loc, strange.year)
		for _, s := range sampled(schedules, z) {
			open := year.open(s)
			checkOpenings(t, s.Schedule, Zones{loc}, year.begin, open)
			checkOpen(t, s.Schedule, Zones{loc}, year, open, random)
		}
	}
}

// What is open in several zones is what is open in each of them.
func TestSeveralZonesForAYear(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	clocks, schedules := clocksOf2025(), scheduleSamples()
	names := slices.SortedFunc(maps.Keys(clocks), byName)
	rounds := 200
	if raced {
		rounds /= 3
	}
	for range rounds {
		s := schedules[random.IntN(len(schedules))]
		var zones Zones
		var begin time.Time
		var open []bool
		for range 2 + random.IntN(3) {
			loc := names[random.IntN(len(names))]
			year := clocks[loc]
			zones, begin = append(zones, loc), year.begin
			mine := year.open(s)
			if open == nil {
				open = mine
			}
			for i := range open {
				open[i] = open[i] && mine[i]
			}
		}
		checkOpenings(t, s.Schedule, zones, begin, open)
	}
}

// checkOpenings goes from opening to opening, and on the way asks from a moment
// within each closed and each open stretch.
func checkOpenings(t *testing.T, s *Schedule, zones Zones, begin time.Time, open []bool) {
	t.Helper()
	when := func(i int) time.Time { return begin.Add(time.Duration(i) * quarter) }
	end := when(len(open))
	for i := 0; i < len(open); {
		first := i
		for first < len(open) && !open[first] {
			first++
		}
		last := first
		for last < len(open) && open[last] {
			last++
		}
		for _, from := range []time.Time{when(i), when((i + first) / 2), when(first), when((first + last) / 2)} {
			opens, closes, ok := s.Opening(from, zones)
			switch {
			case first == len(open):
				if ok && opens.Before(end) {
					t.Fatalf("%s in %s from %s: opens %s, but it doesn't", s.Name, zones, from, opens)
				}
				continue
			case !ok, !opens.Equal(later(from, when(first))):
				t.Fatalf("%s in %s from %s: opens %s (%v), want %s", s.Name, zones, from, opens, ok, when(first))
			case last == len(open) && (closes.IsZero() || !closes.Before(end)):
			case !closes.Equal(when(last)):
				t.Fatalf("%s in %s from %s: closes %s, want %s", s.Name, zones, from, closes, when(last))
			}
		}
		i = last
	}
}

// checkOpen asks at every quarter near a change of the clock, and now and then
// else, at any second of it.
func checkOpen(t *testing.T, s *Schedule, zones Zones, year wallYear, open []bool, random *rand.Rand) {
	t.Helper()
	check := func(i int) {
		at := year.begin.Add(time.Duration(i)*quarter + time.Duration(random.Int64N(int64(quarter))))
		if s.Open(at, zones) != open[i] {
			t.Fatalf("%s in %s: open at %s is %v", s.Name, zones, at, !open[i])
		}
	}
	for i := 0; i < len(open); i += 1 + random.IntN(96) {
		check(i)
	}
	for _, change := range year.changes() {
		for i := max(change-96, 0); i < min(change+96, len(open)); i++ {
			check(i)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
