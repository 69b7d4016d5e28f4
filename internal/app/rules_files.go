package app

import (
	"context"
	"errors"
	"fmt"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/internal/httpapi"
	"callbackd/internal/reload"
)

// rulesFiles puts what the reloader knows into the documents of the API.
type rulesFiles struct{ *reload.Reloader }

var (
	_ httpapi.RulesFiles = rulesFiles{}
	_ httpapi.Drafts     = rulesFiles{}
)

// Files implements httpapi.RulesFiles.
func (f rulesFiles) Files() []httpapi.RulesFile {
	list := []httpapi.RulesFile{}
	for _, s := range f.Status() {
		list = append(list, httpapi.RulesFile{
			Account: s.Account, File: s.File, State: httpapi.RulesState(s.State), Since: s.Since, Version: s.Version,
			Missing: !s.Absence.IsZero(), Absence: httpapi.RulesAbsence(s.Absence.Why), Now: s.Absence.Now, Problems: problemDocuments(s.Problems),
		})
	}
	return list
}

// Diff implements httpapi.RulesFiles.
func (f rulesFiles) Diff(ctx context.Context) ([]httpapi.RulesDiff, error) {
	previews, err := f.Preview(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]httpapi.RulesDiff, len(previews))
	for i, p := range previews {
		list[i] = diffDocument(p)
	}
	return list, nil
}

// DiffDraft implements httpapi.RulesFiles.
func (f rulesFiles) DiffDraft(ctx context.Context, name, draft string) (httpapi.RulesDiff, error) {
	p, err := f.PreviewText(ctx, name, []byte(draft))
	if err != nil {
		return httpapi.RulesDiff{}, err
	}
	return diffDocument(p), nil
}

// OnDisk implements httpapi.Drafts.
func (f rulesFiles) OnDisk(context.Context) (*callback.Rulebook, []httpapi.FileProblem, error) {
	book, problems := f.Saved()
	return book, problemDocuments(problems), nil
}

// Draft implements httpapi.Drafts.
func (f rulesFiles) Draft(_ context.Context, name, draft string) (*callback.Rulebook, []httpapi.FileProblem, error) {
	book, problems := f.Drafted(name, []byte(draft))
	return book, problemDocuments(problems), nil
}

// Forget implements httpapi.RulesFiles.
func (f rulesFiles) Forget(ctx context.Context, account string) error {
	err := f.Reloader.Forget(ctx, account)
	if errors.Is(err, reload.ErrUnlisted) {
		return fmt.Errorf("%w: %w", httpapi.ErrUnlisted, err)
	}
	return err
}

func diffDocument(p reload.Preview) httpapi.RulesDiff {
	d := httpapi.RulesDiff{
		Account: p.Account, File: p.File, Verdict: httpapi.RulesVerdict(p.Verdict), Problems: problemDocuments(p.Problems),
		Differences: []httpapi.Difference{}, Tasks: []httpapi.Consequence{},
	}
	for _, c := range p.Differences {
		d.Differences = append(d.Differences, httpapi.Difference{Key: c.Key, Old: c.Old, New: c.New})
	}
	for _, c := range p.Tasks {
		d.Tasks = append(d.Tasks, httpapi.Consequence{Effect: c.Effect, Reason: c.Reason, Count: c.Count, Tasks: c.IDs})
	}
	return d
}

func problemDocuments(problems config.Problems) []httpapi.FileProblem {
	list := []httpapi.FileProblem{}
	for _, p := range problems {
		list = append(list, httpapi.FileProblem{
			Severity: string(p.Severity), File: p.File, Line: p.Line, Column: p.Column, Path: p.Path,
			Message: p.Message, Hint: p.Hint, Source: p.Source, Pointer: p.Pointer, Text: p.String(),
		})
	}
	return list
}
