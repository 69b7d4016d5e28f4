package reload

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"callbackd/internal/config"
)

// changesSaid bounds the changes in one line of the log.
const changesSaid = 20

// say tells the log what a reading came to: what is in force now, and what is
// wrong, once for each content.
func (r *Reloader) say(found reading) {
	if found.enforced {
		for _, name := range slices.Sorted(maps.Keys(found.candidates)) {
			r.sayLoaded(found.candidates[name])
		}
	}
	r.sayOnce(storingKey, r.storing, func(err error) {
		r.o.Log.Error().Str("alarm", "rules_not_stored").Err(err).Strs("accounts", slices.Sorted(maps.Keys(found.candidates))).
			Msg("rules files that are good could not be stored, so they aren't in force; trying again")
	})
	rousing := found.failure
	if r.storing != nil {
		rousing = nil
	}
	r.sayOnce(rousingKey, rousing, func(err error) {
		r.o.Log.Error().Err(err).Msg("the rules are in force, but tasks that wait may wait longer than they have to; trying again")
	})
	r.sayOnce(listingKey, found.listing, func(err error) {
		r.o.Log.Error().Err(err).Str("alarm", "rules_unreadable").Msg("the rules files can't be read; what is in force stays in force")
	})
	for _, path := range slices.Sorted(maps.Keys(found.believed)) {
		r.sayProblems(path)
	}
	for path := range r.said {
		if _, known := r.files[path]; !known && !slices.Contains([]string{listingKey, storingKey, rousingKey}, path) {
			delete(r.said, path)
		}
	}
	for _, name := range found.missing {
		r.sayMissing(name)
	}
	for _, name := range found.back {
		r.o.Log.Info().Str("account", name).Str("file", r.force[name].file.Path).Msg("the account has its rules file again")
	}
}

// What the log says that isn't about one file.
const (
	storingKey = "\x00storing"
	rousingKey = "\x00rousing"
)

// sayOnce says err unless that was the last that was said about it.
func (r *Reloader) sayOnce(about string, err error, say func(error)) {
	if err == nil {
		delete(r.said, about)
		return
	}
	if r.said[about] != err.Error() {
		r.said[about] = err.Error()
		say(err)
	}
}

func (r *Reloader) sayLoaded(c loaded) {
	rules := r.force[c.file.Name]
	line := r.o.Log.Info().Str("account", c.file.Name).Str("file", rules.file.Path).Str("version", rules.sum.version())
	if c.old.file.Path != "" && c.old.file.Path != rules.file.Path {
		line = line.Str("before", c.old.file.Path)
	}
	if c.old.file.Account != nil {
		changes := config.Diff(c.old.file.Account, c.file.Account)
		words := make([]string, min(len(changes), changesSaid))
		for i := range words {
			words[i] = changes[i].String()
		}
		line = line.Int("changes", len(changes)).Strs("changed", words)
	}
	line.Msg("the rules are in force")
}

// sayProblems says what is wrong with a file, if that is new.
func (r *Reloader) sayProblems(path string) {
	file := r.files[path]
	text := file.sum.version() + "\n" + file.problems.Error()
	if len(file.problems) == 0 {
		delete(r.said, path)
		return
	}
	if r.said[path] == text {
		return
	}
	r.said[path] = text
	for _, p := range file.problems {
		SayProblem(r.o.Log, p, file.account)
	}
	if file.good {
		return
	}
	line := r.o.Log.Error().Str("alarm", "rules_faulty").Str("account", file.account).Str("file", path).Int("errors", len(file.problems.Errors()))
	if rules, known := r.force[file.account]; known && rules.file.Account != nil {
		line.Time("in_force_since", rules.since).Str("version", rules.sum.version()).
			Msg("the rules file is faulty; the account's last good rules stay in force")
		return
	}
	line.Msg("the rules file is faulty, and the account has no earlier rules: it isn't in force")
}

// SayProblem logs one problem of a file; account is "" where it isn't known.
func SayProblem(log zerolog.Logger, p config.Problem, account string) {
	level := zerolog.ErrorLevel
	if p.Severity == config.SeverityWarning {
		level = zerolog.WarnLevel
	}
	line := log.WithLevel(level).Str("file", p.File)
	if p.Line > 0 {
		line = line.Int("line", p.Line).Int("column", p.Column)
	}
	if account != "" {
		line = line.Str("account", account)
	}
	if p.Path != "" {
		line = line.Str("key", p.Path)
	}
	if p.Hint != "" {
		line = line.Str("hint", p.Hint)
	}
	line.Msg(p.Message)
}

func (r *Reloader) sayMissing(name string) {
	rules := r.force[name]
	line := r.o.Log.Error().Str("alarm", "rules_missing").Str("account", name).Str("file", rules.file.Path)
	hint := ""
	why := "the account's rules file is gone"
	switch rules.absence.Why {
	case AbsentGone:
		hint = "bring the file back; if there is no such account any more: callbackd accounts forget " + name
	case AbsentOther:
		why = fmt.Sprintf("the account's rules file is about account %s now", rules.absence.Now)
		hint = fmt.Sprintf("write account: %s there again", name)
	case AbsentUnlisted:
		why = "the account's rules file can't be looked for"
		hint = "mount the folder, or mend its permissions"
	}
	if rules.file.Account == nil {
		line.Msg(why + ", and its last good rules can't be read any more: it isn't in force")
		return
	}
	line.Time("in_force_since", rules.since).Str("version", rules.sum.version()).Str("hint", hint).
		Msg(why + "; its last good rules stay in force")
}

// sayUnusable raises the alarm for accounts whose kept rules this program can't
// read.
func (r *Reloader) sayUnusable() {
	for _, name := range slices.Sorted(maps.Keys(r.force)) {
		rules := r.force[name]
		if rules.file.Account != nil {
			continue
		}
		for _, p := range rules.file.Problems {
			SayProblem(r.o.Log, p, name)
		}
		r.o.Log.Error().Str("alarm", "rules_unusable").Str("account", name).Str("file", rules.file.Path).Time("kept", rules.since).
			Str("hint", "mend the file: it is read as soon as it is saved").
			Msg("the account's last good rules can't be read any more, and its file can't either: it isn't in force, and none of its tasks is dialled")
	}
}

// lookAtConfig says that callbackd.yaml has changed, which only a restart reads.
func (r *Reloader) lookAtConfig(now time.Time) {
	file := r.o.Config.File
	if seen := r.settling[file]; seen.restive.IsZero() || r.settling.pace(file, now) != settled {
		return
	}
	r.settling.taken(file)
	_, err := config.Load(file)
	if err == nil {
		r.o.Log.Warn().Str("file", file).Msg("the configuration has changed: restart callbackd to apply it")
		return
	}
	line := r.o.Log.Error().Str("alarm", "config_faulty").Str("file", file)
	var problems config.Problems
	if errors.As(err, &problems) { // a line of the file may hold a password, so only what is wrong with it is said
		for _, p := range problems {
			SayProblem(r.o.Log, p, "")
		}
		line = line.Int("errors", len(problems))
	} else {
		line = line.Err(err)
	}
	line.Msg("the configuration has changed, and callbackd would not start with it")
}
