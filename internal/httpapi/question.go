package httpapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// whose finds the account that a question is about, as the domain will: by its
// name, else the only one with the trunk, else the one that has the number that
// was dialled. It is nil where the trunk's don't have that.
func (s *explain) whose(ctx context.Context, book *callback.Rulebook, q Question) (*callback.Account, error) {
	if known := s.namesOfPBXs(); q.PBX != "" && !slices.Contains(known, q.PBX) {
		return nil, huma.Error404NotFound(fmt.Sprintf("There is no PBX %q. %s", q.PBX, among("PBXs", q.PBX, known)))
	}
	all := book.Accounts()
	if q.Account != "" {
		account, ok := book.Account(q.Account)
		if !ok {
			return nil, s.noAccount(ctx, q.Account)
		}
		return account, nil
	}
	if q.Trunk != "" {
		all = slices.DeleteFunc(all, func(a *callback.Account) bool { return !hasTrunk(a, q.PBX, q.Trunk) })
	}
	if len(all) == 1 {
		return all[0], nil
	}
	owner := ownerOf(all, q.Dialled)
	if owner == nil && q.Trunk == "" {
		var names []string
		for _, a := range all[:min(len(all), listedNames)] {
			names = append(names, a.Name)
		}
		if len(all) > len(names) {
			names = append(names, "…")
		}
		return nil, wrong("body.account", "", "name whose customer calls, or say which number was dialled; the accounts are "+strings.Join(names, ", "))
	}
	return owner, nil
}

func (s *explain) namesOfPBXs() (names []string) {
	for _, x := range s.pbxs() {
		names = append(names, x.Name)
	}
	return names
}

// ownerOf is the account that has a number, nil if none has.
func ownerOf(accounts []*callback.Account, dialled string) *callback.Account {
	for _, a := range accounts {
		if number, err := callback.ParseNumber(dialled, a.Country); err == nil && a.Owns(number) {
			return a
		}
	}
	return nil
}

// hasTrunk reports whether calls of an account come in on a trunk of a PBX; ""
// is any.
func hasTrunk(a *callback.Account, pbx, trunk string) bool {
	for _, r := range a.Regions {
		if (pbx == "" || r.PBX == pbx) && slices.ContainsFunc(r.Trunks, func(t string) bool { return strings.EqualFold(t, trunk) }) {
			return true
		}
	}
	return false
}

// doubts say what of a question may not be meant as it is written.
func doubts(book *callback.Rulebook, account *callback.Account, q Question) (notes []string) {
	if account == nil {
		return nil
	}
	if owner := ownerOf(book.Accounts(), q.Dialled); owner != nil && owner != account {
		notes = append(notes, fmt.Sprintf("%s is a number of account %s: a call to it would be %[2]s's, not %s's", q.Dialled, owner.Name, account.Name))
	}
	if lost := q.MissedIn; !lost.IsZero() && !account.Lists(lost) && !strings.Contains(lost.Name, "/") {
		names := map[callback.TargetKind][]string{
			callback.TargetQueue: keys(account.Queues), callback.TargetAgent: keys(account.Agents), callback.TargetGroup: keys(account.Groups),
		}[lost.Kind]
		if lost.Kind != callback.TargetScenario { // that may be any context
			notes = append(notes, fmt.Sprintf("account %s lists no %s. %s", account.Name, lost, among(string(lost.Kind)+"s", lost.Name, names)))
		}
	}
	return notes
}
