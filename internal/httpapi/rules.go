package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/callback"
)

// largestDraft bounds the draft of a rules file: a file may have 1 MiB, and
// JSON writes some characters with six.
const largestDraft = 8 << 20

// rules has the operations on rules and their files.
type rules struct {
	directory
	control Control
	log     zerolog.Logger
}

func (s *rules) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-rules", Method: http.MethodGet, Path: "/api/v1/rules",
		Summary: "List all rules files and their rules",
		Description: "Every rules file, by account: since when it is in force, what is wrong with it as it is now, and the rules in force in the order of the file, " +
			"each on or off and why, and by what callbacks are taken that somebody asks for. A file that is no account's comes first.",
		Tags: []string{"rules"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "list-account-rules", Method: http.MethodGet, Path: "/api/v1/accounts/{account}/rules",
		Summary:     "List an account's rules",
		Description: "Like list-rules, of one account: of its rules file, and of others that are about it but aren't in force.",
		Tags:        []string{"rules"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, s.listAccount)
	s.registerSwitch(api, "activate", "Switch a rule on",
		"Ends what deactivate-rule and freezing do to a rule. It is on if the file says enabled too. A conflict while the account is frozen. "+
			"Activating a rule that is active changes nothing and succeeds.", s.activate)
	s.registerSwitch(api, "deactivate", "Switch a rule off",
		"The rule is off until a person activates it, whatever the file says and also after a restart; its open tasks are cancelled (rule_disabled). "+
			"Deactivating a rule that is deactivated changes nothing and succeeds.", s.deactivate)
	huma.Register(api, huma.Operation{
		OperationID: "diff-rules", Method: http.MethodPost, Path: "/api/v1/rules/diff",
		Summary: "What would a rules file change?",
		Description: "With a draft: what that text would change, were it saved as its account's rules file, and which open tasks it concerns. " +
			"Without: the same of every file as it is on the disk; a saved file is in force within seconds, so that shows what keeps faulty ones from that. Nothing is changed.",
		Tags: []string{"rules"}, Security: secured,
		MaxBodyBytes: largestDraft,
		Errors:       []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity},
	}, s.diff)
}

func (s *rules) registerSwitch(api huma.API, verb, summary, description string, do func(context.Context, *ruleRequest) (*ruleChangeAnswer, error)) {
	huma.Register(api, huma.Operation{
		OperationID: verb + "-rule", Method: http.MethodPost, Path: "/api/v1/accounts/{account}/rules/{rule}/" + verb,
		Summary: summary, Description: description,
		Tags: []string{"rules"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, do)
}

// RulesList is every rules file with the rules in force.
type RulesList struct {
	Files []RulesFileStory `json:"files" nullable:"false"`
}

// RulesFileStory is a rules file, and the rules of its account in force.
type RulesFileStory struct {
	RulesFile
	Mode   callback.Mode `json:"mode,omitempty" example:"live" doc:"shadow: everything is decided and recorded, nothing is dialled."`
	Frozen *Switch       `json:"frozen,omitempty" doc:"Since when and by whom the account is frozen."`
	Rules  []Rule        `json:"rules" nullable:"false" doc:"In the order of the file: of the rules that are on and match, the first decides."`
	// Sections isn't among Rules: they are switched on and off one by one, and these aren't.
	Sections []Section `json:"sections" nullable:"false" doc:"By what callbacks are taken that somebody asks for."`
}

type listRulesAnswer struct{ Body RulesList }

// withOpenTasks is the roster with how many open tasks each rule has.
func (s *rules) withOpenTasks(ctx context.Context) (found roster, err error) {
	err = s.read(ctx, func(tx callback.ReadTx, r roster) error {
		r.open = map[callback.RuleKey]int{}
		for _, account := range r.book.Accounts() {
			open, err := tx.OpenTasks(account.Name)
			if err != nil {
				return err
			}
			for _, t := range open {
				if t.CancelReason == "" { // else it is over with its attempt
					r.open[callback.RuleKey{Account: t.Account, Rule: t.Rule}]++
				}
			}
		}
		found = r
		return nil
	})
	return found, err
}

func (s *rules) list(ctx context.Context, _ *struct{}) (*listRulesAnswer, error) {
	r, err := s.withOpenTasks(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list rules: %w", err))
	}
	return &listRulesAnswer{Body: r.rules(func(RulesFile) bool { return true })}, nil
}

func (s *rules) listAccount(ctx context.Context, in *accountRequest) (*listRulesAnswer, error) {
	r, err := s.withOpenTasks(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, fmt.Errorf("list rules: %w", err))
	}
	list := r.rules(func(f RulesFile) bool { return f.Account == in.Account })
	if len(list.Files) == 0 {
		return nil, r.noAccount(in.Account, nothingToSwitch)
	}
	return &listRulesAnswer{Body: list}, nil
}

// rules lists the files that which selects.
func (r roster) rules(which func(RulesFile) bool) RulesList {
	list := RulesList{Files: []RulesFileStory{}}
	for _, f := range r.files {
		if which(f) {
			list.Files = append(list.Files, r.story(f))
		}
	}
	return list
}

// story tells of a file and, if its account's rules in force are its own, of them.
func (r roster) story(f RulesFile) RulesFileStory {
	story := RulesFileStory{RulesFile: f, Rules: []Rule{}, Sections: []Section{}}
	if story.Problems == nil {
		story.Problems = []FileProblem{}
	}
	if f.Account != "" {
		story.Frozen = r.frozen(f.Account)
	}
	account, ok := r.book.Account(f.Account)
	if !ok || f.State == RulesNotInForce {
		return story
	}
	story.Mode = account.Mode
	for _, rule := range account.Rules {
		story.Rules = append(story.Rules, r.rule(account, rule))
	}
	story.Sections = r.sections(account)
	return story
}

type ruleRequest struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
	Rule    string `path:"rule" maxLength:"1000" example:"lost in the contact center" doc:"Its name, escaped as one segment of the address: a slash in it is %2F."`
}

// RuleChange is what came of switching a rule.
type RuleChange struct {
	Account   string `json:"account" example:"acme"`
	Rule      Rule   `json:"rule" doc:"As it stands afterwards."`
	Changed   bool   `json:"changed" doc:"false: it stood so already."`
	Cancelled int    `json:"cancelled_tasks" minimum:"0" example:"12" doc:"How many open tasks were cancelled by this; those being dialled are over when their attempt has ended."`
}

type ruleChangeAnswer struct{ Body RuleChange }

func (s *rules) activate(ctx context.Context, in *ruleRequest) (*ruleChangeAnswer, error) {
	return s.turn(ctx, callback.RuleKey{Account: in.Account, Rule: in.Rule}, s.control.Activate)
}

func (s *rules) deactivate(ctx context.Context, in *ruleRequest) (*ruleChangeAnswer, error) {
	return s.turn(ctx, callback.RuleKey{Account: in.Account, Rule: in.Rule}, s.control.Deactivate)
}

// turn switches a rule, and tells what came of it.
func (s *rules) turn(ctx context.Context, key callback.RuleKey, do func(ctx context.Context, key callback.RuleKey, by string) error) (*ruleChangeAnswer, error) {
	before, err := s.roster(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	_, open, err := s.account(ctx, key.Account)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	if err := do(ctx, key, askerOf(ctx).name); err != nil {
		return nil, s.refusal(ctx, key, err)
	}
	after, err := s.withOpenTasks(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	_, off := before.switches.Off[key]
	change := RuleChange{Account: key.Account}
	if account, ok := after.book.Account(key.Account); ok {
		if rule, ok := account.Rule(key.Rule); ok { // it was a moment ago
			change.Rule = after.rule(account, rule)
		}
	}
	change.Changed = off != (change.Rule.Deactivated != nil)
	if change.Cancelled, err = cancelled(ctx, s.store, open, callback.CancelRuleDisabled); err != nil {
		return nil, inside(ctx, s.log, err)
	}
	return &ruleChangeAnswer{Body: change}, nil
}

// refusal answers an operation on a rule that wasn't done.
func (s *rules) refusal(ctx context.Context, key callback.RuleKey, err error) error {
	missing, frozen := errors.Is(err, callback.ErrNotFound), errors.Is(err, callback.ErrFrozen)
	if !missing && !frozen {
		return inside(ctx, s.log, err)
	}
	r, failure := s.roster(ctx)
	if failure != nil {
		return inside(ctx, s.log, failure)
	}
	if frozen {
		since := ""
		if frozen := r.frozen(key.Account); frozen != nil {
			since = " " + frozen.spoken()
		}
		return huma.Error409Conflict(fmt.Sprintf("Account %s is frozen%s: unfreeze it first, then activate its rules.", key.Account, since))
	}
	account, ok := r.book.Account(key.Account)
	if !ok {
		return r.noAccount(key.Account, nothingToSwitch)
	}
	names := make([]string, len(account.Rules))
	for i, rule := range account.Rules {
		names[i] = rule.Name
	}
	return huma.Error404NotFound(fmt.Sprintf("Account %s has no rule %q in force. %s", key.Account, key.Rule, among("rules of account "+key.Account, key.Rule, names)))
}

// Draft is the optional text of a rules file.
type Draft struct {
	_    struct{} `additionalProperties:"false"`
	Name string   `json:"name,omitempty" maxLength:"4096" pattern:"^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*$" patternDescription:"one line of text" example:"acme.yaml" doc:"What problems call the draft."`
	Text *string  `json:"draft,omitempty" doc:"The whole text of a rules file. Left out: the files on the disk."`
}

// name is what problems call the draft.
func (d Draft) name() string {
	if d.Name == "" {
		return "draft"
	}
	return d.Name
}

type diffRulesRequest struct{ Body *Draft }

// RulesDiffs is what rules files would change.
type RulesDiffs struct {
	Files []RulesDiff `json:"files" nullable:"false"`
}

type diffRulesAnswer struct{ Body RulesDiffs }

func (s *rules) diff(ctx context.Context, in *diffRulesRequest) (*diffRulesAnswer, error) {
	a := askerOf(ctx)
	others := s.loaded().others(a)
	if in.Body != nil && in.Body.Text != nil {
		found, err := s.files.DiffDraft(ctx, in.Body.name(), *in.Body.Text)
		if err != nil {
			return nil, inside(ctx, s.log, err)
		}
		if found.Account != "" && !a.knows(found.Account) {
			return nil, wrong("body.draft", "", "it is about account "+found.Account+", and the token is for account "+a.account+" alone")
		}
		return &diffRulesAnswer{Body: RulesDiffs{Files: []RulesDiff{found.seenBy(others)}}}, nil
	}
	found, err := s.files.Diff(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	diffs := RulesDiffs{Files: []RulesDiff{}}
	for _, d := range found {
		if a.knows(d.Account) {
			diffs.Files = append(diffs.Files, d.seenBy(others))
		}
	}
	return &diffRulesAnswer{Body: diffs}, nil
}
