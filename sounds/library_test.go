package sounds

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShippedSoundIsWrittenOutForAsterisk(t *testing.T) {
	written := filepath.Join(t.TempDir(), "shipped")
	library, err := Open(filepath.Join(t.TempDir(), "absent"), written)
	require.NoError(t, err)

	path, err := library.Path("callback")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(written, "callback"), path)
	info, err := os.Stat(path + ".wav")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode().Perm(), "Asterisk runs as another user")
	require.Equal(t, []string{"callback"}, Shipped())
}

func TestTheOperatorsSoundComesFirst(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "callback.wav"), wav(8000, 1, 16), 0o644))
	library, err := Open(folder, t.TempDir())
	require.NoError(t, err)
	path, err := library.Path("callback")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "callback"), path)
}

func TestSoundsThatAsteriskCannotPlay(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string][]byte{
		"cd":     wav(44100, 2, 16),
		"text":   []byte("no sound at all, only words"),
		"noaud":  wav(8000, 1, 16)[:12],
		"narrow": wav(8000, 1, 8),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".wav"), content, 0o644))
	}
	library, err := Open(folder, t.TempDir())
	require.NoError(t, err)
	for name, message := range map[string]string{
		"cd":     "44100 Hz, 2 channels, 16 bits",
		"text":   "isn't a WAV file",
		"noaud":  `has no "fmt " chunk`,
		"narrow": "8 bits",
	} {
		_, err := library.Path(name)
		require.ErrorContains(t, err, message, name)
		require.ErrorContains(t, Check(folder, name), message, name)
	}
	for _, name := range []string{"absent", "../../etc/passwd", "", "Callback"} {
		_, err := library.Path(name)
		require.ErrorIs(t, err, ErrUnknown, name)
		require.ErrorIs(t, Check(folder, name), ErrUnknown, name)
	}
	require.ErrorContains(t, Check(folder, "Callback"), "names have small letters")
	require.ErrorContains(t, Check(folder, "absent"), "put absent.wav (8 kHz, mono, 16 bit) into "+folder+"; shipped: callback")
}

// The operator's own file, which can't be played, isn't hidden by the shipped
// one: the operator would hear that one and wonder.
func TestABadFileIsNotReplacedByTheShippedOne(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, Check(folder, "callback"))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "callback.wav"), wav(44100, 2, 16), 0o644))
	require.ErrorContains(t, Check(folder, "callback"), "convert it with `sox IN -r 8000")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "callback.wav"), wav(8000, 1, 16), 0o644))
	require.NoError(t, Check(folder, "callback"))
}

// What is longer than a minute would be cut off. The header of a file that was
// written into a pipe says nothing about that.
func TestASoundIsAtMostAMinuteLong(t *testing.T) {
	folder := t.TempDir()
	for seconds, refused := range map[int]bool{60: false, 61: true} {
		content := append(wav(8000, 1, 16), make([]byte, seconds*8000*2)...)
		binary.LittleEndian.PutUint32(content[len(content)-seconds*8000*2-4:], 0x7ffffff0)
		require.NoError(t, os.WriteFile(filepath.Join(folder, "long.wav"), content, 0o644))
		err := Check(folder, "long")
		if refused {
			require.EqualError(t, err, "sound long takes 1m1s, and what is longer than 1m0s is cut off: shorten it")
		} else {
			require.NoError(t, err)
		}
	}
}

// wav makes a WAV file with a LIST chunk of odd length before the format, as
// some programs write it, and no samples.
func wav(rate uint32, channels, bits uint16) []byte {
	var b bytes.Buffer
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	b.WriteString("RIFF")
	put(uint32(50))
	b.WriteString("WAVELIST")
	put(uint32(3))
	b.WriteString("abc\x00fmt ")
	put(uint32(16))
	put(uint16(1))
	put(channels)
	put(rate)
	put(rate * uint32(channels) * uint32(bits) / 8)
	put(channels * bits / 8)
	put(bits)
	b.WriteString("data")
	put(uint32(0))
	return b.Bytes()
}
