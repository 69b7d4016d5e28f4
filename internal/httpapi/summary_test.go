package httpapi_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// In a bubble the clock stands at midnight UTC of 2000-01-01.
func TestSummary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		midnight := time.Now().UTC()
		time.Sleep(3*time.Hour + 10*time.Minute)
		s.miss("acme", "+46701234561") // 1, called back after two hours
		s.miss("acme", "+46701234562") // 2, under way
		s.miss("acme", "+46701234563") // 3, held
		s.miss("acme", "anonymous")
		s.miss("globex", "+46701234564") // 4
		time.Sleep(2 * time.Hour)
		s.claim(1, "one")
		s.complete(1) // they talk after 20 s
		s.claim(2, "two")
		require.Equal(t, http.StatusOK, s.send(http.MethodPost, "/api/v1/tasks/3/hold", `{"reason":"waits for ann"}`).Code)
		s.waits(4, "2 live callers wait in support since 12:03")

		sum := get[httpapi.Summary](s, "/api/v1/summary?account=acme")
		assert.Equal(t, "acme", sum.Account)
		assert.Equal(t, "2000-01-01", sum.Day)
		assert.Equal(t, "UTC", sum.Timezone)
		assert.Equal(t, []time.Time{midnight, midnight.Add(24 * time.Hour)}, []time.Time{sum.Begins, sum.Ends})
		assert.Equal(t, 1, sum.Waiting.Held)
		assert.Equal(t, 1, sum.Waiting.Dialing)
		assert.Zero(t, sum.Waiting.Due+sum.Waiting.Later)
		require.Len(t, sum.Waiting.Reasons, 1)
		assert.Contains(t, sum.Waiting.Reasons[0].Reason, "waits for ann")
		require.Len(t, sum.InProgress, 1)
		live := sum.InProgress[0]
		assert.Equal(t, []any{int64(2), "acme", "+46701234562", support, callback.AttemptAgent, "pbx1", true},
			[]any{live.TaskID, live.Account, live.Number, live.Target, live.State, live.PBX, live.Recorded})
		assert.Equal(t, time.Now().UTC(), live.Claimed)

		counts := httpapi.SummaryCounts{Missed: 4, Refused: 1, CalledBack: 1}
		assert.Equal(t, counts, sum.Counts)
		require.Len(t, sum.Hours, 24)
		assert.Equal(t, httpapi.SummaryHour{Begins: midnight.Add(3 * time.Hour), SummaryCounts: httpapi.SummaryCounts{Missed: 4, Refused: 1}}, sum.Hours[3])
		assert.Equal(t, httpapi.SummaryHour{Begins: midnight.Add(5 * time.Hour), SummaryCounts: httpapi.SummaryCounts{CalledBack: 1}}, sum.Hours[5])
		assert.Equal(t, httpapi.Promptness{
			Tasks: 3, CalledBack: 1, Median: 7220, Percentile: 7220, Within: []httpapi.PromptShare{
				{Seconds: 900, Late: 3}, {Seconds: 3600, Late: 3}, {Seconds: 86400, In: 1, Open: 2, Share: 1},
			},
		}, sum.Promptness)

		all := get[httpapi.Summary](s, "/api/v1/summary")
		assert.Empty(t, all.Account)
		assert.Equal(t, 1, all.Waiting.Due)
		assert.Equal(t, midnight.Add(4*time.Hour+10*time.Minute), all.Waiting.Longest)
		assert.Contains(t, all.Waiting.Reasons, httpapi.WaitingReason{Reason: "2 live callers wait in support since 12:03", Tasks: 1})
		assert.Equal(t, 5, all.Counts.Missed)

		before := get[httpapi.Summary](s, "/api/v1/summary?account=acme&day=1999-12-31")
		assert.Equal(t, midnight, before.Ends)
		assert.Zero(t, before.Counts)
		assert.Zero(t, before.Promptness.Tasks)
		assert.Equal(t, sum.Waiting, before.Waiting, "what waits, waits now")
		problem(t, s.send(http.MethodGet, "/api/v1/summary?day=2000-02-30", ""), http.StatusUnprocessableEntity)
	})
}

// waits stores what a due task waits for.
func (s *service) waits(taskID int64, reason string) {
	s.t.Helper()
	require.NoError(s.t, s.db.Update(s.t.Context(), func(tx callback.Tx) error { return tx.SetWaiting(taskID, reason, time.Time{}) }))
}

// Days and hours are those of the account's clock, also when it is changed.
// Where clocks go forward at midnight a day begins at one o'clock, and can be asked for.
func TestSummaryOfADayWithoutMidnight(t *testing.T) {
	for zone, day := range map[string]string{
		"America/Santiago": "2026-09-06", "America/Havana": "2026-03-08", "Africa/Cairo": "2026-04-24", "Asia/Beirut": "2026-03-29", "America/Asuncion": "2023-10-01",
	} {
		s := newService(t)
		location, err := time.LoadLocation(zone)
		require.NoError(t, err)
		acme := account("acme")
		acme.Location = location
		s.rules.Replace(callback.NewRulebook(acme))
		sum := get[httpapi.Summary](s, "/api/v1/summary?account=acme&day="+day)
		assert.Equal(t, day, sum.Day, zone)
		assert.Equal(t, day+" 01:00", sum.Begins.In(location).Format("2006-01-02 15:04"), zone)
		assert.Equal(t, 23*time.Hour, sum.Ends.Sub(sum.Begins), zone)
	}
}

func TestSummaryOfADayOnWhichClocksChange(t *testing.T) {
	s := newService(t)
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	acme, globex := account("acme"), account("globex")
	acme.Location, globex.Location = stockholm, stockholm
	s.rules.Replace(callback.NewRulebook(acme, globex))
	moment := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return at
	}
	require.NoError(t, s.db.Update(t.Context(), func(tx callback.Tx) error {
		for _, lost := range []string{"2026-03-28T23:00:00Z", "2026-03-29T01:15:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00Z"} {
			if err := tx.InsertMissedCall(&callback.MissedCall{
				PBX: "pbx1", CallID: lost, Account: "acme", Arrived: moment(lost), Lost: moment(lost), Decision: callback.DecisionRefused, Reason: callback.ReasonNoRule,
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, day := range []struct {
		day    string
		hours  int
		missed map[int]int // by the hour from the beginning of the day
	}{
		{"2026-03-29", 23, map[int]int{0: 1, 2: 1}},
		{"2026-10-25", 25, map[int]int{2: 1, 3: 1, 24: 1}},
		{"2026-10-26", 24, map[int]int{0: 1}},
	} {
		for _, of := range []string{"account=acme&", ""} { // all share the zone
			sum := get[httpapi.Summary](s, "/api/v1/summary?"+of+"day="+day.day)
			assert.Equal(t, "Europe/Stockholm", sum.Timezone)
			require.Len(t, sum.Hours, day.hours, day.day)
			got := map[int]int{}
			for i, h := range sum.Hours {
				if h.Missed > 0 {
					got[i] = h.Missed
				}
			}
			assert.Equal(t, day.missed, got, day.day)
		}
	}
	globex.Location = newYork
	s.rules.Replace(callback.NewRulebook(acme, globex))
	assert.Equal(t, "UTC", get[httpapi.Summary](s, "/api/v1/summary").Timezone, "they share none")
	assert.Equal(t, "America/New_York", get[httpapi.Summary](s, "/api/v1/summary?account=globex").Timezone)
}
