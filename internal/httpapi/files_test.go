package httpapi_test

import (
	"context"
	"fmt"
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// files are rules files as the reader of a daemon tells of them.
type files struct {
	files []httpapi.RulesFile
	rules *callback.Rules // what Forget takes an account out of
	draft string          // the last one

	unlisted bool // the folder can't be read
}

// inForce is the file of an account, as it stands when all is well.
func inForce(account string) httpapi.RulesFile {
	return httpapi.RulesFile{
		Account: account, File: "/rules/" + account + ".yaml", State: httpapi.RulesInForce,
		Since: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Version: "3f786850e387", Problems: []httpapi.FileProblem{},
	}
}

func (f *files) Files() []httpapi.RulesFile { return f.files }

func (f *files) Diff(context.Context) ([]httpapi.RulesDiff, error) {
	var list []httpapi.RulesDiff
	for _, file := range f.files {
		list = append(list, httpapi.RulesDiff{
			Account: file.Account, File: file.File, Verdict: httpapi.RulesUnchanged,
			Problems: []httpapi.FileProblem{}, Differences: []httpapi.Difference{}, Tasks: []httpapi.Consequence{},
		})
	}
	return list, nil
}

func (f *files) DiffDraft(_ context.Context, name, draft string) (httpapi.RulesDiff, error) {
	f.draft = draft
	return httpapi.RulesDiff{
		Account: "acme", File: name, Verdict: httpapi.RulesChanged, Problems: []httpapi.FileProblem{},
		Differences: []httpapi.Difference{{Key: "lines", Old: "15", New: "5"}},
		Tasks:       []httpapi.Consequence{{Effect: callback.EffectSettings, Count: 1, Tasks: []int64{1}}},
	}, nil
}

// Forget refuses while there is a file, as the reader does.
func (f *files) Forget(_ context.Context, account string) error {
	if f.unlisted {
		return fmt.Errorf("forget account %s: %w", account, httpapi.ErrUnlisted)
	}
	for _, file := range f.files {
		if file.Account == account && !file.Missing {
			return fmt.Errorf("forget account %s: %w", account, callback.ErrInForce)
		}
	}
	var left []*callback.Account
	for _, a := range f.rules.Book().Accounts() {
		if a.Name != account {
			left = append(left, a)
		}
	}
	f.rules.Replace(callback.NewRulebook(left...))
	f.files = nil
	return nil
}
