package callback

import (
	"slices"
	"time"

	"github.com/rs/zerolog"
)

// design is what the model takes from callbackd: as it is built, or broken on
// purpose in one point.
type design struct {
	programs  map[way][]string
	adoptable func(AttemptState, Standing) bool
	orphaned  func(AttemptState) ending
	counts    func(AttemptState, Result) bool // nil: the counting rule as built

	looksForCancel bool // before the customer's leg is sent, in the same transaction
	awaits         bool // reconciliation waits for attempts on their way out
	locksClaims    bool // and for claims that are being made
	refusesStrays  bool
	controlling    *controlling // nil: nobody is at the switches
	stopKey        *stopKey     // nil: nobody presses it
	asksAgain      bool         // sends the customer's leg once more where the reply was lost

	taken map[transition]bool // what happened in the search

	book   *Rulebook
	losses []decision // what is decided about the customer's calls, one after the other
	only   string     // the one fault that is looked for; "": any
}

// asBuilt is callbackd as it is: the tables, the transactions (claim, commit,
// cancel, record, conclude) and the pure functions are the real ones, and
// programs is held to the script.
func asBuilt() *design {
	account := exampleAccount(everyStep, func(a *Account) { a.Rules[0].DialingIntervals = a.Rules[0].DialingIntervals[:2] })
	book := NewRulebook(account)
	return &design{
		programs: programs, adoptable: adoptable, orphaned: orphaned,
		looksForCancel: true, awaits: true, locksClaims: true, refusesStrays: true,
		taken: map[transition]bool{}, book: book, losses: []decision{
			decide(book, lostCall(func(v *Verdict) { v.CallID, v.Ended = "1", modelTime })),
			decide(book, lostCall(func(v *Verdict) { v.CallID, v.Ended = "2", modelTime })),
		},
	}
}

// everyStep has attempts take every step that a rule can ask for.
func everyStep(a *Account) {
	rule := &a.Rules[0]
	accept := &Accept{Key: "1", Within: 10 * time.Second}
	rule.AgentAnnouncement = &Speech{Language: "en", Text: "call {number}"}
	rule.AgentAccept, rule.CustomerAccept, rule.StopKey = accept, accept, "9"
	rule.Recording = &RecordingSettings{Channels: 1, Notice: Sound{Play: "call-recorded"}}
	rule.Voicemail = Voicemail{Action: VoicemailHangUp}
}

// transition is an entry of a table: "task", "dialing", "retry".
type transition struct{ what, from, input string }

// initial is the moment after a customer was lost.
func (d *design) initial() state {
	s := state{ledger: ledger{counts: d.counts, hears: func(c Change) error {
		what := "task"
		if c.AttemptID != 0 {
			what = "attempt"
		}
		d.taken[transition{what, c.From, c.Input}] = true
		return nil
	}}}
	d.miss(&s)
	return s
}

// move is one thing that can happen next. A nuisance comes from outside: a
// promise must be kept without one.
type move struct {
	name     string
	nuisance bool
	next     state
}

// moves is the list of moves from a state.
type moves struct {
	from state
	only string
	list []move
}

func (m *moves) may(name string, change func(*state)) { m.add(name, false, change) }

func (m *moves) nuisance(name string, change func(*state)) { m.add(name, true, change) }

func (m *moves) add(name string, nuisance bool, change func(*state)) {
	next := m.from
	change(&next)
	before := m.from
	next.judge(&before)
	if m.only != "" && next.fault != m.only {
		next.fault = ""
	}
	m.list = append(m.list, move{name, nuisance, next})
}

// moves lists all that can happen in s.
func (d *design) moves(s state) []move {
	m := &moves{from: s, only: d.only}
	d.people(m)
	d.switched(m)
	phones(m)
	d.trouble(m)
	d.reconciling(m)
	d.scheduling(m)
	if s.script.present() {
		d.playing(m)
	}
	if s.leaver.present() {
		d.leaving(m)
	}
	return m.list
}

// step is what a script of the design does next.
func (d *design) step(s script) string { return d.programs[s.way][s.pc] }

// advance goes to the next step.
func (d *design) advance(c *state) {
	c.script.pc++
	c.script.sent = false
	c.about = c.about || d.step(c.script) == ringCustomer
}

// fail ends the attempt by what the script makes of an error.
func (d *design) fail(c *state, err error) {
	e, _ := d.execution(c, c.script).failed(err)
	c.script.ending = modelEnding{result: e.result, trunkFault: e.trunkFault}
	d.finish(c)
}

// finish goes to the release of the legs.
func (d *design) finish(c *state) {
	c.script.pc, c.script.sent = slices.Index(d.programs[c.script.way], release), false
}

// execution is the real one, standing where the script does.
func (d *design) execution(c *state, s script) *execution {
	return &execution{
		dialer:   d.dialer(c),
		attempt:  Attempt{ID: s.attempt, TaskID: c.task.ID, Account: c.task.Account, Number: c.task.Number, State: s.stage},
		lifetime: modelContext,
	}
}

func (d *design) dialer(c *state) *Dialer {
	rules := NewRules(d.book)
	dialer := NewDialer(&c.ledger, rules, map[string]Exchange{"pbx1": silentExchange{}}, Pace{}, zerolog.Nop())
	if c.onPhone && !c.blind && !d.controlling.unaware {
		dialer.presence = NewPresence(rules)
		dialer.presence.Began(LiveCall{PBX: "pbx1", Trunk: "PJSIP/pstn", Number: c.task.Number})
	}
	return dialer
}
