package app

import (
	"context"
	"os"
	"syscall"

	"callbackd/internal/alarms"
	"callbackd/internal/httpapi"
	"callbackd/internal/survey/doctor"
)

// system tells what the daemon stands on. It doesn't block.
func (d *daemon) system() httpapi.System {
	s := httpapi.System{Version: d.options.Version, Started: d.started.UTC(), Database: database(d.store.Path()), PBXs: []httpapi.SystemPBX{}, Accounts: []httpapi.SystemAccount{}}
	for _, p := range d.standing() {
		s.PBXs = append(s.PBXs, d.systemPBX(p))
	}
	for _, f := range (rulesFiles{d.reloader}).Files() {
		faults := httpapi.Faulty(f.Problems)
		s.Accounts = append(s.Accounts, httpapi.SystemAccount{
			Account: f.Account, File: f.File, State: f.State, Errors: faults, Warnings: len(f.Problems) - faults, Since: f.Since.UTC(),
		})
	}
	return s
}

func (d *daemon) systemPBX(p httpapi.PBX) httpapi.SystemPBX {
	c := d.pbxs[p.Name].Condition()
	about := d.cfg.Asterisk[p.Name]
	s := httpapi.SystemPBX{
		PBX: p, URL: about.URL, Since: c.Since.UTC(), Version: c.Version, Lag: c.Lag.Seconds(), Heard: c.Heard.UTC(),
		Channels: d.pbxs[p.Name].Channels(), Gaps: c.Gaps, LastGap: c.LastGap.UTC(),
	}
	if r := d.readers[p.Name]; r != nil {
		s.Logs = &httpapi.SystemLog{CDR: about.CatchUp.CDR, QueueLog: about.CatchUp.QueueLog, Until: r.Judged().UTC()}
		if err := r.Trouble(); err != nil {
			s.Logs.Trouble = err.Error()
		}
	}
	return s
}

// database measures the database and its disk. What can't be measured is 0.
func database(path string) httpapi.SystemDatabase {
	document := httpapi.SystemDatabase{Path: path, Size: size(path), WAL: size(path + "-wal")}
	var disk syscall.Statfs_t
	if syscall.Statfs(path, &disk) == nil {
		document.DiskFree, document.DiskSize = int64(disk.Bavail)*disk.Bsize, int64(disk.Blocks)*disk.Bsize
	}
	return document
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// examine has the doctor look at everything.
func (d *daemon) examine(ctx context.Context) []httpapi.Finding {
	found := doctor.Examine(ctx, doctor.Options{Config: d.cfg})
	list := make([]httpapi.Finding, len(found))
	for i, f := range found {
		list[i] = httpapi.Finding{
			About: f.About, PBX: f.PBX, Level: string(f.Level), Message: f.Message, Hint: f.Hint, File: f.File, Line: f.Line, Path: f.Path,
		}
	}
	return list
}

// alarmList is what the log has said that wants a person.
func alarmList(book *alarms.Book) httpapi.AlarmList {
	since, all := book.List()
	list := httpapi.AlarmList{Since: since.UTC(), Alarms: make([]httpapi.Alarm, len(all))}
	for i, a := range all {
		advice := alarms.AdviceOn(a.Name)
		list.Alarms[i] = httpapi.Alarm{
			Name: a.Name, Account: a.Account, About: a.About, Message: a.Message, Means: advice.Means, Act: advice.Act, TaskID: a.TaskID,
			Count: a.Count, First: a.First.UTC(), Last: a.Last.UTC(), Over: a.Over.UTC(),
		}
	}
	return list
}
