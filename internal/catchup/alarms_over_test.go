package catchup

import (
	"errors"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/alarms"
	"callbackd/internal/witness"
)

// silent counts nothing.
type silent struct{ Meter }

func (silent) LogTrouble(_, _ string) {}

// Whoever reads the log knows of each alarm about logs that it is over.
func TestAlarmsAboutLogsEnd(t *testing.T) {
	book := alarms.NewBook()
	r := New(Options{Log: zerolog.New(book), Meter: silent{}, Logs: witness.Logs{PBX: "pbx1", CDR: "Master.csv"}})
	r.unreadable(errors.New("permission denied"))
	r.foreign(true)
	for _, kind := range []error{witness.ErrNoUniqueID, witness.ErrReplaced, witness.ErrBroken} {
		r.complain(kind, kind)
	}
	_, list := book.List()
	require.Len(t, list, len(alarmOf))
	for kind := range alarmOf {
		r.over(kind)
	}
	_, list = book.List()
	require.Len(t, list, len(alarmOf))
	for _, a := range list {
		assert.False(t, a.Over.IsZero(), a.Name)
	}
}
