package callback

// state is everything that the model knows at one moment: the database, the
// daemon, Asterisk, and what is remembered to judge by.
type state struct {
	ledger
	scene
}

// scene is the part of a state beside the database.
type scene struct {
	daemon   daemon
	standing Standing // as listed, until everything is decided
	claiming claiming
	script   script // of the attempt under way
	leaver   script // of one whose connection was lost, on its way out

	agent, customer leg // as they are in Asterisk
	customerEnd     LegEnd
	hear            bool // both are in the bridge
	stray           stray

	// What no part of callbackd can see.
	rings     int  // of the customer's phone, for what callbackd takes for one attempt
	about     bool // the attempt stood right before the customer's leg was asked for
	asked     bool // the customer's leg was asked for
	talked    bool
	cancelled bool // committed before the customer's leg was
	pressed   bool // the customer has pressed the stop key, and callbackd has heard it
	fault     string
}

// daemon is how far callbackd is with its PBX.
type daemon int

const (
	away       daemon = iota // dead, or without a connection
	connected                // nothing known yet
	listed                   // Asterisk was asked what it holds
	reconciled               // every attempt is adopted or ended
	ready                    // what was left over is hung up
)

// claiming is a claim between admission and start.
type claiming struct {
	stage claimStage
	stale bool // the lifetime in which it was admitted is over
}

type claimStage int

const (
	noClaim claimStage = iota
	admitted
	committed
)

// script is where an execution stands in its program.
type script struct {
	way       way // none: there is no script
	pc        int
	attempt   int64 // its id; not a part of the key
	stage     AttemptState
	sent      bool // the request of this step is out
	withdrawn bool
	severed   bool
	pressed   bool // the customer has pressed the stop key
	unstored  bool // which isn't stored yet
	ending    modelEnding
	// The leg was gone when the attempt was adopted: no event will say so.
	deafAgent, deafCustomer bool
}

// modelEnding is the part of an ending that decides what follows.
type modelEnding struct {
	result     Result
	trunkFault bool
}

func (e modelEnding) whole() ending {
	return ending{result: e.result, trunkFault: e.trunkFault}
}

func (s script) present() bool { return s.way != noWay }

// leg is one channel.
type leg int

const (
	noLeg   leg = iota
	asked       // the request is on its way
	trying      // it exists; a phone of an agent rings
	ringing     // the customer's phone rings
	up
	gone
)

func (l leg) live() bool { return l == trying || l == ringing || l == up }

// stray is a customer's leg of an attempt that is over.
type stray struct {
	leg    leg
	hear   bool // somebody talks on it
	rings  int
	listed bool // reconciliation has seen it and will hang it up
	swept  bool // it is being hung up
}

// key tells states apart. Two with the same key have the same future: ids,
// times and how often an attempt came back decide nothing but delays.
type key struct {
	scene       scene
	task        TaskState
	cancelling  bool
	attempt     AttemptState
	ordinal     int
	fresh       bool // it is made from the newest loss
	lost        int
	trunkDown   bool
	controls    controls
	blocked     bool
	mine, older bool // whose the scripts are: of the newest attempt?
}

func (s *state) key() key {
	a := s.newest()
	k := key{
		scene: s.scene, task: s.task.State, cancelling: s.task.CancelReason != "",
		attempt: a.State, ordinal: a.Ordinal, fresh: a.MissedCallID == s.calls[len(s.calls)-1].ID,
		lost: len(s.calls), trunkDown: s.trunkDown, controls: s.controls, blocked: len(s.blocked) > 0,
		mine: s.script.attempt == a.ID, older: s.leaver.attempt == a.ID,
	}
	k.scene.script.attempt, k.scene.leaver.attempt = 0, 0
	return k
}

// wrong notes what must not happen; the first fault stays.
func (s *state) wrong(fault string) {
	if s.fault == "" {
		s.fault = fault
	}
}

// over reports whether the promise is kept or given up and nothing is left of it.
func (s *state) over() bool {
	return !s.task.State.Open() && !s.script.present() && !s.leaver.present() && s.claiming.stage == noClaim &&
		!s.customer.live() && s.customer != asked && s.stray.leg == noLeg
}

// judge compares a state with the one before it.
func (s *state) judge(before *state) {
	was, is := before.newest(), s.newest()
	counted := 0
	for _, a := range s.attempts {
		if a != nil && a.ID == was.ID && was.State.Live() && a.State == AttemptEnded {
			s.judgeEnd(was.State, a)
			if a.Counted {
				counted, s.rings = 1, 0
			}
			s.about, s.asked, s.talked, s.cancelled, s.trunkDown = false, false, false, false, false
		}
	}
	if s.task.Attempts-before.task.Attempts != counted {
		s.wrong("the task doesn't count what its attempts count")
	}
	s.task.Attempts, before.task.Attempts = 0, 0
	switch {
	case len(s.calls) > len(before.calls):
		s.cancelled = false // revoked: the customer was lost anew
	case before.task.CancelReason == "" && s.task.CancelReason != "" && is.State.Live():
		s.cancelled = !is.State.CustomerSent()
	}
	s.judgeOwners()
	s.judgeControls(before)
}

// judgeEnd holds the end of an attempt to the counting rule.
func (s *state) judgeEnd(was AttemptState, a *Attempt) {
	switch {
	case a.Counted && !s.about:
		s.wrong("an attempt counts though nobody was about to call the customer")
	case !a.Counted && s.asked && a.Result != ResultTrunkFailed:
		s.wrong("an attempt doesn't count though the customer's phone may have rung")
	case a.Result == ResultTrunkFailed && s.rings > 0:
		s.wrong("the trunk is blamed though the customer's phone rang")
	case a.Result == ResultConnected && !s.talked:
		s.wrong("connected, though they never talked")
	case a.Result != ResultConnected && was == AttemptBridged:
		s.wrong("a customer who has talked to an agent will be called again")
	}
}

// judgeOwners looks for what nobody will ever move on.
func (s *state) judgeOwners() {
	a := s.newest()
	switch s.task.State {
	case TaskScheduled, TaskHeld: // the scheduler's, a person's
		if a.State != AttemptScheduled {
			s.wrong("a task waits without a planned attempt")
		}
	case TaskDialing: // a script's, a claim's, or the reconciliation's to come
		script := s.script.present() && s.script.attempt == a.ID
		if !a.State.Live() {
			s.wrong("a task is dialling without an attempt")
		} else if !script && s.claiming.stage == noClaim && s.daemon >= reconciled {
			s.wrong("an attempt is under way and belongs to nobody")
		}
	default:
		if a.State != AttemptEnded {
			s.wrong("a task is over and its attempt isn't")
		}
	}
	if s.script.way == waiting && s.script.pc == 0 && s.script.deafAgent && s.customer.live() {
		s.wrong("the customer's phone rings for nobody")
	}
}

// ring makes the customer's phone ring.
func (s *state) ring() {
	s.rings++
	if s.rings > 1 {
		s.wrong("the customer's phone rings twice for one attempt")
	}
	if s.cancelled {
		s.wrong("the customer's phone rings though the task was cancelled before")
	}
}

// appear brings a customer's leg into being.
func (s *state) appear(l *leg) {
	*l = trying
	if s.customer.live() && s.stray.leg.live() {
		s.wrong("two legs to the customer at once")
	}
}
