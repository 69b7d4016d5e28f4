package callback

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"callbackd/callback/hours"
)

// promise is a request that may be promised: what to store, unless the customer has such
// a request open, or there are too many tasks.
type promise struct {
	account *Account
	request Request
	number  string // E.164
	target  Target
	owner   Owner // zero: nobody
	zones   hours.Zones
	giveUp  time.Time
	plan    plan
	now     time.Time
}

// promise checks a request that follows previous, the zero Task if none. A time that is
// asked for must be one at which the customer may be called; as soon as possible is
// whenever that is. What refuses for long is told before what passes.
func (a *Account) promise(tx ReadTx, r Request, previous Task, now time.Time) (p promise, err error) {
	p = promise{account: a, request: r, now: now}
	if err := r.wording(); err != nil {
		return p, err
	}
	if p.number, err = a.numberAsked(r.Number); err != nil {
		return p, err
	}
	if previous.ID != 0 && previous.Number != p.number {
		return p, &AskRefusal{Reason: RefusedPrevious, Field: FieldPrevious, Why: fmt.Sprintf("task %d is another customer's", previous.ID)}
	}
	g, err := survey(tx, a, p.number, "", now)
	if err != nil {
		return p, err
	}
	if g.blocked != nil {
		return p, &AskRefusal{Reason: RefusedDoNotCall, Field: FieldNumber, Why: a.whyBlocked(g)}
	}
	rule := a.Requests.Rule
	if p.target, p.owner, err = a.whoCalls(rule, r.Target, r.Owner); err != nil {
		return p, err
	}
	if p.zones, _ = rule.CustomerZones(a, p.number); len(p.zones) == 0 {
		return p, &AskRefusal{Reason: RefusedNoTimezone, Field: FieldNumber, Why: "the customer's time zone can't be told from the number, and the rules file names none"}
	}
	due := now.Add(rule.DialingIntervals[0])
	if !r.At.IsZero() {
		due = r.At
		err = rule.takesTime(due, p.zones, a.Requests.Ahead, now)
	} else {
		err = a.capsRequest(g, p.zones)
	}
	p.plan = plan{ordinal: 1, try: 1, due: due, settings: a.settingsAsked(rule, p.target, r.Language)}
	p.giveUp = rule.giveUp(due, p.zones)
	return p, err
}

const (
	// NoteLimit is how long a note may be, in characters.
	NoteLimit = 1000
	// notesLimit is how long the notes of merged requests may be together.
	notesLimit = 4 * NoteLimit
)

// languageForm is how Asterisk writes languages.
var languageForm = regexp.MustCompile(`^[a-z]{2}(_[A-Z]{2})?$`)

// wording checks what a request says in words.
func (r Request) wording() error {
	switch {
	case !oneLine(r.Note, NoteLimit):
		return badNote()
	case r.Language != "" && !languageForm.MatchString(r.Language):
		return badLanguage()
	case !slices.Contains(Vias, r.Via):
		return &AskRefusal{Reason: RefusedSourceUnknown, Field: FieldSource, Why: fmt.Sprintf("nobody asks by %q", asDelivered(string(r.Via)))}
	}
	return nil
}

func badNote() error {
	return &AskRefusal{Reason: RefusedTextInvalid, Field: FieldNote, Why: fmt.Sprintf("a note is one line of text, of up to %d characters", NoteLimit)}
}

func badLanguage() error {
	return &AskRefusal{Reason: RefusedTextInvalid, Field: FieldLanguage, Why: "write a language as sv or en_GB"}
}

// oneLine reports whether people's words read as they are written wherever they are shown:
// characters that can't be seen would make them read otherwise. The two joiners can't be
// seen either, and do no more than join: Persian and Hindi are written with them, and
// telephones put them into emoji.
func oneLine(text string, most int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= most && !strings.ContainsFunc(text, func(r rune) bool {
		const nonJoiner, joiner = '\u200c', '\u200d'
		return r != nonJoiner && r != joiner && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	})
}

// numberAsked reads a number as the account's own people write it, and checks that it may
// be called.
func (a *Account) numberAsked(raw string) (string, error) {
	number, err := ParseNumber(raw, a.Country)
	if err != nil {
		return "", &AskRefusal{Reason: RefusedNumberInvalid, Field: FieldNumber, Why: fmt.Sprintf("%q isn't a telephone number, read in %s", asDelivered(raw), a.Country)}
	}
	if why := callable(a, number); why != "" {
		words := a.why(decision{missed: MissedCall{Decision: DecisionRefused, Reason: why, Number: number, Caller: number}}, ground{})
		return "", &AskRefusal{Reason: AskReason(why), Field: FieldNumber, Why: words}
	}
	return number, nil
}

// canCall checks that a target is somebody who can call a customer.
func (a *Account) canCall(target Target) error {
	var why string
	switch {
	case target.IsZero():
		why = "say who calls back: name a queue, an agent or a group, or write queue into the section requests of the rules file"
	case target.Kind == TargetScenario:
		why = "a scenario can't call anybody: name a queue, an agent or a group"
	case !a.Lists(target):
		why = fmt.Sprintf("account %s has no %s in its file", a.Name, asDelivered(target.String()))
	default:
		return nil
	}
	return &AskRefusal{Reason: RefusedTargetUnknown, Field: FieldTarget, Why: why}
}

// takesTime checks a time at which somebody wants a customer to be called.
func (r Rule) takesTime(at time.Time, zones hours.Zones, ahead time.Duration, now time.Time) error {
	refusal := &AskRefusal{Field: FieldAt}
	switch {
	case !at.After(now):
		refusal.Reason, refusal.Why = RefusedTimePast, fmt.Sprintf("%s isn't in the future", spoken(at, now, zones[0]))
	case at.After(now.Add(ahead)):
		refusal.Reason, refusal.Why = RefusedTimeTooFar, fmt.Sprintf("%s is more than %s ahead", spoken(at, now, zones[0]), FormatDuration(ahead))
	case !r.Schedule.Open(at, zones):
		refusal.Reason, refusal.Why = RefusedClosed, fmt.Sprintf("schedule %s is closed on %s", r.Schedule.Name, spoken(at, now, zones[0]))
		if opens, _, ok := r.Schedule.Opening(at, zones); ok {
			refusal.Opens = opens
			refusal.Why += ", and opens on " + spoken(opens, now, zones[0])
		}
	default:
		return nil
	}
	return refusal
}

// capsRequest says when a customer may be called again who has been called too often. g
// knows nothing of the account's own calls, whose cap only delays.
func (a *Account) capsRequest(g ground, zones hours.Zones) error {
	o := a.capped(g, zones)
	if !o.stands() {
		return nil
	}
	if o.until.IsZero() {
		o.until = g.now.Add(askAgain)
	}
	return &AskRefusal{Reason: RefusedCapReached, Field: FieldNumber, Why: o.reason, Again: o.until}
}
