package reload

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// lose has a call lost in a queue and gives the id of the task that follows.
func (s *site) lose(caller, queue string) int64 {
	var task int64
	intake := callback.NewIntake(s.db, s.Rules(), func(m callback.MissedCall) { task = m.TaskID })
	now := time.Now()
	require.NoError(s, intake.Take(s.Context(), callback.Verdict{
		PBX: "pbx1", CallID: caller + queue, Trunk: "PJSIP/pstn", Caller: caller, Dialled: "+4685550000",
		Arrived: now.Add(-time.Minute), Ended: now, Loss: callback.Loss{Queue: queue},
	}))
	require.NotZero(s, task)
	return task
}

const twoRules = acme + `  - {name: other, missed_in: contact_center, dialing_intervals: [5m]}
`

func TestPreviewOfADraft(t *testing.T) {
	from := func(text string) string {
		return with(text, "{name: lost, ", "{name: lost, from: [\"queue:support\"], ")
	}
	s := newSite(t, "acme.yaml", from(twoRules))
	require.NoError(t, s.open())
	lost, other := s.lose("+46701234567", "support"), s.lose("+46701234568", "billing")
	for name, row := range map[string]struct {
		draft       string
		differences []string
		tasks       []Consequence
	}{
		"a setting": {
			from(waiting(twoRules, "45")),
			[]string{`rules["lost"].wait_for_customer: 30s → 45s`},
			[]Consequence{{Effect: callback.EffectSettings, Count: 1, IDs: []int64{lost}}},
		},
		"a rule is disabled": {
			with(from(twoRules), "{name: lost,", "{name: lost, enabled: false,"),
			[]string{`rules["lost"].enabled: true → false`},
			[]Consequence{{Effect: callback.EffectCancelled, Reason: callback.CancelRuleDisabled, Count: 1, IDs: []int64{lost}}},
		},
		"who lost the call is gone": {
			with(from(twoRules), ", billing: {}", ""),
			[]string{"queues.billing: removed: {ringing: one}"},
			[]Consequence{{Effect: callback.EffectOriginDeleted, Reason: callback.CancelOriginDeleted, Count: 1, IDs: []int64{other}}},
		},
		"a number may not be called any more": {
			with(from(twoRules), "queues:", "callable: {refuse: [\"+46701234567\"]}\nqueues:"),
			[]string{"callable.refuse: added: [+46701234567]"},
			[]Consequence{{Effect: callback.EffectForbidden, Reason: "the number may not be called any more: prefix_refused", Count: 1, IDs: []int64{lost}}},
		},
		"nothing that works otherwise": {from(twoRules) + "# a comment\n", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := s.PreviewText(t.Context(), "draft.yaml", []byte(row.draft))
			require.NoError(t, err)
			require.Empty(t, p.Problems.Errors())
			var lines []string
			for _, d := range p.Differences {
				lines = append(lines, d.String())
			}
			require.Equal(t, row.differences, lines)
			require.Equal(t, row.tasks, p.Tasks)
			want := VerdictChanged
			if len(row.differences) == 0 {
				want = VerdictUnchanged
			}
			require.Equal(t, want, p.Verdict)
		})
	}
	require.Equal(t, from(twoRules), s.kept()["acme"], "a draft changes nothing")
}

func TestPreviewOfWhatIsNotTaken(t *testing.T) {
	s := newSite(t, "acme.yaml", acme)
	require.NoError(t, s.open())
	p, err := s.PreviewText(t.Context(), "draft.yaml", []byte(faultyAcme))
	require.NoError(t, err)
	require.Equal(t, VerdictFaulty, p.Verdict)
	require.Equal(t, "draft.yaml", p.Problems[0].File)
	require.Empty(t, p.Differences)

	p, err = s.PreviewText(t.Context(), "draft.yaml", []byte(with(other, "+4685551111", "+4685550000")))
	require.NoError(t, err)
	require.Equal(t, VerdictFaulty, p.Verdict, "the number is another account's")
	require.Contains(t, p.Problems[0].Message, "account acme")

	p, err = s.PreviewText(t.Context(), "draft.yaml", []byte(other))
	require.NoError(t, err)
	require.Equal(t, VerdictNew, p.Verdict)
}

// The files on the disk: what keeps one from coming into force, and which is gone.
func TestPreviewOfTheFiles(t *testing.T) {
	s := newSite(t, "acme.yaml", acme, "other.yaml", other)
	require.NoError(t, s.open())
	s.write("rules/acme.yaml", faultyAcme)
	s.remove("rules/other.yaml")
	list, err := s.Preview(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, VerdictFaulty, list[0].Verdict)
	require.Equal(t, "acme", list[0].Account)
	require.NotEmpty(t, list[0].Problems)
	require.Equal(t, VerdictMissing, list[1].Verdict)
	require.Equal(t, "other", list[1].Account)
	s.remove("rules/acme.yaml")
	list, err = s.Preview(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, VerdictFaulty, list[0].Verdict)
	require.Contains(t, list[0].Problems[0].Message, "ACCOUNT.yaml")
	s.write("rules/acme.yaml", waiting(acme, "45"))
	list, err = s.Preview(t.Context())
	require.NoError(t, err)
	require.Equal(t, VerdictChanged, list[0].Verdict, "in the moment before it is believed")
}

// The rulebooks that a replay of missed calls goes by.
func TestRulebooksThatAreNotInForce(t *testing.T) {
	s := newSite(t, "acme.yaml", acme, "other.yaml", other)
	require.NoError(t, s.open())
	wait := func(book *callback.Rulebook, account string) string {
		a, ok := book.Account(account)
		require.True(t, ok)
		return a.Rules[0].WaitForCustomer.String()
	}
	s.write("rules/acme.yaml", waiting(acme, "45"))
	s.write("rules/other.yaml", with(other, "country", "contry"))
	book, problems := s.Saved()
	require.Equal(t, "45s", wait(book, "acme"))
	require.Equal(t, "30s", wait(book, "other"), "a faulty file leaves what is in force")
	require.NotEmpty(t, problems)

	book, problems = s.Drafted("draft.yaml", []byte(waiting(acme, "50")))
	require.Empty(t, problems)
	require.Equal(t, "50s", wait(book, "acme"))
	require.Equal(t, "30s", wait(book, "other"))
	book, problems = s.Drafted("draft.yaml", []byte(faultyAcme))
	require.Nil(t, book)
	require.Equal(t, "draft.yaml", problems[0].File)
	require.Equal(t, "30s", s.wait("acme"))
}

// What an edit permits is told as well as what it forbids.
func TestPreviewOfWhatIsPermittedAgain(t *testing.T) {
	s := newSite(t, "acme.yaml", acme)
	require.NoError(t, s.open())
	task := s.lose("+46701234567", "support")
	s.write("rules/acme.yaml", with(acme, "queues:", "callable: {refuse: [\"+46701234567\"]}\nqueues:"))
	require.NoError(t, s.open())
	p, err := s.PreviewText(t.Context(), "draft.yaml", []byte(acme))
	require.NoError(t, err)
	require.Equal(t, []Consequence{{
		Effect: callback.EffectAllowed, Reason: "the number may not be called any more: prefix_refused", Count: 1, IDs: []int64{task},
	}}, p.Tasks)
}
