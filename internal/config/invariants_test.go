package config_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
	"callbackd/sounds"
)

func TestGoodFilesKeepTheirPromises(t *testing.T) {
	for _, folder := range []string{"rules/good", "rules/warned"} {
		t.Run(folder, func(t *testing.T) {
			for _, path := range fixtures(t, folder) {
				book, _, err := loadRules(path)
				require.NoError(t, err)
				checkAccount(t, book.Accounts()[0])
			}
		})
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "internal", "lab", "*.yaml"))
	require.NoError(t, err)
	for _, path := range files {
		book, _, err := loadRules(path)
		require.NoError(t, err)
		checkAccount(t, book.Accounts()[0])
	}
}

// checkAccount checks what the domain takes for granted of an account: every
// name refers to something, and everything that must be there is.
func checkAccount(t *testing.T, a *callback.Account) {
	t.Helper()
	require.NotEmpty(t, a.Name)
	require.NotEmpty(t, a.Callable.Countries)
	for _, country := range append(a.Callable.Countries, a.Country) {
		require.Len(t, country, 2)
	}
	c := a.Callable
	require.Positive(t, min(a.Lines, c.PerNumber.Day, c.PerNumber.Month, c.PerDay))
	require.GreaterOrEqual(t, a.MinTalk, time.Duration(0))
	for name, r := range a.Regions {
		require.Equal(t, name, r.Name)
		require.Contains(t, operator("").Asterisk, r.PBX)
		require.NotEmpty(t, r.Trunks)
		require.Contains(t, r.Dial, "{number}")
		require.NotEmpty(t, r.NumberFormat)
		require.NotEmpty(t, r.Formats)
		require.GreaterOrEqual(t, r.MaxCalls, 0)
	}
	for name, g := range a.Groups {
		require.Equal(t, name, g.Name)
		require.NotEmpty(t, g.Members)
		for _, member := range g.Members {
			require.Contains(t, a.Agents, member)
		}
	}
	for name, q := range a.Queues {
		require.Equal(t, name, q.Name)
		require.Contains(t, []callback.Ringing{callback.RingingOne, callback.RingingEach}, q.Ringing)
		if q.Area != "" {
			require.Contains(t, a.Areas, q.Area)
		}
	}
	for name, s := range a.Scenarios {
		require.Equal(t, name, s.Name)
		require.NotEmpty(t, s.Contexts)
	}
	names := map[string]bool{}
	for _, r := range a.Rules {
		require.False(t, names[r.Name], r.Name)
		names[r.Name] = true
		checkRule(t, a, r)
	}
	if a.Requests != nil {
		r := a.Requests.Rule
		require.Equal(t, callback.RequestsRule, r.Name)
		require.True(t, r.Enabled)
		require.Contains(t, a.Regions, r.Region, "no call has come in that would tell the way out")
		require.Positive(t, a.Requests.Ahead)
		r.MissedIn = callback.MissedInContactCenter
		checkRule(t, a, r)
	}
}

func checkRule(t *testing.T, a *callback.Account, r callback.Rule) {
	t.Helper()
	require.NotEmpty(t, r.Name)
	require.NotEmpty(t, r.DialingIntervals)
	for i, interval := range r.DialingIntervals {
		require.True(t, interval >= time.Minute && interval <= time.Hour || interval == 0 && i == 0, interval)
	}
	for _, from := range r.From {
		require.True(t, a.Lists(from), from)
	}
	for _, scenario := range r.Scenarios {
		require.Contains(t, a.Scenarios, scenario)
	}
	if r.Forward.IsZero() {
		require.Equal(t, callback.MissedInContactCenter, r.MissedIn)
	} else {
		require.True(t, a.Lists(r.Forward), r.Forward)
	}
	if r.Region != "" {
		require.Contains(t, a.Regions, r.Region)
	}
	require.True(t, r.CallerID == "" || callback.Dialable(r.CallerID), r.CallerID)
	require.Positive(t, r.WaitForCustomer)
	checkHeard(t, r)
	require.True(t, r.GiveUpAfter >= 1 && r.GiveUpAfter <= 365, r.GiveUpAfter)
	require.NotNil(t, r.Treatments)
	for result, treatment := range r.Treatments {
		require.Contains(t, callback.Results, result)
		require.NotEqual(t, callback.ResultConnected, result)
		require.False(t, treatment.Close && treatment.In != 0)
		require.True(t, treatment.AtMost == 0 || treatment.AtMost >= 2 && treatment.In > 0, treatment)
	}
	checkSchedule(t, r.Schedule)
}

// checkHeard checks what an attempt takes for granted of sounds and keys.
func checkHeard(t *testing.T, r callback.Rule) {
	t.Helper()
	heard := []callback.Sound{r.Voicemail.Message, {Say: r.AgentAnnouncement}, {Play: r.AgentPrompt}}
	for _, accept := range []*callback.Accept{r.AgentAccept, r.CustomerAccept} {
		if accept != nil {
			heard = append(heard, accept.Ask)
			require.Regexp(t, `^[0-9*#]$`, accept.Key)
			require.True(t, accept.Within >= time.Second && accept.Within <= time.Minute, accept.Within)
		}
	}
	require.Regexp(t, `^[0-9*#]?$`, r.StopKey)
	require.False(t, r.CustomerAccept != nil && r.CustomerAccept.Key == r.StopKey, "one key for two things")
	require.Contains(t, []callback.VoicemailAction{callback.VoicemailConnect, callback.VoicemailHangUp, callback.VoicemailLeave}, r.Voicemail.Action)
	require.Equal(t, r.Voicemail.Action == callback.VoicemailLeave, !r.Voicemail.Message.IsZero())
	require.True(t, r.MaxCall >= time.Minute && r.MaxCall <= 24*time.Hour, r.MaxCall)
	if r.Language != "" {
		language, err := sounds.ParseLanguage(r.Language)
		require.NoError(t, err)
		require.Equal(t, language, r.Language, "as Asterisk writes it")
	}
	if r.Recording != nil {
		require.Positive(t, r.Recording.Keep)
		require.Contains(t, []int{1, 2}, r.Recording.Channels)
		heard = append(heard, r.Recording.Notice)
	}
	for _, s := range heard {
		require.False(t, s.Play != "" && s.Say != nil, s)
		if s.Say != nil {
			require.NoError(t, sounds.Speech(*s.Say).Check())
		}
	}
}

func checkSchedule(t *testing.T, s *hours.Schedule) {
	t.Helper()
	require.NotNil(t, s)
	require.NotEmpty(t, s.Name)
	require.True(t, s.EverOpens(hours.Zones{time.UTC}), s.Name)
	days := s.Weekly[:]
	for _, windows := range s.Except {
		days = append(days, windows)
	}
	for _, windows := range days {
		for _, w := range windows {
			require.True(t, 0 <= w.From && w.From < w.To && w.From < 24*60 && w.To <= 48*60, w)
		}
	}
}
