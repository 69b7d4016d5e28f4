package sounds

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pathOf is where Asterisk finds a sound that all accounts share.
func pathOf(l *Library, name string) (string, error) {
	sound, err := l.Find(Key{Name: name})
	return sound.Path, err
}

func TestShippedSoundIsWrittenOutForAsterisk(t *testing.T) {
	written := filepath.Join(t.TempDir(), "shipped")
	library, err := Open(filepath.Join(t.TempDir(), "absent"), written)
	require.NoError(t, err)

	path, err := pathOf(library, "callback")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(written, "callback"), path)
	info, err := os.Stat(path + ".wav")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode().Perm(), "Asterisk runs as another user")

	// A file that was damaged is made anew.
	require.NoError(t, os.WriteFile(path+".wav", []byte("RIFF"), 0o644))
	_, err = pathOf(library, "callback")
	require.Error(t, err)
	library, err = Open(filepath.Join(t.TempDir(), "absent"), written)
	require.NoError(t, err)
	_, err = pathOf(library, "callback")
	require.NoError(t, err)
}

func TestTheOperatorsSoundComesFirst(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "callback.wav"), tone(8000, 1, time.Second), 0o644))
	library, err := Open(folder, t.TempDir())
	require.NoError(t, err)
	path, err := pathOf(library, "callback")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "callback"), path)
}

// Account and language, account, language, shared, shipped: each is heard when those before
// it are gone. A country's sounds come before its language's.
func TestTheNearestSoundIsHeard(t *testing.T) {
	library := openIn(t)
	asked := Key{Account: "acme", Language: "en-GB", Name: "callback"}
	order := []Key{
		{Account: "acme", Language: "en_GB"}, {Account: "acme", Language: "en"}, {Account: "acme"},
		{Language: "en_GB"}, {Language: "en"}, {},
	}
	others := []Key{{Account: "other", Language: "en_GB"}, {Account: "acme", Language: "sv"}, {Account: "acme", Language: "en_US"}, {Account: "other"}, {Language: "sv"}}
	for i, k := range append(slices.Clone(order), others...) {
		k.Name = "callback"
		_, err := library.Put(t.Context(), k, bytes.NewReader(tone(8000, 1, time.Duration(i+1)*time.Second)))
		require.NoError(t, err)
	}
	for i, k := range order {
		k.Name = "callback"
		sound, file, err := library.Read(asked)
		require.NoError(t, err)
		content, err := io.ReadAll(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		require.Equal(t, k, sound.Key)
		require.Equal(t, time.Duration(i+1)*time.Second, sound.Duration)
		require.Len(t, content, 44+(i+1)*16000)
		onDisk, err := os.ReadFile(sound.Path + ".wav")
		require.NoError(t, err)
		require.Equal(t, content, onDisk)
		path, err := PathFor(library.folder.folder, library.written.folder, asked)
		require.NoError(t, err)
		require.Equal(t, sound.Path, path, "who doesn't open a library is told the same")
		require.NoError(t, library.Delete(k))
	}
	sound, err := library.Find(asked)
	require.NoError(t, err)
	path, err := PathFor(library.folder.folder, library.written.folder, asked)
	require.NoError(t, err)
	require.Equal(t, sound.Path, path)
	require.Equal(t, FromBinary, sound.Source)
	require.Equal(t, Key{Language: "en", Name: "callback"}, sound.Key)
	require.ErrorIs(t, library.Delete(Key{Name: "callback"}), ErrUnknown)
	require.ErrorContains(t, library.Delete(Key{Name: "callback"}), "the shipped callback can't be deleted")
}

func TestSoundsThatAsteriskCannotPlay(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string][]byte{
		"cd.wav":     tone(44100, 2, time.Second),
		"text.wav":   []byte("no sound at all, only words"),
		"noaud.wav":  tone(8000, 1, time.Second)[:12],
		"narrow.wav": wavOf(wavFormat{Tag: pcm, Channels: 1, Rate: 8000, Bits: 8}, []byte{1, 2}),
		"odd.wav":    oddWAV(),
		"wide.wav":   tone(8000, 1, time.Second),
		"wide.wav16": tone(8000, 1, time.Second),
		"film.wav":   encodeWAV(make([]byte, int(MaxLength/time.Second+1)*16000), 8000),
		"cover.wav":  append(tone(8000, 1, time.Second), make([]byte, MaxBytes)...),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o644))
	}
	require.NoError(t, os.Mkdir(filepath.Join(folder, "folder.wav"), 0o755))
	require.NoError(t, syscall.Mkfifo(filepath.Join(folder, "pipe.wav"), 0o644))
	library, err := Open(folder, t.TempDir())
	require.NoError(t, err)
	problems := map[string]string{
		"cd":     "44100 Hz, 2 channels, 16 bits",
		"text":   "isn't a WAV file",
		"noaud":  `has no "fmt " chunk`,
		"narrow": "8 bits",
		"odd":    "odd.wav has a chunk of odd length before its samples, over which Asterisk stumbles",
		"wide":   "wide.wav16 has 8000 Hz, 1 channels, 16 bits (format 1); Asterisk needs 16000 Hz, mono, 16-bit PCM: convert it with `sox IN -r 16000 ",
		"film":   "film.wav takes 10m1s in 9 MiB; the most is 10m0s and 20 MiB: shorten it",
		"cover":  "cover.wav takes 1s in 20 MiB; the most is 10m0s and 20 MiB",
		"folder": "isn't a file",
		"pipe":   "isn't a file",
	}
	for name, message := range problems {
		_, err := pathOf(library, name)
		require.ErrorContains(t, err, message, name)
		require.ErrorContains(t, Check(folder, Key{Name: name}), message, name)
	}
	list, err := library.List("")
	require.NoError(t, err)
	for _, sound := range list {
		if message, ok := problems[sound.Name]; ok {
			require.ErrorContains(t, sound.Problem, message)
			delete(problems, sound.Name)
		}
	}
	require.Empty(t, problems, "what can't be played is listed, too")
	for _, name := range []string{"absent", "../../etc/passwd", "", "Callback"} {
		_, err := pathOf(library, name)
		require.ErrorIs(t, err, ErrUnknown, name)
		require.ErrorIs(t, Check(folder, Key{Name: name}), ErrUnknown, name)
	}
	require.ErrorContains(t, Check(folder, Key{Name: "Callback"}), "names have small letters")
}

func TestAnUnknownNameSaysWhichThereAre(t *testing.T) {
	require.EqualError(t, Check("sounds", Key{Name: "calback"}), "sound calback: no such sound: put calback.wav (8 kHz, mono, 16 bit) into sounds; shipped: callback")
	require.ErrorContains(t, Check("sounds", Key{Name: "welcome"}), "shipped: agent-accept, appointment-booked, ")
}

// The operator's own file, which can't be played, isn't hidden by the shipped
// one: the operator would hear that one and wonder.
func TestABadFileIsNotReplacedByTheShippedOne(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, Check(folder, Key{Name: "callback"}))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "callback.wav"), tone(44100, 2, time.Second), 0o644))
	require.ErrorContains(t, Check(folder, Key{Name: "callback"}), "convert it with `sox IN -r 8000")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "callback.wav"), tone(8000, 1, time.Second), 0o644))
	require.NoError(t, Check(folder, Key{Name: "callback"}))
}

// What is longer than a minute would be cut off, whoever's it is. The header of a file that
// was written into a pipe says nothing about that.
func TestASoundThatIsPlayedIsAtMostAMinuteLong(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "acme", "sv"), 0o755))
	for seconds, refused := range map[int]bool{60: false, 61: true} {
		content := encodeWAV(make([]byte, seconds*16000), 8000)
		binary.LittleEndian.PutUint32(content[40:], 0x7ffffff0)
		require.NoError(t, os.WriteFile(filepath.Join(folder, "acme", "sv", "long.wav"), content, 0o644))
		err := Check(folder, Key{Account: "acme", Language: "sv", Name: "long"})
		if refused {
			require.EqualError(t, err, "sound long takes 1m1s, and what is longer than 1m0s is cut off: shorten it")
		} else {
			require.NoError(t, err)
		}
	}
	require.ErrorIs(t, Check(folder, Key{Account: "other", Language: "sv", Name: "long"}), ErrUnknown)
}

func TestListSaysWhatAnAccountMayUse(t *testing.T) {
	library := openIn(t)
	wide := map[Key]bool{{Account: "acme", Language: "sv", Name: "hello"}: true}
	fakePrograms(t, "")
	for _, k := range []Key{
		{Account: "acme", Language: "sv", Name: "hello"}, {Account: "acme", Name: "hello"}, {Name: "hello"},
		{Language: "en_GB", Name: "hello"}, {Account: "other", Name: "hello"}, {Name: "callback"},
	} {
		rate := 8000
		if wide[k] {
			rate = 16000
		}
		_, err := library.Put(t.Context(), k, bytes.NewReader(tone(rate, 1, time.Second)))
		require.NoError(t, err)
	}
	// Where nothing is looked for, nothing is listed.
	for _, file := range []string{"README", "No name.wav", "hello.mp3", "en_GB/sv/hello.wav", "acme/sales/hello.wav"} {
		file = filepath.Join(library.folder.folder, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, tone(8000, 1, time.Second), 0o644))
	}

	list, err := library.List("acme")
	require.NoError(t, err)
	type line struct {
		Key
		Source Source
		Rates  []int
		Size   int64
	}
	var lines []line
	for _, s := range list {
		require.NoError(t, s.Problem)
		require.FileExists(t, s.Path+".wav")
		require.WithinDuration(t, time.Now(), s.Modified, time.Minute)
		if s.Name == "hello" {
			require.Equal(t, time.Second, s.Duration)
			lines = append(lines, line{s.Key, s.Source, s.Rates, s.Size})
		}
	}
	narrow := []int{8000}
	require.Equal(t, []line{
		{Key{Account: "acme", Name: "hello"}, FromAccount, narrow, 16044},
		{Key{Name: "hello"}, FromLibrary, narrow, 16044},
		{Key{Language: "en_GB", Name: "hello"}, FromLibrary, narrow, 16044},
		{Key{Account: "acme", Language: "sv", Name: "hello"}, FromAccount, []int{8000, 16000}, 16044 + 32044},
	}, lines)
	sources := map[Source]int{}
	for _, s := range list {
		sources[s.Source]++
	}
	require.Equal(t, map[Source]int{FromAccount: 2, FromLibrary: 3, FromBinary: len(Shipped())}, sources)
}
