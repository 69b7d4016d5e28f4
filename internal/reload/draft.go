package reload

import (
	"maps"
	"slices"

	"callbackd/callback"
	"callbackd/internal/config"
)

// Saved is the rulebook that the files on the disk make. Where a file can't be
// used or is gone, its account has the rules in force, and problems say why.
func (r *Reloader) Saved() (book *callback.Rulebook, problems config.Problems) {
	standing := maps.Clone(r.view.Load().files)
	files, err := r.onDisk(standing)
	if err != nil {
		problems = unlisted(r.o.Config, err)
	}
	for _, f := range files {
		if f.Account != nil {
			standing[f.Name] = f
		}
		problems = append(problems, f.Problems.Errors()...)
	}
	return bookOf(standing), problems
}

// Drafted is the rulebook in force with a text in the place of its account's
// file; nil if the text can't be used. path is what its problems call it.
func (r *Reloader) Drafted(path string, text []byte) (book *callback.Rulebook, problems config.Problems) {
	standing := maps.Clone(r.view.Load().files)
	f := r.draft(standing, path, text)
	if f.Account == nil {
		return nil, f.Problems.Errors()
	}
	standing[f.Name] = f
	return bookOf(standing), nil
}

// onDisk reads the files as they are this moment.
func (r *Reloader) onDisk(standing map[string]config.RulesFile) ([]config.RulesFile, error) {
	return config.ReadRules(r.o.Config, r.against(standing)...)
}

// draft reads a text as if it were the file of its account.
func (r *Reloader) draft(standing map[string]config.RulesFile, path string, text []byte) config.RulesFile {
	return config.ParseRules(r.o.Config, path, text, r.against(standing)...)
}

// against are the options for reading files while others are in force.
func (r *Reloader) against(standing map[string]config.RulesFile) []config.Option {
	var inForce []config.RulesFile
	for _, name := range slices.Sorted(maps.Keys(standing)) {
		inForce = append(inForce, standing[name])
	}
	return append(r.o.strict(), config.InForce(inForce))
}

// bookOf makes a rulebook of files.
func bookOf(files map[string]config.RulesFile) *callback.Rulebook {
	var accounts []*callback.Account
	for _, f := range files {
		if f.Account != nil {
			accounts = append(accounts, f.Account)
		}
	}
	return callback.NewRulebook(accounts...)
}
