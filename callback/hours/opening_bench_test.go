package hours

import (
	"testing"
	"time"
)

func BenchmarkOpening(b *testing.B) {
	now := time.Date(2026, 11, 20, 19, 0, 0, 0, time.UTC)
	for _, bench := range []struct {
		name   string
		number string
	}{
		{"one zone", "+46701234567"},
		{"two zones", "+34612345678"},
		{"seven zones", "+61412345678"},
		{"never", "+79123456789"},
	} {
		zones, schedule := ZonesOf(bench.number), officeHours()
		b.Run(bench.name+"/Open", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schedule.Open(now, zones)
			}
		})
		b.Run(bench.name+"/Opening", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schedule.Opening(now, zones)
			}
		})
		b.Run(bench.name+"/EverOpens", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schedule.EverOpens(zones)
			}
		})
		b.Run(bench.name+"/DaysLater", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schedule.DaysLater(now, 3, zones)
			}
		})
	}
}
