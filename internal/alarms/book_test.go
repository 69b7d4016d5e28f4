package alarms_test

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/alarms"
)

// logInto is a log as the daemon's, whose second reader is a book.
func logInto(b *alarms.Book) zerolog.Logger {
	return zerolog.New(zerolog.MultiLevelWriter(io.Discard, b)).With().Timestamp().Logger()
}

func TestAlarmsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		began := time.Now()
		log := logInto(b)
		raise := func(pbx, queue string) {
			log.Error().Str("pbx", pbx).Str("alarm", "target_missing").Str("name", queue).Int64("task", 12).Int64("attempt", 31).
				Err(errors.New("Asterisk doesn't know it")).Msg("callbackd needs help")
		}
		raise("pbx1", "support")
		time.Sleep(time.Minute)
		log.Info().Str("account", "acme").Msg(`something else with "alarm": in its words`)
		log.Error().Str("alarm", "giving_up_soon").Str("account", "acme").Int("count", 3).Msg("tasks will expire")
		time.Sleep(time.Minute)
		raise("pbx1", "support")
		raise("pbx2", "support")

		since, list := b.List()
		assert.Equal(t, began, since)
		require.Len(t, list, 3)
		assert.Equal(t, alarms.Alarm{
			Name: "target_missing", About: "pbx pbx1, name support", Message: "callbackd needs help: Asterisk doesn't know it", TaskID: 12,
			Count: 2, First: began, Last: began.Add(2 * time.Minute),
		}, list[0])
		assert.Equal(t, "pbx pbx2, name support", list[1].About)
		assert.Equal(t, alarms.Alarm{
			Name: "giving_up_soon", Account: "acme", Message: "tasks will expire", Count: 1, First: began.Add(time.Minute), Last: began.Add(time.Minute),
		}, list[2])
	})
}

func TestAnAlarmThatIsOverSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		log := logInto(b)
		over := func(name string) { log.Info().Str("alarm", "target_missing").Str("name", name).Msg("alarm is over") }
		log.Error().Str("alarm", "target_missing").Str("name", "support").Msg("callbackd needs help")
		time.Sleep(time.Second)
		log.Error().Str("alarm", "target_missing").Str("name", "sales").Msg("callbackd needs help")
		time.Sleep(time.Second)
		over("sales")
		over("never heard of")
		_, list := b.List()
		require.Len(t, list, 2)
		assert.Equal(t, "name support", list[0].About, "what stands comes first")
		assert.Zero(t, list[0].Over)
		assert.Equal(t, time.Now(), list[1].Over)
		assert.Equal(t, "callbackd needs help", list[1].Message)

		log.Error().Str("alarm", "target_missing").Str("name", "sales").Msg("callbackd needs help")
		_, list = b.List()
		assert.Zero(t, list[0].Over, "it is back")
		assert.Equal(t, 2, list[0].Count)
	})
}

func TestAlarmsAreForgottenAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		log := logInto(b)
		log.Error().Str("alarm", "logs_lost").Msg("a part of the logs is gone")
		time.Sleep(24*time.Hour - time.Millisecond)
		_, list := b.List()
		assert.Len(t, list, 1)
		time.Sleep(time.Millisecond)
		since, list := b.List()
		assert.Empty(t, list)
		assert.Equal(t, time.Now().Add(-24*time.Hour), since)
	})
}

// However much is wrong, memory is bounded, and what goes on being said stays.
func TestThereIsRoomForTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		log := logInto(b)
		for i := range 2000 {
			log.Error().Str("alarm", "sound_missing").Str("name", fmt.Sprint(i)).Msg("callbackd needs help")
			log.Error().Str("alarm", "rules_unreadable").Msg("the rules files can't be read")
			time.Sleep(time.Second)
		}
		_, list := b.List()
		assert.Len(t, list, 500)
		assert.Equal(t, "rules_unreadable", list[0].Name)
		assert.Equal(t, 2000, list[0].Count)
		assert.Equal(t, "name 1999", list[1].About)
	})
}

func TestLinesThatArentAlarms(t *testing.T) {
	b := alarms.NewBook()
	for _, line := range []string{``, `"alarm":`, `{"alarm":`, `{"alarm":3}`, `{"alarm":""}`, `["alarm":"x"]`, `{"message":"\"alarm\":"}`} {
		n, err := b.Write([]byte(line))
		require.NoError(t, err)
		assert.Len(t, line, n)
	}
	_, list := b.List()
	assert.Empty(t, list)
}

func TestNotify(t *testing.T) {
	b := alarms.NewBook()
	var heard []alarms.Alarm
	b.Notify(func(a alarms.Alarm) { heard = append(heard, a) })
	log := logInto(b)
	log.Error().Str("alarm", "logs_lost").Msg("a part of the logs is gone")
	log.Info().Msg("nothing")
	require.Len(t, heard, 1)
	assert.Equal(t, "logs_lost", heard[0].Name)
}

// Every alarm of the table says what to do, in plain words.
func TestAdvice(t *testing.T) {
	a := alarms.AdviceOn("trunk_paused")
	assert.Contains(t, a.Means, "Nobody is called through that region")
	assert.Contains(t, a.Act, "Look at the trunk: registration, credentials")
	assert.Equal(t, "See One-ring calls: release them if they are customers, else let them expire.", alarms.AdviceOn("one_ring_burst").Act)
	assert.Contains(t, alarms.AdviceOn("logs_without_ids").Act, "loguniqueid = yes in the section [csv] of cdr.conf")
	assert.Zero(t, alarms.AdviceOn("never heard of"))
}
