package sounds

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var notice = Speech{Language: "sv", Voice: "sv+f3", Text: "Samtalet spelas in."}

func TestATextIsSpokenOnce(t *testing.T) {
	commands := fakePrograms(t, "")
	library := openIn(t)
	_, ok := library.Ready(notice)
	require.False(t, ok)
	require.Empty(t, commands(), "looking runs nothing")

	path, err := library.Say(t.Context(), notice)
	require.NoError(t, err)
	spoken := commands()[0]
	require.Equal(t, "espeak-ng", spoken.Program)
	require.Equal(t, []string{"-v", "sv+f3", "-w", spoken.Arguments[3], "--stdin"}, spoken.Arguments, "the text isn't for everybody to see")
	require.Equal(t, "Samtalet spelas in.\n", string(spoken.Input))
	require.NoFileExists(t, spoken.Arguments[3], "what isn't needed any more is gone")
	ran := len(commands())
	require.Equal(t, 3, ran, "spoken, and converted to 8 and 16 kHz")

	again, err := library.Say(t.Context(), Speech{Language: "SV", Voice: "sv+f3", Text: "\n Samtalet  spelas in.\n"})
	require.NoError(t, err)
	require.Equal(t, path, again)
	ready, ok := library.Ready(notice)
	require.True(t, ok)
	require.Equal(t, path, ready)
	require.Len(t, commands(), ran)
	require.FileExists(t, path+".wav")
	require.FileExists(t, path+".wav16")
	require.True(t, strings.HasPrefix(path, library.written.folder), "the library itself may be read-only")

	// A daemon that starts anew finds it, if it would speak it likewise.
	other, err := Open(library.folder.folder, library.written.folder)
	require.NoError(t, err)
	_, ok = other.Ready(notice)
	require.True(t, ok)
	other, err = Open(library.folder.folder, library.written.folder, SpeakWith(SpeechCommand{"say", "-v", "{voice}", "{text}"}))
	require.NoError(t, err)
	_, ok = other.Ready(notice)
	require.False(t, ok)
}

func TestWhatSoundsOtherwiseIsAnother(t *testing.T) {
	library := openIn(t)
	names := map[string]Speech{}
	for _, s := range []Speech{
		{Language: "sv", Text: "hej"}, {Language: "sv", Text: "hej!"}, {Language: "no", Text: "hej"},
		{Language: "sv", Voice: "sv+f3", Text: "hej"}, {Voice: "sv", Text: "hej"}, {Voice: "sv", Text: "vhej"}, {Voice: "svv", Text: "hej"},
	} {
		name := library.place(s).key.Name
		require.NotContains(t, names, name, "%+v", s)
		names[name] = s
	}
}

// A text is one argument, and no option, whatever is in it.
func TestATextIsNoOption(t *testing.T) {
	for text, argument := range map[string]string{
		"-w /etc/passwd":                   " -w /etc/passwd",
		"--version":                        " --version",
		"It's \"free\"; rm -rf $HOME `id`": "It's \"free\"; rm -rf $HOME `id`",
		"first line\n\n-second line":       "first line -second line",
		"{file} and {voice}":               "{file} and {voice}",
	} {
		commands := fakePrograms(t, "")
		library := openIn(t, SpeakWith(SpeechCommand{"say", "{text}", "-w", "{file}", "--text={text}"}))
		_, err := library.Say(t.Context(), Speech{Language: "en", Text: text})
		require.NoError(t, err)
		arguments := commands()[0].Arguments
		require.Equal(t, []string{argument, "-w", arguments[2], "--text=" + strings.TrimSpace(argument)}, arguments)
	}
}

// A command that takes texts from its input and answers with the sound.
func TestACommandMayUseItsInputAndOutput(t *testing.T) {
	commands := fakePrograms(t, "")
	library := openIn(t, SpeakWith(SpeechCommand{"say", "--language", "{language}", "--voice", "{voice}"}))
	path, err := library.Say(t.Context(), Speech{Language: "en-GB", Text: "-hello"})
	require.NoError(t, err)
	require.Equal(t, []string{"--language", "en_GB", "--voice", "en-gb"}, commands()[0].Arguments)
	require.Equal(t, "-hello\n", string(commands()[0].Input))
	require.FileExists(t, path+".wav")
}

func TestCommandsThatCannotSpeak(t *testing.T) {
	for message, c := range map[string]SpeechCommand{
		"the speech command is empty":         {},
		`{text} can't stand in "{text}"`:      {"{text}"},
		`{sound} can't stand in "-o={sound}"`: {"say", "-o={sound}"},
		`{text can't stand in "{text": its arguments may have {text}, {file}, {voice}, {language}`: {"say", "{text"},
		"argument 1 has a zero byte": {"say", "a\x00b"},
	} {
		require.ErrorContains(t, c.Check(), message)
		_, err := Open(t.TempDir(), t.TempDir(), SpeakWith(c))
		require.ErrorContains(t, err, message)
	}
	require.NoError(t, DefaultSpeech.Check())
}

func TestTextsThatCannotBeSpoken(t *testing.T) {
	commands := fakePrograms(t, "")
	library := openIn(t)
	for message, s := range map[string]Speech{
		"there is no text to speak":     {Language: "sv", Text: " \n\t"},
		"isn't UTF-8":                   {Language: "sv", Text: "\xff"},
		"has control characters":        {Language: "sv", Text: "a\x00b"},
		"has more than 1500 characters": {Language: "sv", Text: strings.Repeat("å", 1501)},
		`voice "-f"`:                    {Language: "sv", Voice: "-f", Text: "a"},
		`voice "../../etc/passwd"`:      {Language: "sv", Voice: "../../etc/passwd", Text: "a"},
		`voice "a\nb"`:                  {Language: "sv", Voice: "a\nb", Text: "a"},
		`language ""`:                   {Text: "a"},
		`language "Swedish"`:            {Language: "Swedish", Voice: "sv", Text: "a"},
	} {
		require.ErrorContains(t, s.Check(), message)
		_, err := library.Say(t.Context(), s)
		require.ErrorContains(t, err, message)
		_, ok := library.Ready(s)
		require.False(t, ok)
	}
	require.Empty(t, commands())
	require.NoError(t, Speech{Voice: "gmw/en-US", Text: strings.Repeat("å", 1500)}.Check())
}

func TestSpeechThatFails(t *testing.T) {
	for behaviour, want := range map[string]string{
		"fail to speak": `speak a text: espeak-ng: exit status 2: no such voice: sv+f3`,
		"speak nothing": "espeak-ng ended well, but wrote nothing to the file that it was given",
		"speak words":   "what espeak-ng wrote: not accepted: it isn't a WAV or MP3 file",
		"speak long":    "it takes 1m1s, and what is longer than 1m0s is cut off: shorten it",
		"sox fails":     "convert it to 8000 Hz",
	} {
		t.Run(behaviour, func(t *testing.T) {
			fakePrograms(t, behaviour)
			library := openIn(t)
			_, err := library.Say(t.Context(), notice)
			require.ErrorContains(t, err, want)
			_, ok := library.Ready(notice)
			require.False(t, ok)
			require.NoDirExists(t, filepath.Join(library.written.folder, spoken))
		})
	}
	onlyPrograms(t)
	_, err := openIn(t).Say(t.Context(), notice)
	require.ErrorIs(t, err, ErrNotInstalled)
	require.ErrorContains(t, err, "espeak-ng is not installed; it speaks texts: install the package espeak-ng")
	_, err = openIn(t, SpeakWith(SpeechCommand{"say"})).Say(t.Context(), notice)
	require.ErrorContains(t, err, "say is not installed; install it, or name another command")
}

// A program that hangs is killed when its caller gives up; who waits for their turn meanwhile
// gives up, too.
func TestSayEndsWithItsContext(t *testing.T) {
	commands := fakePrograms(t, "hang in espeak-ng")
	library := openIn(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 3)
	say := func() { _, err := library.Say(ctx, notice); done <- err }
	go say()
	require.Eventually(t, func() bool { return len(commands()) == 1 }, 10*time.Second, 5*time.Millisecond)
	go say()
	go func() { _, err := library.Sweep(ctx, 0); done <- err }()
	cancel(errors.New("callbackd stops"))
	for range 3 {
		require.ErrorContains(t, <-done, "callbackd stops")
	}
	require.Len(t, commands(), 1)
}

// What a program started, and left behind with its output open, isn't waited for.
func TestAProgramsChildIsNotWaitedFor(t *testing.T) {
	commands := fakePrograms(t, "leave a child")
	library := openIn(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() { _, err := library.Say(ctx, notice); done <- err }()
	require.Eventually(t, func() bool { return len(commands()) == 2 }, 10*time.Second, 5*time.Millisecond)
	child, err := os.FindProcess(commands()[1].PID)
	require.NoError(t, err)
	defer func() { require.NoError(t, child.Kill()) }() // it lives
	cancel(errors.New("callbackd stops"))
	select {
	case err := <-done:
		require.ErrorContains(t, err, "callbackd stops")
	case <-time.After(10 * time.Second):
		t.Fatal("Say waits for the child")
	}
}

// Nor is a program waited for that hangs while nobody gives up.
func TestProgramsHaveALimit(t *testing.T) {
	fakePrograms(t, "hang in espeak-ng")
	library := openIn(t)
	library.limit = 50 * time.Millisecond
	_, err := library.Say(t.Context(), notice)
	require.ErrorContains(t, err, "espeak-ng: it took more than 50ms")
	t.Setenv(fakeBehaviour, "hang in sox")
	_, err = library.Put(t.Context(), hello, bytes.NewReader(tone(44100, 1, time.Second)))
	require.ErrorContains(t, err, "sox: it took more than 50ms")
}

func TestManyWantTheSameText(t *testing.T) {
	commands := fakePrograms(t, "")
	library := openIn(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if _, err := library.Say(t.Context(), notice); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	programs := []string{}
	for _, c := range commands() {
		programs = append(programs, c.Program)
	}
	require.Equal(t, []string{"espeak-ng", "sox", "sox"}, programs)
}

// What was cut off on its way to the disk is spoken again.
func TestADamagedTextIsSpokenAgain(t *testing.T) {
	fakePrograms(t, "")
	library := openIn(t)
	path, err := library.Say(t.Context(), notice)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(path+".wav", 0))
	_, ok := library.Ready(notice)
	require.False(t, ok)
	_, err = library.Say(t.Context(), notice)
	require.NoError(t, err)
	_, ok = library.Ready(notice)
	require.True(t, ok)
}

func TestTextsThatNobodyAsksForAreSwept(t *testing.T) {
	fakePrograms(t, "")
	library := openIn(t)
	removed, err := library.Sweep(t.Context(), time.Hour)
	require.NoError(t, err)
	require.Zero(t, removed)

	wanted, forgotten := notice, Speech{Language: "sv", Text: "Vi ringer 0 7 0 1."}
	for _, s := range []Speech{wanted, forgotten} {
		path, err := library.Say(t.Context(), s)
		require.NoError(t, err)
		require.NoError(t, os.Chtimes(path+".wav", time.Time{}, time.Now().Add(-2*time.Hour)))
	}
	_, err = library.Say(t.Context(), wanted)
	require.NoError(t, err)
	removed, err = library.Sweep(t.Context(), time.Hour)
	require.NoError(t, err)
	require.Equal(t, 1, removed)
	_, ok := library.Ready(wanted)
	require.True(t, ok)
	_, ok = library.Ready(forgotten)
	require.False(t, ok)
	require.Len(t, filesBelow(t, filepath.Join(library.written.folder, spoken)), 2, "the other's wideband version is gone, too")
}

func TestWhatCannotBeRemovedKeepsTheRest(t *testing.T) {
	fakePrograms(t, "")
	library := openIn(t)
	path, err := library.Say(t.Context(), notice)
	require.NoError(t, err)
	// A folder that isn't empty can't be removed, and is looked at first.
	stuck := filepath.Join(filepath.Dir(path), "0.wav")
	require.NoError(t, os.MkdirAll(filepath.Join(stuck, "x"), 0o700))
	long := time.Now().Add(-2 * time.Hour)
	for _, file := range []string{stuck, path + ".wav"} {
		require.NoError(t, os.Chtimes(file, time.Time{}, long))
	}
	removed, err := library.Sweep(t.Context(), time.Hour)
	require.ErrorContains(t, err, "remove spoken texts")
	require.Equal(t, 1, removed)
	require.NoFileExists(t, path+".wav")
}

// Errors go into the log, where no customer's number belongs.
func TestAProgramThatRepeatsTheText(t *testing.T) {
	fakePrograms(t, "repeat the text")
	_, err := openIn(t).Say(t.Context(), Speech{Language: "sv", Text: "Ring +46 70 123 45 67, köat i 4 minuter"})
	require.EqualError(t, err, `speak a text: espeak-ng: exit status 2: line 12: can't say "… +… … … … …, … … … …" (… +… … … … …, … … … …)`)
	_, err = openIn(t).Say(t.Context(), Speech{Language: "sv", Text: "4670123456"})
	require.EqualError(t, err, `speak a text: espeak-ng: exit status 2: line 12: can't say "…" (…)`)
	require.Equal(t, "cut off: …, 127", withoutText("cut off: 46701, 127", "46701234567"))
}

// The folder that is written has what is shipped and what is spoken; neither is taken for
// the other.
func TestWhatIsSpokenHasNoName(t *testing.T) {
	fakePrograms(t, "")
	library := openIn(t)
	path, err := library.Say(t.Context(), notice)
	require.NoError(t, err)
	_, err = library.Find(Key{Name: filepath.Base(path)})
	require.ErrorIs(t, err, ErrUnknown)
	list, err := library.List("")
	require.NoError(t, err)
	require.False(t, slices.ContainsFunc(list, func(s Sound) bool { return s.Source != FromBinary }))
}
