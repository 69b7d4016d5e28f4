package doctor

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRoom(t *testing.T) {
	for left, want := range map[uint64]string{
		99_999_999:     "error /disk has only 99 MB left, where the database is",
		100_000_000:    "warning /disk has only 100 MB left, where the database is",
		999_999_999:    "warning /disk has only 999 MB left, where the database is",
		12_340_000_000: "ok /disk has 12.3 GB left, where the database is",
	} {
		p := newPremises(t)
		p.examineRoom("/disk", func(string) (uint64, error) { return left, nil })
		list, _ := p.lines()
		assert.Equal(t, []string{want}, list)
	}
	p := newPremises(t)
	p.examineRoom("/disk", func(string) (uint64, error) { return 0, errors.New("input/output error") })
	list, _ := p.lines()
	assert.Equal(t, []string{"note how much room /disk has can't be found out: input/output error"}, list)
}

// The folder of the database is made at callbackd's first start.
func TestRoomOfAFolderThatIsNotThereYet(t *testing.T) {
	folder := t.TempDir()
	require.Equal(t, folder, existing(filepath.Join(folder, "var/lib/callbackd")))
	left, err := free(folder)
	require.NoError(t, err)
	require.NotZero(t, left)
}

func TestTheYear(t *testing.T) {
	p := newPremises(t)
	p.examineYear(time.Now())
	require.Empty(t, p.found)
	for _, year := range []int{2025, 2100} {
		p.examineYear(time.Date(year, 7, 1, 3, 0, 0, 0, time.UTC))
	}
	require.Empty(t, p.found)
	for _, year := range []int{1970, 2024, 2101} {
		p.examineYear(time.Date(year, 1, 1, 3, 0, 0, 0, time.UTC))
	}
	list, _ := p.lines()
	const says = "error this machine's clock says that it is "
	require.Equal(t, []string{says + "1970-01-01", says + "2024-01-01", says + "2101-01-01"}, list)
}
