package callback

import (
	"fmt"
	"strings"
)

// TargetKind says what a target is.
type TargetKind string

// The kinds of target, and of whatever a call can be lost by.
const (
	TargetQueue    TargetKind = "queue"
	TargetAgent    TargetKind = "agent"
	TargetGroup    TargetKind = "group"
	TargetScenario TargetKind = "scenario" // loses calls, never gets an agent leg
)

// Target names who gets the agent leg, and likewise who lost a call:
// "queue:support", "agent:alice". The zero Target names nobody.
type Target struct {
	Kind TargetKind
	Name string
}

// String gives the form used in rule files, in the database and over HTTP.
func (t Target) String() string {
	if t == (Target{}) {
		return ""
	}
	return string(t.Kind) + ":" + t.Name
}

// IsZero reports whether t names nobody.
func (t Target) IsZero() bool { return t == Target{} }

// ParseTarget reads "queue:support"; the empty string is the zero Target.
func ParseTarget(s string) (Target, error) {
	if s == "" {
		return Target{}, nil
	}
	kind, name, found := strings.Cut(s, ":")
	if !found || name == "" {
		return Target{}, fmt.Errorf("target %q: write queue:NAME, agent:NAME, group:NAME or scenario:NAME", s)
	}
	switch k := TargetKind(kind); k {
	case TargetQueue, TargetAgent, TargetGroup, TargetScenario:
		return Target{Kind: k, Name: name}, nil
	}
	return Target{}, fmt.Errorf("target %q: %q is none of queue, agent, group, scenario", s, kind)
}

// MarshalText implements encoding.TextMarshaler.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Target) UnmarshalText(text []byte) (err error) {
	*t, err = ParseTarget(string(text))
	return err
}
