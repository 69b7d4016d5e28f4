package httpapi

import (
	"context"
	"errors"
	"time"

	"callbackd/callback"
)

// RulesFiles is what reads the rules files. Its answers are documents of this
// package, so that the HTTP side knows the domain alone.
type RulesFiles interface {
	// Files tells how each account's file stands, and each file that is no
	// account's, by account and file. It must not block.
	Files() []RulesFile
	// Diff tells what the files as they are on the disk would change.
	Diff(ctx context.Context) ([]RulesDiff, error)
	// DiffDraft tells what a text would change, were it an account's file. name
	// is what its problems call it.
	DiffDraft(ctx context.Context, name, draft string) (RulesDiff, error)
	// Forget takes an account that has no file any more out of force. It answers
	// callback.ErrInForce while a file has the account, and ErrUnlisted where that
	// can't be told.
	Forget(ctx context.Context, account string) error
}

// ErrUnlisted is a folder of rules that can't be read, or that is empty as one is
// that isn't mounted.
var ErrUnlisted = errors.New("the rules files can't be listed")

// RulesState says which rules of an account are in force.
type RulesState string

// The states.
const (
	RulesInForce    RulesState = "in_force"     // the file's, as it stands
	RulesLastGood   RulesState = "last_good"    // an earlier version's: the file is faulty or gone, or couldn't be stored
	RulesNotInForce RulesState = "not_in_force" // none
)

// RulesStates lists all states.
var RulesStates = []RulesState{RulesInForce, RulesLastGood, RulesNotInForce}

// RulesFile says how one account's rules file stands.
type RulesFile struct {
	Account  string        `json:"account,omitempty" example:"acme" doc:"Absent where the file doesn't tell."`
	File     string        `json:"file" example:"/etc/callbackd/rules/acme.yaml" doc:"Where the rules are written, or were."`
	State    RulesState    `json:"state" example:"in_force" doc:"in_force: the file's rules, as it stands. last_good: those of an earlier version, because the file is faulty or gone, or could not be stored. not_in_force: none."`
	Since    time.Time     `json:"in_force_since,omitzero" example:"2026-11-20T08:00:00Z" doc:"Since when the rules in force are that."`
	Version  string        `json:"version,omitempty" example:"3f786850e387" doc:"What the SHA-256 of the version in force begins with."`
	Missing  bool          `json:"missing,omitempty" doc:"No file has the account any more."`
	Absence  RulesAbsence  `json:"absence,omitempty" example:"gone" doc:"Why: gone: the file isn't there; bring it back, or forget the account. another_account: it is about another one now, which may be a slip. folder: the files can't be listed, or there are none at all."`
	Now      string        `json:"now_about,omitempty" example:"globex" doc:"The account that the file is about now."`
	Problems []FileProblem `json:"problems" nullable:"false" doc:"What is wrong with the file as it is now. Errors keep it from being in force, warnings don't."`
}

// RulesAbsence is why no file has an account that is in force.
type RulesAbsence string

// The reasons.
const (
	AbsentGone     RulesAbsence = "gone"            // the file isn't there
	AbsentOther    RulesAbsence = "another_account" // the file is about another account now
	AbsentUnlisted RulesAbsence = "folder"          // the files can't be listed, or there are none at all
)

// RulesAbsences lists all reasons.
var RulesAbsences = []RulesAbsence{AbsentGone, AbsentOther, AbsentUnlisted}

// FileProblem is one thing wrong in a file, where it is, and what to do.
type FileProblem struct {
	Severity string `json:"severity" enum:"error,warning" example:"error" doc:"An error keeps the file from being used, a warning doesn't."`
	File     string `json:"file" example:"/etc/callbackd/rules/acme.yaml"`
	Line     int    `json:"line,omitempty" example:"31" doc:"From 1; absent where it is about the file as a whole."`
	Column   int    `json:"column,omitempty" example:"5" doc:"In characters, from 1."`
	Path     string `json:"path,omitempty" example:"rules[0].queue" doc:"The key."`
	Message  string `json:"message" example:"unknown key quene"`
	Hint     string `json:"hint,omitempty" example:"did you mean queue?"`
	Source   string `json:"source,omitempty" example:"    quene: support" doc:"The line, without passwords; of a long one what is around the place."`
	Pointer  int    `json:"pointer,omitempty" example:"5" doc:"The place in source, in characters from 1."`
	Text     string `json:"text" doc:"All of it as people read it, on several lines: the place, what is wrong, and the line with a pointer and the hint."`
}

// problemError is the severity of a problem that keeps a file from being used.
const problemError = "error"

// Faulty counts the errors among problems.
func Faulty(problems []FileProblem) int { return len(onlyErrors(problems)) }

func onlyErrors(problems []FileProblem) (errs []FileProblem) {
	for _, p := range problems {
		if p.Severity == problemError {
			errs = append(errs, p)
		}
	}
	return errs
}

// RulesVerdict says what a text would come to as an account's rules file.
type RulesVerdict string

// The verdicts.
const (
	RulesUnchanged RulesVerdict = "unchanged" // it says what is in force
	RulesChanged   RulesVerdict = "changed"
	RulesNew       RulesVerdict = "new"     // the account isn't in force yet
	RulesFaulty    RulesVerdict = "faulty"  // it would not be taken; what is in force stays
	RulesMissing   RulesVerdict = "missing" // no file has the account; what is in force stays
)

// RulesVerdicts lists all verdicts.
var RulesVerdicts = []RulesVerdict{RulesUnchanged, RulesChanged, RulesNew, RulesFaulty, RulesMissing}

// RulesDiff is what a rules file, or a draft of one, would change.
type RulesDiff struct {
	Account     string        `json:"account,omitempty" example:"acme" doc:"Absent where the text doesn't tell."`
	File        string        `json:"file" example:"/etc/callbackd/rules/acme.yaml"`
	Verdict     RulesVerdict  `json:"verdict" example:"changed" doc:"unchanged: it says what is in force. new: the account isn't in force yet. faulty: it would not be taken. missing: no file has the account. In the last two what is in force stays."`
	Problems    []FileProblem `json:"problems" nullable:"false"`
	Differences []Difference  `json:"differences" nullable:"false" doc:"From what is in force, with every default resolved: an edit of defaults shows at each rule that it reaches."`
	Tasks       []Consequence `json:"tasks" nullable:"false" doc:"What becomes of open tasks that it concerns, the gravest first."`
}

// Difference is one thing that a file would change.
type Difference struct {
	Key string `json:"key" example:"rules[\"lost in the menu\"].wait_for_customer"`
	Old string `json:"old,omitempty" example:"30s" doc:"As the file would write it; absent where it is added."`
	New string `json:"new,omitempty" example:"45s" doc:"Likewise; absent where it is removed."`
}

// Consequence is what becomes of some open tasks.
type Consequence struct {
	Effect callback.Effect `json:"effect" example:"cancelled" doc:"cancelled: at once. origin_deleted: not dialled from then on, and cancelled if it stays so for a minute. not_dialled: they wait for what they didn't wait for before. dialled: they wait no more. next_attempt: the attempt after the planned one says or shows something else."`
	Reason string          `json:"reason,omitempty" example:"rule_disabled" doc:"Why they are cancelled, or what they wait for."`
	Count  int             `json:"count" minimum:"1" example:"12"`
	Tasks  []int64         `json:"task_ids" nullable:"false" doc:"The first of them."`
}
