package reload

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"callbackd/callback"
	"callbackd/internal/config"
)

// Verdict says what a text comes to.
type Verdict string

// The verdicts.
const (
	VerdictUnchanged Verdict = "unchanged" // it says what is in force
	VerdictChanged   Verdict = "changed"
	VerdictNew       Verdict = "new"     // the account isn't in force yet
	VerdictFaulty    Verdict = "faulty"  // it would not be taken; what is in force stays
	VerdictMissing   Verdict = "missing" // no file has the account; what is in force stays
)

// Preview is what a rules file would change.
type Preview struct {
	Account     string // "" where the file doesn't tell
	File        string
	Verdict     Verdict
	Problems    config.Problems // errors and warnings
	Differences []config.Difference
	Tasks       []Consequence // open tasks that it concerns
}

// Consequence is what becomes of some open tasks.
type Consequence struct {
	Effect callback.Effect
	Reason string
	Count  int
	IDs    []int64 // the first so many, by id
}

// idsShown bounds the ids of one Consequence.
const idsShown = 20

// Preview tells what the files as they are on the disk would change. Saved files
// are in force within a second, so as a rule it is what keeps faulty ones from
// that, and which accounts have none.
func (r *Reloader) Preview(ctx context.Context) ([]Preview, error) {
	standing := r.view.Load().files
	files, err := r.onDisk(standing)
	var list []Preview
	if err != nil {
		list = append(list, Preview{File: r.o.Config.Rules, Verdict: VerdictFaulty, Problems: unlisted(r.o.Config, err)})
	}
	present := map[string]bool{}
	for _, f := range files {
		present[f.Name] = true
		p, err := r.preview(ctx, f, standing[f.Name].Account)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	for name, file := range standing {
		if !present[name] {
			list = append(list, Preview{Account: name, File: file.Path, Verdict: VerdictMissing})
		}
	}
	slices.SortFunc(list, func(a, b Preview) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.File, b.File))
	})
	return list, nil
}

// PreviewText tells what a text would change that isn't saved yet. path is what
// its problems call it.
func (r *Reloader) PreviewText(ctx context.Context, path string, text []byte) (Preview, error) {
	standing := r.view.Load().files
	f := r.draft(standing, path, text)
	return r.preview(ctx, f, standing[f.Name].Account)
}

// preview compares a file with the account in force; nil is none.
func (r *Reloader) preview(ctx context.Context, f config.RulesFile, standing *callback.Account) (Preview, error) {
	p := Preview{Account: f.Name, File: f.Path, Problems: f.Problems, Verdict: VerdictFaulty}
	if f.Account == nil {
		return p, nil
	}
	p.Verdict = VerdictNew
	if standing == nil {
		return p, nil
	}
	p.Verdict, p.Differences = VerdictUnchanged, config.Diff(standing, f.Account)
	if len(p.Differences) == 0 {
		return p, nil
	}
	p.Verdict = VerdictChanged
	err := r.o.Store.View(ctx, func(tx callback.ReadTx) error {
		concerned, err := callback.Edited(tx, standing, f.Account, time.Now())
		p.Tasks = summary(concerned)
		return err
	})
	if err != nil {
		return Preview{}, fmt.Errorf("find the open tasks that the rules of account %s concern: %w", f.Name, err)
	}
	return p, nil
}

// summary counts tasks with the same fate, in the order of the effects.
func summary(concerned []callback.Concerned) []Consequence {
	var list []Consequence
	for _, c := range concerned {
		i := slices.IndexFunc(list, func(l Consequence) bool { return l.Effect == c.Effect && l.Reason == c.Reason })
		if i < 0 {
			i = len(list)
			list = append(list, Consequence{Effect: c.Effect, Reason: c.Reason})
		}
		list[i].Count++
		if len(list[i].IDs) < idsShown {
			list[i].IDs = append(list[i].IDs, c.TaskID)
		}
	}
	slices.SortStableFunc(list, func(a, b Consequence) int {
		return cmp.Compare(slices.Index(callback.Effects, a.Effect), slices.Index(callback.Effects, b.Effect))
	})
	return list
}
