package alarms_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/alarms"
)

// What is raised by a Standing ends in the book, whatever else its line says, and nothing
// else does.
func TestWhatStandsEndsWhenItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		log := logInto(b).With().Str("pbx", "pbx1").Logger()
		var s alarms.Standing
		s.Raise(log, "target_missing", "support", "").Str("reason", "of the raising line").Msg("callbackd needs help")
		s.Raise(log, "target_missing", "sales", "").Msg("callbackd needs help")
		s.Raise(log, "logs_lost", "", "").Str("cdr", "Master.csv").Err(errors.New("gone")).Msg("a part is gone")
		assert.True(t, s.Stands("target_missing", "support"))
		s.Over(log, "target_missing", "support")
		s.Over(log, "logs_lost", "")
		assert.False(t, s.Stands("target_missing", "support"))
		_, list := b.List()
		require.Len(t, list, 3)
		over := map[string]bool{}
		for _, a := range list {
			over[a.Name+" "+a.About] = !a.Over.IsZero()
		}
		assert.Equal(t, map[string]bool{
			"target_missing pbx pbx1, support": true, "target_missing pbx pbx1, sales": false, "logs_lost pbx pbx1": true,
		}, over)
	})
}

func TestWhatStandsIsSaidOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		log := logInto(b)
		var s alarms.Standing
		said := func() int {
			_, list := b.List()
			require.Len(t, list, 1)
			return list[0].Count
		}
		meet := func(what string) { s.Raise(log, "target_missing", "support", what).Msg("callbackd needs help") }
		for range 24 * 60 {
			meet("")
			time.Sleep(time.Minute)
		}
		assert.Equal(t, 1, said())
		meet("")
		assert.Equal(t, 2, said(), "it goes on after a day")
		meet("for another reason")
		assert.Equal(t, 3, said())
		s.Over(log, "target_missing", "support")
		meet("for another reason")
		assert.Equal(t, 4, said(), "it is back")
	})
}

// A queue that is missing since Friday is there on Monday, though nobody has met it over
// the weekend; one that nobody wants any more goes after a week.
func TestWhatStandsStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		log := logInto(b)
		var s alarms.Standing
		s.Raise(log, "target_missing", "support", "").Msg("callbackd needs help")
		s.Raise(log, "target_missing", "sales", "").Msg("callbackd needs help")
		time.Sleep(72 * time.Hour)
		_, list := b.List()
		assert.Len(t, list, 2)
		s.Over(log, "target_missing", "sales")
		time.Sleep(24*time.Hour - time.Second)
		_, list = b.List()
		require.Len(t, list, 2, "what is over is told for a day")
		assert.Equal(t, "sales", list[1].About)
		time.Sleep(time.Second)
		_, list = b.List()
		assert.Len(t, list, 1)
		time.Sleep(72 * time.Hour)
		_, list = b.List()
		assert.Empty(t, list)
	})
}

// Where there is room for one only, what stands stays.
func TestWhatStandsDoesNotGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarms.NewBook()
		log := logInto(b)
		var s alarms.Standing
		s.Raise(log, "target_missing", "support", "").Msg("callbackd needs help")
		for i := range 1000 {
			time.Sleep(time.Second)
			log.Error().Str("alarm", "sound_missing").Int("n", i).Str("name", time.Now().String()).Msg("callbackd needs help")
		}
		_, list := b.List()
		assert.Len(t, list, 500)
		assert.Equal(t, "support", list[len(list)-1].About)
	})
}
