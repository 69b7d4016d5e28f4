package page

import (
	"callbackd/internal/httpapi"
)

// chart is the day hour by hour, as a drawing and as a table. Its lengths are in the units
// of the drawing, whose size the style decides.
type chart struct {
	Width, Height, Base int
	Lines               []chartLine
	Hours               []chartHour
	Empty               bool
}

// chartLine is a line across, with how many it stands for.
type chartLine struct {
	Y     int
	Label string
}

// chartHour is an hour, its bars and its row of the table.
type chartHour struct {
	X            int
	Label        string // below the bars, "" for most
	Begins       string
	Missed, Done bar
	Lost         bar // given up, on top of what was done
	Counts       httpapi.SummaryCounts
	Helped       int // called back, and helped otherwise
	Now          bool
}

// bar is one bar of the drawing.
type bar struct{ X, Y, Width, Height int }

const (
	chartHeight = 120 // of the bars
	chartTop    = 12
	chartLeft   = 28
	hourWidth   = 26
	barWidth    = 9
	labelEvery  = 3
)

func (v *visit) chart(s httpapi.Summary) chart {
	c := chart{Width: chartLeft + hourWidth*len(s.Hours), Height: chartTop + chartHeight + 22, Base: chartTop + chartHeight, Empty: true}
	most := 0
	for _, h := range s.Hours {
		most = max(most, h.Missed, h.CalledBack+h.Helped+h.GivenUp)
	}
	scale := roundScale(most)
	height := func(n int) int { return n * chartHeight / scale }
	for _, n := range []int{scale / 2, scale} {
		if n > 0 {
			c.Lines = append(c.Lines, chartLine{Y: c.Base - height(n), Label: count(n)})
		}
	}
	for i, h := range s.Hours {
		begins := v.at(s.Account, h.Begins)
		x := chartLeft + i*hourWidth
		hour := chartHour{
			X: x + barWidth, Begins: begins.Format("15:04"), Counts: h.SummaryCounts, Helped: h.CalledBack + h.Helped,
			Now: !v.now.Before(h.Begins) && (i+1 == len(s.Hours) || v.now.Before(s.Hours[i+1].Begins)),
		}
		if i%labelEvery == 0 {
			hour.Label = begins.Format("15")
		}
		missed, done, lost := height(h.Missed), height(hour.Helped), height(h.GivenUp)
		hour.Missed = bar{x + 3, c.Base - missed, barWidth, missed}
		hour.Done = bar{x + 3 + barWidth + 1, c.Base - done, barWidth, done}
		hour.Lost = bar{x + 3 + barWidth + 1, c.Base - done - lost, barWidth, lost}
		c.Empty = c.Empty && h.SummaryCounts == (httpapi.SummaryCounts{})
		c.Hours = append(c.Hours, hour)
	}
	return c
}

// roundScale is the number at the top of a chart: even, round, and at least most.
func roundScale(most int) int {
	for unit := 1; ; unit *= 10 {
		for _, n := range []int{2, 4, 6, 10} {
			if n*unit >= most {
				return n * unit
			}
		}
	}
}
