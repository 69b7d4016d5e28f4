package doctor

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
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
	dialplans := map[string]*dialplan{}
	for name, pbx := range e.config.Asterisk {
		if pbx.CatchUp != (config.CatchUp{}) {
			dialplans[name] = e.dialplanOf(pbx)
		}
	}
	for _, a := range ask(ctx, e.config, e.files, func(o *survey.Options) {
		o.Thorough = true
		for i := range o.PBXs {
			if d := dialplans[o.PBXs[i].Name]; d != nil {
				o.PBXs[i].WithheldLogged = d.withheldLogged
			}
		}
	}) {
		e.found = append(e.found, placed(aboutAsterisk, a.pbx, a.problem))
	}
	for name, d := range dialplans {
		e.sayUnread(name, d)
	}
}

// answer is what an Asterisk said, with its place in the files.
type answer struct {
	pbx     string
	problem config.Problem
}

// ask makes the survey's options from the files, has them completed, and asks.
func ask(ctx context.Context, cfg *config.Config, files []config.RulesFile, complete func(*survey.Options)) (list []answer) {
	o := survey.Options{SoundPath: func(name string) (string, error) { return soundPath(cfg, name) }}
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
// it hasn't written out yet. Unlike sounds.Library it writes nothing.
func soundPath(cfg *config.Config, name string) (string, error) {
	for _, folder := range []string{cfg.Sounds, filepath.Join(filepath.Dir(cfg.Database), "shipped-sounds")} {
		path, err := filepath.Abs(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		// A file that only Asterisk's user may see is there, too.
		if _, err := os.Stat(path + ".wav"); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", sounds.Check(cfg.Sounds, name) // which knows the shipped ones
}
