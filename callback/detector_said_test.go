package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (c *telling) sets(name, value string) {
	c.event(func(at time.Time) CallEvent { return VariableSet{at, caller, name, value} })
}

// The dialplan may say who loses a call, in every way in which it sets variables. What it
// says last counts, whatever it tries.
func TestWhatTheDialplanSays(t *testing.T) {
	for says, want := range map[[2]string]string{
		{"Set", "CALLBACKD_MISSED=group:sales"}:                                    "group:sales",
		{"Set", "__CALLBACKD_MISSED=group:sales"}:                                  "group:sales",
		{"Set", "CALLBACKD_MISSED= agent:alice "}:                                  "agent:alice",
		{"MSet", "A=1,_CALLBACKD_MISSED=agent:alice,B=2"}:                          "agent:alice",
		{"ExecIf", "1?Set(CALLBACKD_MISSED=agent:alice)"}:                          "agent:alice",
		{"ExecIf", "0?Set(CALLBACKD_MISSED=agent:alice)"}:                          "queue:first",
		{"ExecIf", "?NoOp():Set(CALLBACKD_MISSED=agent:alice)"}:                    "agent:alice",
		{"ExecIf", "BUSY?Set(CALLBACKD_MISSED=agent:a:b):NoOp()"}:                  "agent:a:b",
		{"TryExec", "Set(CALLBACKD_MISSED=ignore)"}:                                "ignore",
		{"Set", "CALLBACKD_MISSED="}:                                               "",
		{"Set", "OTHER=group:sales"}:                                               "queue:first",
		{"NoOp", "CALLBACKD_MISSED=group:sales"}:                                   "queue:first",
		{"ExecIf", "1?ExecIf(1?ExecIf(1?ExecIf(1?Set(CALLBACKD_MISSED=ignore))))"}: "queue:first", // nobody writes that
	} {
		c := tell()
		c.begins(caller)
		c.runs("Set", "CALLBACKD_MISSED=queue:first")
		c.runs("Dial", "PJSIP/bob,20")
		c.runs(says[0], says[1])
		require.Equal(t, want, c.ends().Loss.Said, "%v", says)
	}
}

// What an AGI sets is told by the variable alone, and an h extension may say it too.
func TestWhatIsSaidOutsideOfTheDialplanAndAfterTheHangup(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.sets("__CALLBACKD_MISSED", "group:sales")
	c.hangsUp()
	require.Equal(t, "group:sales", c.ends().Loss.Said)

	c = tell()
	c.begins(caller)
	c.sets("CALLBACKD_MISSED", "group:sales")
	c.hangsUp()
	c.runs("Set", "CALLBACKD_MISSED=ignore")
	require.Equal(t, SaidIgnore, c.ends().Loss.Said)
}

// A word said behind a Local channel counts for the call that it leads through.
func TestWhatIsSaidBehindALocalChannel(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.runs("Set", "CALLBACKD_MISSED=agent:alice")
	c.throughLocal()
	c.event(func(at time.Time) CallEvent {
		return DialplanReached{at, local("2"), "Set", "CALLBACKD_MISSED=group:sales"}
	})
	require.Equal(t, "group:sales", c.ends().Loss.Said, "said later")
}

// local is one half of a Local channel.
func local(n string) CallChannel {
	return CallChannel{ID: "local" + n, Name: "Local/hunt@sales-00000001;" + n}
}

// throughLocal leads the caller through a Local channel.
func (c *telling) throughLocal() {
	c.begins(local("1"))
	c.begins(local("2"))
	c.runs("Dial", "Local/hunt@sales/n")
	c.dials(caller, local("1"), "hunt@sales/n")
}

// dials has Dial ring peer for by.
func (c *telling) dials(by, peer CallChannel, dialled string) {
	c.event(func(at time.Time) CallEvent { return DialSeen{At: at, Caller: &by, Peer: peer, Dialled: dialled} })
}

func TestSaidBy(t *testing.T) {
	for said, want := range map[string]string{
		"":               "",
		"ignore":         "",
		"group:sales":    "group:sales",
		"queue:SUPPORT":  "queue:support",
		"scenario:menu":  "scenario:menu",
		"agent:nobody":   "agent:nobody",
		"sales":          "agent:erin", // means nothing
		"team:sales":     "agent:erin",
		"group:":         "agent:erin",
		"Ignore it, ok?": "agent:erin",
	} {
		loss := Loss{Said: said}
		if want == "agent:erin" {
			loss.Endpoints = []string{"PJSIP/erin"}
			_, err := loss.SaidBy()
			require.Error(t, err, said)
		}
		require.Equal(t, want, company().attribute(loss).String(), said)
	}
}

// A message is left once VoiceMail() stored one, also if the caller hangs up then. A visit
// to the box without one takes nothing back.
func TestAMessageLeft(t *testing.T) {
	type set = [2]string
	file, ok, failed := set{VariableMessageFile, "/m/msg0000"}, set{VariableVoicemail, "SUCCESS"}, set{VariableVoicemail, "FAILED"}
	for name, row := range map[string]struct {
		sets []set
		want bool
	}{
		"left":                          {[]set{file, ok}, true},
		"left, and the status is lost":  {[]set{file}, true},
		"left, told twice":              {[]set{file, file, ok, ok}, true},
		"hung up before the tone":       {[]set{failed}, false},
		"listened to the greeting":      {[]set{ok}, false},
		"too short to keep":             {[]set{file, failed}, false},
		"left, then hung up in another": {[]set{file, ok, failed}, true},
		"the variable is emptied":       {[]set{{VariableMessageFile, ""}, ok}, false},
	} {
		c := tell()
		c.begins(caller)
		c.hangsUp()
		for _, s := range row.sets {
			c.sets(s[0], s[1])
		}
		require.Equal(t, row.want, c.ends().MessageLeft, name)
	}
}

func TestAMessageLeftBehindALocalChannel(t *testing.T) {
	c := tell()
	c.begins(caller)
	c.throughLocal()
	c.event(func(at time.Time) CallEvent { return VariableSet{at, local("2"), VariableMessageFile, "/m/msg0000"} })
	require.True(t, c.ends().MessageLeft)
}
