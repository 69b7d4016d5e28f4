package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback/hours"
)

func TestWhenACallbackIsWorthOffering(t *testing.T) {
	open, closed := &hours.Schedule{Name: "office"}, &hours.Schedule{Name: "office"}
	open.Weekly[noon.Weekday()] = []hours.Window{{From: 0, To: 24 * 60}}
	closed.Weekly[(noon.Weekday()+1)%7] = []hours.Window{{From: 0, To: 24 * 60}}
	for name, row := range map[string]struct {
		offer Offer
		queue QueueNow
		want  Offered
	}{
		"always":                               {},
		"always, whoever is free":              {queue: QueueNow{Free: 3}},
		"nobody waits":                         {offer: Offer{Callers: 1}, want: OfferedNotCrowded},
		"one less than wanted":                 {offer: Offer{Callers: 3}, queue: QueueNow{Callers: 2}, want: OfferedNotCrowded},
		"as many as wanted":                    {offer: Offer{Callers: 3}, queue: QueueNow{Callers: 3}},
		"a second too short":                   {offer: Offer{LongestWait: 2 * time.Minute}, queue: QueueNow{LongestWait: 119 * time.Second}, want: OfferedNotCrowded},
		"long enough":                          {offer: Offer{LongestWait: 2 * time.Minute}, queue: QueueNow{LongestWait: 2 * time.Minute}},
		"long enough, but few":                 {offer: Offer{LongestWait: time.Minute, Callers: 3}, queue: QueueNow{LongestWait: time.Minute, Callers: 1}},
		"many, but not for long":               {offer: Offer{LongestWait: time.Minute, Callers: 3}, queue: QueueNow{LongestWait: time.Second, Callers: 3}},
		"neither long nor many":                {offer: Offer{LongestWait: time.Minute, Callers: 3}, queue: QueueNow{LongestWait: time.Second, Callers: 2}, want: OfferedNotCrowded},
		"somebody is free":                     {offer: Offer{NobodyFree: true}, queue: QueueNow{Free: 1}, want: OfferedAgentFree},
		"nobody is free":                       {offer: Offer{NobodyFree: true}},
		"crowded, though somebody is free":     {offer: Offer{Callers: 1, NobodyFree: true}, queue: QueueNow{Callers: 4, Free: 1}, want: OfferedAgentFree},
		"nobody is free, and it isn't crowded": {offer: Offer{Callers: 1, NobodyFree: true}, want: OfferedNotCrowded},
		"open":                                 {offer: Offer{Schedule: open}},
		"closed":                               {offer: Offer{Schedule: closed}, want: OfferedClosed},
		"closed, and crowded":                  {offer: Offer{Schedule: closed, Callers: 1}, queue: QueueNow{Callers: 9}, want: OfferedClosed},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, row.want, row.offer.worth(row.queue, time.UTC, noon))
		})
	}
}

// What came of a caller is in the log and in the metrics: each word means one thing.
func TestWhatComesOfACaller(t *testing.T) {
	seen := map[Offered]bool{}
	for _, o := range AllOffered {
		require.NotEmpty(t, o.Meaning())
		require.False(t, seen[o], o)
		seen[o] = true
	}
	require.Empty(t, Offered("elsewhere").Meaning())
}
