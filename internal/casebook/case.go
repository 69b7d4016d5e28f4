package casebook

import (
	"fmt"
	"slices"
	"strings"
)

// Case is one kind of call.
type Case struct {
	Name string
	// Row is the row of the case table that it belongs to.
	Row Row
	// Dialplan is what the number does that the customer dials: one application
	// per line, the first of them priority 1. Nothing: there is no such number.
	Dialplan []string
	// Play is what the people do. When it returns, whoever is still on the phone
	// hangs up, and the case is over when Asterisk has let go of every channel.
	Play func(*Scene)
	// Truth is what became of the customers' calls, in the order in which they
	// ended; nothing where no customer called.
	Truth []Truth
	// Logs is what Asterisk's own logs tell instead, where they don't tell Truth.
	// LogsVary says that it depends on where in a second it happens.
	Logs     []Truth
	LogsVary bool
	// Kind is why nothing is to be judged where Truth is empty: Internal or Outbound.
	Kind Kind
	// ByHand is which customers agents called by themselves, in their order.
	ByHand []ByHand
	// Withheld says that the customer's number may not be used.
	Withheld bool
	// Crossing says that somebody hangs up while two are being brought together:
	// they may share a bridge for some milliseconds, which no min_talk counts.
	Crossing bool
	// Live says that the case is one of those that every run of the tests plays.
	Live bool
}

// Kind is whose call it is.
type Kind string

// The kinds of call that are no customer's.
const (
	Internal Kind = "internal"
	Outbound Kind = "outbound"
	Unseen   Kind = "unseen" // Asterisk tells nobody of it
)

// ByHand is a call that an agent made to a customer without callbackd's doing.
type ByHand struct {
	Agent    string // "alice"
	Number   string // as it was dialled
	Answered bool
}

// String is "alice calls +46701234567, answered".
func (h ByHand) String() string {
	if h.Answered {
		return h.Agent + " calls " + h.Number + ", answered"
	}
	return h.Agent + " calls " + h.Number
}

// Truth is what became of one customer's call.
type Truth struct {
	Answered bool
	// LostBy is who lost it, in the words of a rules file: "queue:support",
	// "agent:alice", "group:sales", "scenario:main-menu"; "ignore" where the
	// dialplan said so. Of an answered call: who lost it after it had been passed
	// on; "" where nobody did.
	LostBy string
}

func missed(lostBy string) Truth           { return Truth{LostBy: lostBy} }
func answered() Truth                      { return Truth{Answered: true} }
func answeredThenLost(lostBy string) Truth { return Truth{Answered: true, LostBy: lostBy} }

// String is "missed by agent:alice", "answered", "answered, then lost by queue:sales".
func (t Truth) String() string {
	switch {
	case !t.Answered:
		return "missed by " + t.LostBy
	case t.LostBy != "":
		return "answered, then lost by " + t.LostBy
	}
	return "answered"
}

// word is the truth as truth.tsv has it.
func (t Truth) word() string {
	switch {
	case !t.Answered:
		return "missed"
	case t.LostBy != "":
		return "answered(xfer lost)"
	}
	return "answered"
}

// Words is the truth of the whole case as truth.tsv has it: "answered,missed",
// in the order of the alphabet, "answered(xfer lost)", "outbound", "either".
func (c Case) Words() string {
	if c.Crossing {
		return "either"
	}
	switch {
	case c.Kind == Unseen:
		return "missed"
	case len(c.Truth) == 0:
		return string(c.Kind)
	}
	words := make([]string, len(c.Truth))
	for i, t := range c.Truth {
		words[i] = t.word()
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

// Steps is the dialplan in one line, steps separated by " ; ".
func (c Case) Steps() string { return strings.Join(c.Dialplan, " ; ") }

// All lists every case, families one after the other.
func All() (list []Case) {
	for _, family := range [][]Case{
		menuCases, queueCases, queueAgentCases, agentCases, groupCases, chainCases,
		transferCases, twiceCases, outsideCases, numberCases,
	} {
		list = append(list, family...)
	}
	return list
}

// Number is the number that customers dial in a case: every case has its own.
func Number(name string) string {
	for i, c := range All() {
		if c.Name == name {
			return fmt.Sprintf("+468555%04d", i+1)
		}
	}
	return ""
}
