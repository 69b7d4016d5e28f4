package page

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// systemView is what callbackd stands on.
type systemView struct {
	PBXs    []pbxView
	Facts   []fact
	Used    int // of the disk, in percent
	High    int // of which so much is nearly full
	Disk    string
	Tight   bool // the disk is nearly full
	Alarms  []alarmView
	Since   moment // from when on alarms are known
	Examine bool   // the person may have everything looked at
	Doctor  doctorView
}

// pbxView is one Asterisk.
type pbxView struct {
	ID, Name, URL, Version string
	Ready                  bool
	Reason                 string
	Since                  moment
	For                    string
	Lag                    string
	Heard                  moment
	Channels, Gaps         int
	LastGap                moment
	Logs                   *logsView
}

// logsView is how the logs of an Asterisk are read.
type logsView struct {
	Files   []string
	Until   moment
	Trouble string
}

// doctorView is what was found when everything was looked at last.
type doctorView struct {
	Made   moment // zero: nobody has asked
	Age    string
	Sum    string
	Groups []findingGroup
}

// findingGroup is what was found about one thing.
type findingGroup struct {
	Title    string
	Findings []httpapi.Finding
}

func showSystem(v *visit) error {
	now, err := v.client.System(v.ctx())
	if err != nil {
		return err
	}
	examined, err := v.client.Examination(v.ctx())
	if err != nil {
		return err
	}
	view := systemView{Examine: v.may("examine-system"), Doctor: v.doctorView(examined)}
	for _, x := range now.PBXs {
		view.PBXs = append(view.PBXs, v.pbxView(x))
	}
	view.facts(v, now)
	if view.Alarms, err = v.alarms(); err != nil {
		return err
	}
	view.Since = v.at("", now.Started)
	if yesterday := v.now.Add(-24 * time.Hour); now.Started.Before(yesterday) {
		view.Since = v.at("", yesterday)
	}
	return v.render(http.StatusOK, "system", "System", view)
}

func examineSystem(v *visit) error {
	v.reads = v.here("/system", nil)
	if _, err := v.client.Examine(v.ctx()); err != nil {
		return err
	}
	return v.sees("/system", "examined")
}

// nearlyFull is how full a disk is, in percent, that wants a person.
const nearlyFull = 90

func (s *systemView) facts(v *visit, now httpapi.System) {
	db := now.Database
	s.Facts = []fact{
		{Label: "Version", Words: now.Version},
		{Label: "Started", When: v.at("", now.Started), Words: wording.Span(v.now.Sub(now.Started).Truncate(time.Minute)) + " ago"},
		{Label: "Database", Words: db.Path},
		{Label: "Its size", Words: size(db.Size) + ", and " + size(db.WAL) + " not yet taken over from its write-ahead log"},
		{Label: "Pages that follow live", Words: strconv.Itoa(now.Events.Subscribers)},
	}
	if db.DiskSize > 0 {
		s.Used = int(100 * (db.DiskSize - db.DiskFree) / db.DiskSize)
		s.High, s.Tight = nearlyFull, s.Used >= nearlyFull
		s.Disk = fmt.Sprintf("%s of %s free", size(db.DiskFree), size(db.DiskSize))
	}
}

func (v *visit) pbxView(x httpapi.SystemPBX) pbxView {
	view := pbxView{
		ID: "pbx-" + mark(x.Name), Name: x.Name, URL: x.URL, Version: x.Version, Ready: x.Ready, Reason: x.Reason,
		Since: v.at("", x.Since), Heard: v.at("", x.Heard), Channels: x.Channels, Gaps: x.Gaps, LastGap: v.at("", x.LastGap),
	}
	if !x.Since.IsZero() {
		view.For = wording.Span(v.now.Sub(x.Since))
	}
	if x.Lag > 0 {
		view.Lag = fmt.Sprintf("%.1f ms", 1000*x.Lag)
	}
	if l := x.Logs; l != nil {
		view.Logs = &logsView{Until: v.at("", l.Until), Trouble: l.Trouble}
		for _, file := range []string{l.QueueLog, l.CDR} {
			if file != "" {
				view.Logs.Files = append(view.Logs.Files, file)
			}
		}
	}
	return view
}

func (v *visit) doctorView(e httpapi.Examination) doctorView {
	if e.Made.IsZero() {
		return doctorView{}
	}
	view := doctorView{Made: v.at("", e.Made), Age: wording.Span(v.now.Sub(e.Made)), Sum: wording.Counted(e.Errors, "error") + ", " + wording.Counted(e.Warnings, "warning")}
	for _, f := range e.Findings {
		title := wording.FindingTitle(f.About, f.PBX)
		if n := len(view.Groups); n == 0 || view.Groups[n-1].Title != title {
			view.Groups = append(view.Groups, findingGroup{Title: title})
		}
		group := &view.Groups[len(view.Groups)-1]
		group.Findings = append(group.Findings, f)
	}
	return view
}

// size writes a number of bytes.
func size(n int64) string {
	units := []string{"kB", "MB", "GB", "TB"}
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " bytes"
	}
	value, unit := float64(n)/1000, 0
	for value >= 1000 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	return strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0") + " " + units[unit]
}
