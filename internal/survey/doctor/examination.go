package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"callbackd/callback"
	"callbackd/internal/config"
)

// Options say what is examined.
type Options struct {
	Config *config.Config
	// AsteriskConfig is the folder of Asterisk's configuration, for whatever PBX has logs in
	// callbackd.yaml; "" is /etc/asterisk, for those whose Asterisk is on this machine.
	AsteriskConfig string
}

// Examine looks at everything but the files themselves, which `check` does, and gives what
// it found: Asterisk by Asterisk, then the machine, then the daemon. It takes as long as
// the slowest Asterisk, at most survey.Limit.
func Examine(ctx context.Context, o Options) []Finding {
	files, err := config.ReadRules(o.Config)
	e := &examination{config: o.Config, settings: o.AsteriskConfig, now: time.Now(), reader: whoReads(o.Config)}
	if err == nil { // or it is said by whoever checks the files
		e.files = files
	}
	e.examineOwnFiles(ctx)
	e.askAsterisk(ctx)
	for _, name := range slices.Sorted(maps.Keys(o.Config.Asterisk)) {
		if ctx.Err() != nil {
			break
		}
		pbx := o.Config.Asterisk[name]
		e.examineHost(ctx, pbx)
		if pbx.CatchUp != (config.CatchUp{}) { // else check warns
			e.examineSettings(pbx, e.examineLogs(ctx, pbx))
		}
	}
	if ctx.Err() == nil {
		e.sayWhoWasAsked()
		e.examineMachine()
		e.examinePrograms()
		e.askDaemon(ctx)
	}
	return e.sorted()
}

// examination is one being made.
type examination struct {
	config   *config.Config
	files    []config.RulesFile
	settings string // Options.AsteriskConfig
	now      time.Time
	reader   reader

	found []Finding
}

// accounts are those whose files can be used.
func (e *examination) accounts() (list []*callback.Account) {
	for _, f := range e.files {
		if f.Account != nil {
			list = append(list, f.Account)
		}
	}
	return list
}

// say notes something that isn't about an Asterisk.
func (e *examination) say(about string, level Level, hint, message string, args ...any) {
	e.found = append(e.found, Finding{About: about, Level: level, Hint: hint, Message: fmt.Sprintf(message, args...)})
}

// sayAbout notes something about an Asterisk that no line of callbackd's files is to blame for.
func (e *examination) sayAbout(pbx string, level Level, hint, message string, args ...any) {
	e.found = append(e.found, Finding{About: aboutAsterisk, PBX: pbx, Level: level, Hint: hint, Message: fmt.Sprintf(message, args...)})
}

// sayOf notes something about an Asterisk, for which a key of callbackd.yaml is to blame.
func (e *examination) sayOf(pbx, key string, level Level, hint, message string, args ...any) {
	p := config.Problem{
		Severity: config.Severity(level), File: e.config.File, Path: "asterisk." + pbx + "." + key,
		Message: fmt.Sprintf(message, args...), Hint: hint,
	}
	e.found = append(e.found, placed(aboutAsterisk, pbx, p.Placed()))
}

// sorted puts the files first, then the PBXs in order, and the rest behind them; within each
// what was found first is first.
func (e *examination) sorted() []Finding {
	pbxs := slices.Sorted(maps.Keys(e.config.Asterisk))
	place := func(f Finding) int {
		switch f.About {
		case Files:
			return -1
		case Machine:
			return len(pbxs)
		case Daemon:
			return len(pbxs) + 1
		}
		return slices.Index(pbxs, f.PBX)
	}
	slices.SortStableFunc(e.found, func(a, b Finding) int { return place(a) - place(b) })
	return e.found
}
