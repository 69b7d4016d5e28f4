package recordings_test

import (
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// wave is a file as Asterisk leaves it when it is killed: samples under a header that
// says that there are none. Another header isn't looked at either.
func wave(samples ...int16) []byte {
	file := append([]byte("RIFF\x24\x00\x00\x00WAVEfmt "), make([]byte, 20)...)
	file = append(file, "data\x00\x00\x00\x00"...)
	for _, s := range samples {
		file = binary.LittleEndian.AppendUint16(file, uint16(s))
	}
	return file
}

// ramp is so many samples from first on, each one more.
func ramp(first int16, n int) []int16 {
	list := make([]int16, n)
	for i := range list {
		list[i] = first + int16(i)
	}
	return list
}

// heard reads a recording to its end.
func (h *house) heard(id int64) []byte {
	h.t.Helper()
	sound, _, err := h.keeper.Open(h.t.Context(), id)
	require.NoError(h.t, err)
	content, err := io.ReadAll(sound)
	require.NoError(h.t, err)
	require.NoError(h.t, sound.Close())
	return content
}

func samples(content []byte) (list []int16) {
	for i := 0; i+1 < len(content); i += 2 {
		list = append(list, int16(binary.LittleEndian.Uint16(content[i:])))
	}
	return list
}

func TestAHeaderIsMended(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		h.pbx1.files[r.Name] = wave(ramp(-100, 10_000)...)
		content := h.heard(r.ID)
		require.Equal(t, ramp(-100, 10_000), samples(content[44:]))
		for at, want := range map[int]uint32{4: 36 + 20_000, 16: 16, 24: 8000, 28: 16_000, 40: 20_000} {
			assert.Equal(t, want, binary.LittleEndian.Uint32(content[at:]), "at %d", at)
		}
		for at, want := range map[int]uint16{20: 1, 22: 1, 32: 2, 34: 16} {
			assert.Equal(t, want, binary.LittleEndian.Uint16(content[at:]), "at %d", at)
		}
		assert.Equal(t, "RIFF", string(content[:4]))
		assert.Equal(t, "WAVEfmt ", string(content[8:16]))
		assert.Equal(t, "data", string(content[36:40]))
	})
}

// The customer is left, the agent right; whoever ends earlier is silent then.
func TestEachSideHasItsChannel(t *testing.T) {
	for name, lengths := range map[string][2]int{"as long": {9000, 9000}, "the customer is longer": {9000, 8990}, "the agent is longer": {0, 5000}} {
		t.Run(name, func(t *testing.T) {
			inHouse(t, func(h *house) {
				r := h.recorded(1, callback.RecordingKept, eachSide)
				customer, agent := ramp(1, lengths[0]), ramp(10_001, lengths[1])
				h.pbx1.files[r.Name+"-in"], h.pbx1.files[r.Name+"-out"] = wave(customer...), wave(agent...)
				content := h.heard(r.ID)
				n := max(lengths[0], lengths[1])
				for at, want := range map[int]uint32{4: 36 + uint32(4*n), 28: 32_000, 40: uint32(4 * n)} {
					assert.Equal(t, want, binary.LittleEndian.Uint32(content[at:]), "at %d", at)
				}
				assert.EqualValues(t, 2, binary.LittleEndian.Uint16(content[22:]))
				assert.EqualValues(t, 4, binary.LittleEndian.Uint16(content[32:]))
				var want []int16
				padded := func(side []int16, i int) int16 {
					if i < len(side) {
						return side[i]
					}
					return 0
				}
				for i := range n {
					want = append(want, padded(customer, i), padded(agent, i))
				}
				require.Equal(t, want, samples(content[44:]))
			})
		})
	}
}

// A player jumps.
func TestARecordingIsReadFromAnyPlace(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept, eachSide)
		h.pbx1.files[r.Name+"-in"], h.pbx1.files[r.Name+"-out"] = wave(ramp(1, 20_000)...), wave(ramp(5, 20_000)...)
		whole := h.heard(r.ID)
		sound, _, err := h.keeper.Open(h.t.Context(), r.ID)
		require.NoError(t, err)
		end, err := sound.Seek(0, io.SeekEnd)
		require.NoError(t, err)
		require.EqualValues(t, len(whole), end)
		for _, at := range []int64{0, 43, 45, 70_001, 50_000, 44, 100, end - 3, end} {
			_, err := sound.Seek(at, io.SeekStart)
			require.NoError(t, err)
			part := make([]byte, min(1000, end-at))
			_, err = io.ReadFull(sound, part)
			require.NoError(t, err)
			require.Equal(t, whole[at:at+int64(len(part))], part, "from %d", at)
		}
		_, err = sound.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		_, err = sound.Seek(-1, io.SeekStart)
		require.Error(t, err)
		require.NoError(t, sound.Close())
		require.Zero(t, h.pbx1.open, "every file is closed")
	})
}

// A file that ends before its time is an error, not a shorter conversation.
func TestAFileThatEndsTooEarly(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		h.pbx1.files[r.Name] = wave(ramp(1, 20_000)...)
		sound, _, err := h.keeper.Open(h.t.Context(), r.ID)
		require.NoError(t, err)
		h.pbx1.files[r.Name] = wave(ramp(1, 100)...)
		_, err = sound.Seek(30_000, io.SeekStart)
		require.NoError(t, err)
		_, err = io.CopyN(io.Discard, sound, 10)
		require.NoError(t, err)
		_, err = sound.Seek(44, io.SeekStart)
		require.NoError(t, err)
		_, err = io.ReadAll(sound)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.NoError(t, sound.Close())
	})
}

func TestOneSideThatIsMissing(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept, eachSide)
		delete(h.pbx1.files, r.Name+"-in")
		h.pbx1.files[r.Name+"-out"] = wave(1, 2, 3)
		require.Equal(t, []int16{0, 1, 0, 2, 0, 3}, samples(h.heard(r.ID)[44:]))
	})
}

func TestWhatCannotBeHeard(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept, eachSide)
		open := func() error {
			_, _, err := h.keeper.Open(h.t.Context(), r.ID)
			return err
		}
		h.pbx1.refuses = errors.New("no")
		require.ErrorIs(t, open(), callback.ErrRecordingRefused)
		h.pbx1.refuses = nil
		h.pbx1.away = errors.New("away")
		require.ErrorIs(t, open(), callback.ErrRecordingAway)
		h.pbx1.away = nil
		clear(h.pbx1.files)
		require.ErrorIs(t, open(), callback.ErrRecordingMissing)
		_, err := h.keeper.Delete(h.t.Context(), r.ID, "admin")
		require.NoError(t, err)
		require.ErrorIs(t, open(), callback.ErrRecordingDeleted)
		_, _, err = h.keeper.Open(h.t.Context(), 4711)
		require.ErrorIs(t, err, callback.ErrNotFound)
		require.Zero(t, h.pbx1.open)
	})
}

// Listeners leave Asterisk's connections to the calls: the fifth waits.
func TestManyListeners(t *testing.T) {
	inHouse(t, func(h *house) {
		r := h.recorded(1, callback.RecordingKept)
		var open []io.Closer
		for range 4 {
			sound, _, err := h.keeper.Open(h.t.Context(), r.ID)
			require.NoError(t, err)
			open = append(open, sound)
		}
		_, _, err := h.keeper.Open(h.t.Context(), r.ID)
		require.ErrorIs(t, err, callback.ErrRecordingBusy)
		go func() {
			time.Sleep(time.Second)
			_ = open[0].Close()
			_ = open[0].Close() // frees one place, not two
		}()
		sound, _, err := h.keeper.Open(h.t.Context(), r.ID)
		require.NoError(t, err)
		synctest.Wait()
		_, _, err = h.keeper.Open(h.t.Context(), r.ID)
		require.ErrorIs(t, err, callback.ErrRecordingBusy)
		for _, s := range append(open[1:], sound) {
			require.NoError(t, s.Close())
		}
		require.NotEmpty(t, h.heard(r.ID))
	})
}
