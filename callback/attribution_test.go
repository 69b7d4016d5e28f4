package callback

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// company is an account with agents, groups and scenarios.
func company() *Account {
	return exampleAccount(func(a *Account) {
		a.Agents = map[string]Agent{}
		for _, name := range []string{"alice", "bob", "carol", "dave", "erin"} {
			a.Agents[name] = Agent{Name: name, Endpoint: "PJSIP/" + name}
		}
		a.Agents["mobile"] = Agent{Name: "mobile", Endpoint: "PJSIP/+46709999999@pstn"}
		a.Groups = map[string]Group{
			"sales":   {Name: "sales", Members: []string{"alice", "bob"}},
			"day":     {Name: "day", Members: []string{"alice", "bob", "carol"}},
			"evening": {Name: "evening", Members: []string{"bob", "carol", "dave", "mobile"}},
		}
		a.Scenarios = map[string]Scenario{
			"menu":   {Name: "menu", Contexts: []string{"main-menu", "ivr-*"}},
			"orders": {Name: "orders", Contexts: []string{"ivr-orders-*", "ivr-pay"}},
		}
	})
}

func TestAttribute(t *testing.T) {
	type endpoints = []string
	for name, row := range map[string]struct {
		loss Loss
		want string
	}{
		"a queue":                              {Loss{Queue: "support"}, "queue:support"},
		"a queue in another case":              {Loss{Queue: "SUPPORT"}, "queue:support"},
		"a queue of nobody":                    {Loss{Queue: "600"}, "queue:600"},
		"all of a group":                       {Loss{Endpoints: endpoints{"PJSIP/alice", "PJSIP/bob"}}, "group:sales"},
		"all of a group, in another order":     {Loss{Endpoints: endpoints{"PJSIP/bob", "PJSIP/alice"}}, "group:sales"},
		"all of a larger group":                {Loss{Endpoints: endpoints{"PJSIP/alice", "PJSIP/bob", "PJSIP/carol"}}, "group:day"},
		"two of the day, one of them away":     {Loss{Endpoints: endpoints{"PJSIP/alice", "PJSIP/carol"}}, "group:day"},
		"one of two groups":                    {Loss{Endpoints: endpoints{"PJSIP/bob"}}, "group:sales"},
		"one of one group":                     {Loss{Endpoints: endpoints{"PJSIP/dave"}}, "group:evening"},
		"one of no group":                      {Loss{Endpoints: endpoints{"PJSIP/erin"}}, "agent:erin"},
		"some that are no group":               {Loss{Endpoints: endpoints{"PJSIP/erin", "PJSIP/alice"}}, "agent:erin"},
		"a group and a phone of nobody":        {Loss{Endpoints: endpoints{"PJSIP/ghost", "PJSIP/alice", "PJSIP/bob"}}, "group:sales"},
		"a phone of nobody":                    {Loss{Endpoints: endpoints{"PJSIP/fax"}}, "agent:PJSIP/fax"},
		"one of the contacts of a phone":       {Loss{Endpoints: endpoints{"PJSIP/erin/sip:erin@192.0.2.1:5060"}}, "agent:erin"},
		"a technology in another case":         {Loss{Endpoints: endpoints{"pjsip/erin"}}, "agent:erin"},
		"a name in another case":               {Loss{Endpoints: endpoints{"PJSIP/Erin"}}, "agent:PJSIP/Erin"},
		"an agent's mobile":                    {Loss{Endpoints: endpoints{"PJSIP/+46709999999@pstn"}}, "group:evening"},
		"a dialled number without a tech":      {Loss{Endpoints: endpoints{"nonsense"}}, "agent:nonsense"},
		"one after the other":                  {Loss{Endpoints: endpoints{"PJSIP/bob"}, Before: []endpoints{{"PJSIP/alice"}}}, "group:sales"},
		"the whole hunt, not its end":          {Loss{Endpoints: endpoints{"PJSIP/bob"}, Before: []endpoints{{"PJSIP/alice"}, {"PJSIP/carol"}}}, "group:day"},
		"a hunt that goes round":               {Loss{Endpoints: endpoints{"PJSIP/alice"}, Before: []endpoints{{"PJSIP/bob"}, {"PJSIP/alice"}}}, "group:sales"},
		"a hunt behind a phone of nobody":      {Loss{Endpoints: endpoints{"PJSIP/bob"}, Before: []endpoints{{"PJSIP/alice"}, {"PJSIP/door"}}}, "group:sales"},
		"a hunt that is no group":              {Loss{Endpoints: endpoints{"PJSIP/erin"}, Before: []endpoints{{"PJSIP/alice"}}}, "agent:erin"},
		"a group after another":                {Loss{Endpoints: endpoints{"PJSIP/alice", "PJSIP/bob"}, Before: []endpoints{{"PJSIP/carol"}}}, "group:sales"},
		"phones after a menu":                  {Loss{Endpoints: endpoints{"PJSIP/erin"}, Contexts: []string{"main-menu"}}, "agent:erin"},
		"a menu":                               {Loss{Contexts: []string{"from-pstn", "main-menu"}}, "scenario:menu"},
		"a menu, then dialplan of no scenario": {Loss{Contexts: []string{"from-pstn", "main-menu", "goodbye"}}, "scenario:menu"},
		"a menu by its beginning":              {Loss{Contexts: []string{"from-pstn", "ivr-hours"}}, "scenario:menu"},
		"the longer beginning":                 {Loss{Contexts: []string{"ivr-orders-new"}}, "scenario:orders"},
		"a name before a beginning":            {Loss{Contexts: []string{"ivr-pay"}}, "scenario:orders"},
		"the last of two":                      {Loss{Contexts: []string{"ivr-pay", "main-menu"}}, "scenario:menu"},
		"dialplan of no scenario":              {Loss{Contexts: []string{"from-pstn", "goodbye"}}, "scenario:goodbye"},
		"nothing":                              {Loss{}, ""},
	} {
		require.Equal(t, row.want, company().attribute(row.loss).String(), name)
	}
}

// An agent whom a rule names loses the calls that rang nobody else; calls of the
// group are still the group's.
func TestAnAgentWhomARuleNames(t *testing.T) {
	account := company()
	account.Rules[0].From = []Target{{TargetAgent, "alice"}}
	for want, loss := range map[string]Loss{
		"agent:alice": {Endpoints: []string{"PJSIP/alice"}},
		"group:day":   {Endpoints: []string{"PJSIP/alice", "PJSIP/carol"}},
		"group:sales": {Endpoints: []string{"PJSIP/alice"}, Before: [][]string{{"PJSIP/bob"}}},
	} {
		require.Equal(t, want, account.attribute(loss).String())
	}
	require.Equal(t, "group:sales", account.attribute(Loss{Endpoints: []string{"PJSIP/bob"}}).String(), "one whom no rule names")
}

// What a call tried is told in the order that attribute needs.
func TestDialsOneAfterTheOther(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.runs("Dial", "PJSIP/dave,15")
	c.runs("Queue", "sales,,,,60")
	c.runs("Dial", "PJSIP/carol,15")
	c.runs("Dial", "PJSIP/alice,15")
	c.runs("Dial", "PJSIP/bob,15")
	loss := c.ends().Loss
	require.Equal(t, []string{"PJSIP/bob"}, loss.Endpoints)
	require.Equal(t, [][]string{{"PJSIP/alice"}, {"PJSIP/carol"}}, loss.Before, "back to the queue")
	require.Equal(t, Target{TargetGroup, "day"}, company().attribute(loss))
}

// A Local channel that is dialled alone is only the way to the dialplan that
// hunts.
func TestAHuntBehindALocalChannel(t *testing.T) {
	half := func(n string) CallChannel {
		return CallChannel{ID: "local" + n, Name: "Local/hunt@sales-00000001;" + n}
	}
	c := tell()
	c.begins(caller)
	c.begins(half("1"))
	c.begins(half("2"))
	c.runs("Dial", "Local/hunt@sales/n")
	c.event(func(at time.Time) CallEvent {
		calling := caller
		calling.App, calling.AppData = "Dial", "Local/hunt@sales/n"
		return DialSeen{At: at, Caller: &calling, Peer: half("1")}
	})
	for _, phone := range []string{"PJSIP/alice", "PJSIP/bob"} {
		c.event(func(at time.Time) CallEvent { return DialplanReached{at, half("2"), "Dial", phone + ",15"} })
	}
	require.Equal(t, Target{TargetGroup, "sales"}, company().attribute(c.ends().Loss))
}

// A call that wanders through a dialplan for hours is known by where it ended.
func TestACallThatPassesThroughEndlessContexts(t *testing.T) {
	c := tell()
	c.begins(caller)
	for i := range 3 * maxRemembered {
		c.event(func(at time.Time) CallEvent {
			there := caller
			there.Context = "ivr-hours"
			if i%2 == 0 {
				there.Context = "elsewhere"
			}
			return DialplanReached{at, there, "NoOp", ""}
		})
	}
	last := caller
	last.Context = "ivr-pay"
	c.event(func(at time.Time) CallEvent { return DialplanReached{at, last, "NoOp", ""} })
	loss := c.ends().Loss
	require.LessOrEqual(t, len(loss.Contexts), maxRemembered)
	require.Equal(t, Target{TargetScenario, "orders"}, company().attribute(loss))
}

func TestListsOrigin(t *testing.T) {
	account := company()
	byScenario := account.Rules[0]
	byScenario.Name, byScenario.MissedIn, byScenario.Scenarios = "menus", MissedInScenario, []string{"menu"}
	rest := byScenario
	rest.Name, rest.Scenarios = "rest", nil
	account.Rules = append(account.Rules, byScenario, rest)
	for _, row := range []struct {
		rule, lostBy string
		want         bool
	}{
		{"lost", "queue:support", true},
		{"lost", "queue:Support", true},
		{"lost", "agent:alice", true},
		{"lost", "group:sales", true},
		{"menus", "scenario:menu", true},
		{"rest", "scenario:menu", true},
		{"rest", "scenario:from-pstn", true},
		{"menus", "scenario:from-pstn", false},
		{"lost", "queue:gone", false},
		{"lost", "agent:gone", false},
		{"rest", "queue:gone", false},
		{"lost", "scenario:from-pstn", false},
		{"gone", "queue:support", false},
		{"", "queue:support", false},
	} {
		lostBy, err := ParseTarget(row.lostBy)
		require.NoError(t, err)
		require.Equal(t, row.want, account.listsOrigin(Task{Kind: KindMissed, Rule: row.rule, LostBy: lostBy}), "%+v", row)
	}
	require.True(t, account.listsOrigin(Task{Kind: KindRequest}), "nobody lost a call that was asked for")
}

// Whoever lost a call is named in tables, logs and answers; a dialplan may make that name of
// what a caller sends. Only the file's own names are taken as they are.
func TestWhoLostACallIsAShortLineOfText(t *testing.T) {
	long := strings.Repeat("å", 500)
	cut := strings.Repeat("å", 40) + "…"
	for name, row := range map[string]struct {
		loss Loss
		want string
	}{
		"said":            {Loss{Said: "group:" + long}, "group:" + cut},
		"said in colours": {Loss{Said: "agent:\x1b[31mbob\n"}, "agent:\uFFFD[31mbob"},
		"a queue":         {Loss{Queue: long}, "queue:" + cut},
		"a phone":         {Loss{Endpoints: []string{"x" + long}}, "agent:x" + strings.Repeat("å", 39) + "…"},
		"a phone before":  {Loss{Earlier: &Loss{Endpoints: []string{"\a"}}}, "agent:\uFFFD"},
		"a context":       {Loss{Contexts: []string{"a\tb"}}, "scenario:a\uFFFDb"},
	} {
		require.Equal(t, row.want, company().attribute(row.loss).String(), name)
	}
	office := company()
	office.Groups[long] = Group{Name: long}
	require.Equal(t, "group:"+long, office.attribute(Loss{Said: "group:" + long}).String(), "the file lists it")
}
