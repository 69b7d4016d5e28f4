package doctor

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"callbackd/internal/config"
	"callbackd/internal/survey"
	"callbackd/sounds"
)

// Survey asks each configured Asterisk whether what the rules files refer to exists, and
// gives what is missing, in the order of the files. Files that can't be used are left out.
// It needs no daemon and changes nothing. The error is a folder of rules that can't be read.
func Survey(ctx context.Context, cfg *config.Config) (config.Problems, error) {
	// Sounds aren't checked: one that is missing would hide the rest of its file.
	files, err := config.ReadRules(cfg)
	if err != nil {
		return nil, err
	}
	problems := config.Problems{}
	for _, a := range ask(ctx, cfg, files, func(*survey.Options) {}) {
		problems = append(problems, a.problem)
	}
	slices.SortStableFunc(problems, func(a, b config.Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return problems, nil
}

// askAsterisk asks each Asterisk for all that a doctor asks.
func (e *examination) askAsterisk(ctx context.Context) {
	dialplans, inQueues := map[string]*dialplan{}, map[string]*queues{}
	for name, pbx := range e.config.Asterisk {
		dialplans[name] = e.dialplanOf(pbx)
		inQueues[name] = &queues{folder: e.settingsOf(pbx)}
	}
	for _, a := range ask(ctx, e.config, e.files, func(o *survey.Options) {
		o.Thorough = true
		for i := range o.PBXs {
			p := &o.PBXs[i]
			d, pbx := dialplans[p.Name], e.config.Asterisk[p.Name]
			if pbx.CatchUp != (config.CatchUp{}) {
				p.WithheldLogged = d.withheldLogged
			}
			p.Queue = inQueues[p.Name].settings
			p.Fetches = pbx.SoundsURL != ""
		}
	}) {
		e.found = append(e.found, placed(aboutAsterisk, a.pbx, a.problem))
	}
	for name, d := range dialplans {
		e.examineOwnContexts(name, d)
		e.sayUnread(name, d)
		e.sayQueuesUnread(name, inQueues[name])
	}
}

// answer is what an Asterisk said, with its place in the files.
type answer struct {
	pbx     string
	problem config.Problem
}

// ask makes the survey's options from the files, has them completed, and asks.
func ask(ctx context.Context, cfg *config.Config, files []config.RulesFile, complete func(*survey.Options)) (list []answer) {
	o := survey.Options{SoundPath: func(account, language, name string) (string, error) {
		return soundPath(cfg, sounds.Key{Account: account, Language: language, Name: name})
	}}
	written := map[string]string{"": cfg.File}
	for _, f := range files {
		if f.Account != nil {
			o.Accounts = append(o.Accounts, f.Account)
			written[f.Account.Name] = f.Path
		}
	}
	for _, p := range cfg.Asterisk {
		o.PBXs = append(o.PBXs, survey.PBX{
			Name: p.Name, URL: p.URL, Username: p.Username, Password: p.Password, Application: p.Application,
		})
	}
	complete(&o)
	for _, f := range survey.Run(ctx, o) {
		p := config.Problem{
			Severity: config.Severity(f.Severity), File: written[f.Account], Path: f.Path, Message: f.Message, Hint: f.Hint,
		}
		list = append(list, answer{f.PBX, p.Placed()})
	}
	return list
}

// soundPath is where the daemon tells Asterisk to find a sound; "" for a shipped one that
// it hasn't written out yet.
func soundPath(cfg *config.Config, k sounds.Key) (string, error) {
	return sounds.PathFor(cfg.Sounds, filepath.Join(filepath.Dir(cfg.Database), "shipped-sounds"), k)
}
