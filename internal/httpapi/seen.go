package httpapi

import (
	"regexp"
	"slices"
	"strings"

	"callbackd/callback"
)

// seenBy is the part of r that there is for an asker: of one who knows only one account
// all others are left out, and so are their names where a problem of its file names them.
func (r roster) seenBy(a asker) roster {
	if a.account == "" {
		r.unlisted = sightOf("list-accounts", a.role) == no
		return r
	}
	seen, others := roster{book: bookOf(r.book, a), switches: r.switches}, r.others(a)
	for _, f := range r.files {
		if a.knows(f.Account) {
			seen.files = append(seen.files, f.seenBy(a, others))
		}
	}
	seen.switches.Frozen = map[string]callback.Switch{}
	if frozen, is := r.switches.Frozen[a.account]; is {
		seen.switches.Frozen[a.account] = frozen
	}
	return seen
}

// others are the names of the accounts that there aren't for an asker.
func (r roster) others(a asker) []string { return slices.DeleteFunc(r.names(), a.knows) }

// bookOf is what there is of a rulebook for an asker.
func bookOf(book *callback.Rulebook, a asker) *callback.Rulebook {
	if a.account == "" {
		return book
	}
	if own, ok := book.Account(a.account); ok {
		return callback.NewRulebook(own)
	}
	return callback.NewRulebook()
}

// seenBy is f without the names of other accounts.
func (f RulesFile) seenBy(a asker, others []string) RulesFile {
	if !a.knows(f.Now) {
		f.Now = ""
	}
	f.Problems = withoutNames(f.Problems, others)
	return f
}

// elsewhere stands for a problem that names another account.
const elsewhere = "this has to do with another account: ask whoever runs callbackd"

// seenBy is d without the names of other accounts.
func (d RulesDiff) seenBy(others []string) RulesDiff {
	d.Problems = withoutNames(d.Problems, others)
	return d
}

// withoutNames has problems that name one of others say no more than that.
func withoutNames(problems []FileProblem, others []string) []FileProblem {
	if len(others) == 0 {
		return problems
	}
	quoted := make([]string, len(others))
	for i, name := range others {
		quoted[i] = regexp.QuoteMeta(name)
	}
	named := regexp.MustCompile(`(?:^|[^\pL\pN])(?:` + strings.Join(quoted, "|") + `)(?:[^\pL\pN]|$)`)
	seen := make([]FileProblem, len(problems))
	for i, p := range problems {
		if named.MatchString(p.Message + "\n" + p.Hint) {
			p.Message, p.Hint = elsewhere, ""
			p.Text = p.Severity + ": " + elsewhere
		}
		seen[i] = p
	}
	return seen
}
