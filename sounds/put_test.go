package sounds

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

var hello = Key{Account: "acme", Language: "sv", Name: "hello"}

// What Asterisk plays as it is needs no other program. Its samples stay; what others wrote
// around them goes.
func TestATelephonesSoundIsTakenAsItIs(t *testing.T) {
	t.Setenv("PATH", "")
	defer syscall.Umask(syscall.Umask(0o077))
	library := openIn(t)
	original := tone(8000, 1, 1500*time.Millisecond)
	put, err := library.Put(t.Context(), hello, bytes.NewReader(original))
	require.NoError(t, err)
	found, err := library.Find(hello)
	require.NoError(t, err)
	require.Equal(t, put, found)
	require.Equal(t, filepath.Join(library.folder.folder, "acme", "sv", "hello"), put.Path)
	require.Equal(t, 1500*time.Millisecond, put.Duration)
	require.Equal(t, []int{8000}, put.Rates)

	content, err := os.ReadFile(put.Path + ".wav")
	require.NoError(t, err)
	require.Equal(t, encodeWAV(bytes.Repeat([]byte{0x12, 0x34}, 12000), 8000), content)
	info, err := os.Stat(put.Path + ".wav")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode().Perm(), "Asterisk runs as another user, whatever the umask")
}

// The same samples under the other name of PCM, which Asterisk doesn't know.
func TestExtensiblePCMIsTakenAsItIs(t *testing.T) {
	t.Setenv("PATH", "")
	library := openIn(t)
	put, err := library.Put(t.Context(), hello, bytes.NewReader(extensibleWAV(pcm)))
	require.NoError(t, err)
	content, err := os.ReadFile(put.Path + ".wav")
	require.NoError(t, err)
	require.Equal(t, encodeWAV([]byte{1, 2, 3, 4}, 8000), content)
}

func TestOthersNeedSox(t *testing.T) {
	t.Setenv("PATH", "")
	library := openIn(t)
	for name, content := range map[string][]byte{"wav": tone(44100, 2, time.Second), "mp3": mp3(10, mpeg1Mono)} {
		_, err := library.Put(t.Context(), hello, bytes.NewReader(content))
		require.ErrorIs(t, err, ErrNotInstalled, name)
		require.ErrorContains(t, err, "put sound acme/sv/hello into "+library.folder.folder)
		require.ErrorContains(t, err, "install the packages sox and libsox-fmt-mp3", name)
		requireNothing(t, library)
	}
	require.ErrorContains(t, MissingConverter(), "sox is not installed; ")
	require.ErrorContains(t, DefaultSpeech.Missing(), "espeak-ng is not installed; ")
	fakePrograms(t, "")
	require.NoError(t, MissingConverter())
	require.NoError(t, DefaultSpeech.Missing())
}

func TestSoxConverts(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		kind    string
		rates   []int // of what is kept
		by      []string
	}{
		"cd":                 {tone(44100, 2, time.Second), "wav", []int{8000, 16000}, []string{"8000", "16000"}},
		"wideband":           {tone(16000, 1, time.Second), "wav", []int{8000, 16000}, []string{"8000"}},
		"telephone, stereo":  {tone(8000, 2, time.Second), "wav", []int{8000}, []string{"8000"}},
		"no wideband in it":  {tone(11025, 1, time.Second), "wav", []int{8000}, []string{"8000"}},
		"mu-law":             {wavOf(wavFormat{Tag: muLaw, Channels: 1, Rate: 8000, Bits: 8}, make([]byte, 8000)), "wav", []int{8000}, []string{"8000"}},
		"mp3":                {mp3(40, mpeg1Mono), "mp3", []int{8000, 16000}, []string{"8000", "16000"}},
		"floats":             {wavOf(wavFormat{Tag: float, Channels: 1, Rate: 48000, Bits: 32}, make([]byte, 48000)), "wav", []int{8000, 16000}, []string{"8000", "16000"}},
		"extensible, floats": {extensibleWAV(float), "wav", nil, nil}, // of 16 bits: there are none
	} {
		t.Run(name, func(t *testing.T) {
			commands := fakePrograms(t, "")
			library := openIn(t)
			put, err := library.Put(t.Context(), hello, bytes.NewReader(c.content))
			require.Len(t, commands(), len(c.by))
			if c.rates == nil {
				require.ErrorIs(t, err, ErrRefused)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.rates, put.Rates)
			for i, command := range commands() {
				require.Equal(t, c.content, command.Input)
				require.Equal(t, []string{"-G", "-t", c.kind, "-", "-t", "wav", "-e", "signed-integer", "-b", "16", "-c", "1", "-r", c.by[i], "-"}, command.Arguments)
			}
		})
	}
}

// Uploads leave the machine to the calls.
func TestTwoUploadsAreConvertedAtOnce(t *testing.T) {
	commands := fakePrograms(t, "hang in sox")
	library := openIn(t)
	put := func(ctx context.Context) error {
		_, err := library.Put(ctx, hello, bytes.NewReader(tone(44100, 2, time.Second)))
		return err
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	for range 2 {
		go func() { done <- put(ctx) }()
	}
	require.Eventually(t, func() bool { return len(commands()) == 2 }, 10*time.Second, 5*time.Millisecond)
	gaveUp, stop := context.WithCancelCause(t.Context())
	stop(errors.New("it took too long"))
	err := put(gaveUp)
	require.ErrorIs(t, err, ErrBusy)
	require.ErrorContains(t, err, "it took too long")
	require.Len(t, commands(), 2)
	cancel()
	for range 2 {
		require.ErrorIs(t, <-done, context.Canceled)
	}
	fakePrograms(t, "")
	require.NoError(t, put(t.Context()), "their turns are over")
}

// Whatever is wrong with an upload, or with sox: what was there is there.
func TestBadInputChangesNothing(t *testing.T) {
	tooLong := wavOf(wavFormat{Tag: pcm, Channels: 1, Rate: 8000, Bits: 16}, make([]byte, int(MaxLength/time.Second+1)*16000))
	for name, c := range map[string]struct {
		from    io.Reader
		sox     string
		is      error
		message string
	}{
		"empty":                 {from: strings.NewReader(""), is: ErrRefused, message: "not accepted: it is empty"},
		"text":                  {from: strings.NewReader("no sound at all, only words"), is: ErrRefused, message: "it isn't a WAV or MP3 file"},
		"a page":                {from: strings.NewReader("\n<!doctype html><html>"), is: ErrRefused, message: "it is text; WAV and MP3 are taken: convert it first"},
		"Ogg":                   {from: strings.NewReader("OggS\x00\x02"), is: ErrRefused, message: "it is an Ogg file"},
		"M4A":                   {from: strings.NewReader("\x00\x00\x00\x20ftypM4A "), is: ErrRefused, message: "it is an MP4 or M4A file"},
		"cut off":               {from: bytes.NewReader(tone(8000, 1, time.Second)[:40]), is: ErrRefused, message: "it has a broken format chunk"},
		"silent":                {from: bytes.NewReader(tone(8000, 1, 0)), is: ErrRefused, message: "it holds no sound"},
		"too long":              {from: bytes.NewReader(tooLong), is: ErrRefused, message: "it takes 10m1s, and the longest that is kept is 10m0s"},
		"too large":             {from: bytes.NewReader(make([]byte, MaxBytes+1)), is: ErrRefused, message: "it has more than 20 MiB"},
		"compressed":            {from: bytes.NewReader(wavOf(wavFormat{Tag: 0x31, Channels: 1, Rate: 8000}, []byte{1})), is: ErrRefused, message: "compressed in a way that isn't taken (format 0x31)"},
		"the connection breaks": {from: iotest.ErrReader(errors.New("connection reset")), message: "connection reset"},
		"sox fails":             {from: bytes.NewReader(tone(44100, 1, time.Second)), sox: "sox fails", is: ErrRefused, message: "convert it to 8000 Hz: not accepted: sox: exit status 2: sox FAIL wav: premature EOF"},
		"sox has no MP3":        {from: bytes.NewReader(mp3(10, mpeg1Mono)), sox: "sox without mp3", is: ErrNotInstalled, message: "install the package libsox-fmt-mp3"},
		"sox makes no sound":    {from: bytes.NewReader(tone(44100, 1, time.Second)), sox: "sox writes words", message: "what sox wrote isn't a WAV file"},
		"sox finds no sound":    {from: bytes.NewReader(tone(44100, 1, time.Second)), sox: "sox finds silence", is: ErrRefused, message: "sox finds no sound in it"},
		"sox doesn't end":       {from: bytes.NewReader(tone(44100, 1, time.Second)), sox: "sox doesn't end", message: "sox: it wrote more than "},
	} {
		t.Run(name, func(t *testing.T) {
			fakePrograms(t, c.sox)
			library := openIn(t)
			_, err := library.Put(t.Context(), hello, c.from)
			require.ErrorContains(t, err, c.message)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			} else {
				require.NotErrorIs(t, err, ErrRefused)
			}
			requireNothing(t, library)
		})
	}
}

// An upload that is given up ends sox, and changes nothing.
func TestPutEndsWithItsContext(t *testing.T) {
	commands := fakePrograms(t, "hang in sox")
	library := openIn(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := library.Put(ctx, hello, bytes.NewReader(tone(44100, 1, time.Second)))
		done <- err
	}()
	require.Eventually(t, func() bool { return len(commands()) == 1 }, 10*time.Second, 5*time.Millisecond)
	cancel(errors.New("the client has gone"))
	require.ErrorContains(t, <-done, "the client has gone")
	requireNothing(t, library)
}

// A sound that had a wideband version and is replaced by one without would be heard by some
// as it was.
func TestTheWidebandVersionGoesWithItsSound(t *testing.T) {
	fakePrograms(t, "")
	library := openIn(t)
	put, err := library.Put(t.Context(), hello, bytes.NewReader(tone(44100, 1, time.Second)))
	require.NoError(t, err)
	require.FileExists(t, put.Path+".wav16")
	put, err = library.Put(t.Context(), hello, bytes.NewReader(tone(8000, 1, time.Second)))
	require.NoError(t, err)
	require.NoFileExists(t, put.Path+".wav16")
	require.Equal(t, []int{8000}, put.Rates)

	_, err = library.Put(t.Context(), hello, bytes.NewReader(tone(16000, 1, time.Second)))
	require.NoError(t, err)
	require.NoError(t, library.Delete(hello))
	require.NoFileExists(t, put.Path+".wav")
	require.NoFileExists(t, put.Path+".wav16")
	_, err = library.Find(hello)
	require.ErrorIs(t, err, ErrUnknown)
	require.ErrorIs(t, library.Delete(hello), ErrUnknown)
}

// Many put the same sound at once, and one looks all the while: it is always one of theirs,
// and whole.
func TestPutsAtOnce(t *testing.T) {
	t.Setenv("PATH", "")
	library := openIn(t)
	lengths := map[time.Duration]bool{}
	var wait sync.WaitGroup
	for i := range 16 {
		length := time.Duration(i+1) * 100 * time.Millisecond
		lengths[length] = true
		content := tone(8000, 1, length)
		wait.Go(func() {
			for range 3 {
				_, err := library.Put(t.Context(), hello, bytes.NewReader(content))
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	looked := 0
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		sound, file, err := library.Read(hello)
		if looked == 0 && errors.Is(err, ErrUnknown) {
			continue
		}
		require.NoError(t, err)
		looked++
		content, err := io.ReadAll(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		require.True(t, lengths[sound.Duration], "%s", sound.Duration)
		require.Len(t, content, 44+int(sound.Duration/time.Millisecond)*16)
	}
	require.Positive(t, looked)
	require.Equal(t, []string{"hello.wav"}, filesBelow(t, filepath.Dir(filepath.Join(library.folder.folder, "acme", "sv", "hello"))))
}

// Of two who put a sound with a wideband version at once, both files are of the same one.
func TestBothFilesAreOfOneSound(t *testing.T) {
	library := openIn(t)
	library.folder.durable = false // many times, then
	to := exactPlace(library.folder, hello)
	for range 300 {
		var wait sync.WaitGroup
		for _, samples := range []int{1000, 2000} {
			r := rendered{narrow: make([]byte, samples), wide: make([]byte, samples)}
			wait.Go(func() {
				if err := to.tree.replace(to.file(), r.files()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		sound, err := library.Find(hello)
		require.NoError(t, err)
		wide, err := os.Stat(sound.Path + ".wav16")
		require.NoError(t, err)
		require.Equal(t, sound.Size, 2*wide.Size())
	}
}

// What was left by somebody who died while writing is removed, once it is certain that they
// did; it is never listed.
func TestUnfinishedFilesAreRemoved(t *testing.T) {
	library := openIn(t)
	folder := library.folder.folder
	require.NoError(t, os.MkdirAll(folder, 0o755))
	for name, age := range map[string]time.Duration{unfinished + "OLD": 2 * abandoned, unfinished + "YOUNG": time.Minute, "old.wav": 2 * abandoned} {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, tone(8000, 1, time.Second), 0o644))
		require.NoError(t, os.Chtimes(file, time.Time{}, time.Now().Add(-age)))
	}
	_, err := library.Put(t.Context(), Key{Name: "new"}, bytes.NewReader(tone(8000, 1, time.Second)))
	require.NoError(t, err)
	require.Equal(t, []string{unfinished + "YOUNG", "new.wav", "old.wav"}, filesBelow(t, folder))
}

// A library that callbackd may only read is used, and says why nothing can be put into it.
func TestALibraryThatCannotBeWritten(t *testing.T) {
	parent := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(parent, "file"), nil, 0o644))
	library, err := Open(filepath.Join(parent, "file", "sounds"), t.TempDir())
	require.NoError(t, err)
	_, err = library.Put(t.Context(), hello, bytes.NewReader(tone(8000, 1, time.Second)))
	require.ErrorContains(t, err, "put sound acme/sv/hello into "+filepath.Join(parent, "file", "sounds"))
	require.NotErrorIs(t, err, ErrRefused)
}

// requireNothing checks that nothing lies in the library.
func requireNothing(t *testing.T, library *Library) {
	t.Helper()
	require.Empty(t, filesBelow(t, library.folder.folder))
}

// filesBelow lists the files in a folder and in those below it.
func filesBelow(t *testing.T, folder string) (files []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == folder {
			return fs.SkipAll
		}
		if err == nil && !entry.IsDir() {
			files = append(files, entry.Name())
		}
		return err
	}))
	return files
}
