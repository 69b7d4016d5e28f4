package sounds

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This test program, run under another program's name, is that program: sox, espeak-ng, or
// any other that speaks. What it does is in fakeBehaviour, what it was told goes to fakeLog.
const (
	fakeBehaviour = "CALLBACKD_TEST_BEHAVIOUR"
	fakeLog       = "CALLBACKD_TEST_LOG"
)

func TestMain(m *testing.M) {
	log, fake := os.LookupEnv(fakeLog)
	name := filepath.Base(os.Args[0])
	if !fake || strings.HasSuffix(name, ".test") {
		os.Exit(m.Run())
	}
	input, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = note(log, heardCommand{Program: name, Arguments: os.Args[1:], Input: input, PID: os.Getpid()})
	}
	if err == nil {
		err = fakeProgram(name, input)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// heardCommand is how a program was run.
type heardCommand struct {
	Program   string
	Arguments []string
	Input     []byte
	PID       int
}

func note(log string, c heardCommand) error {
	file, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	return json.NewEncoder(file).Encode(c)
}

func fakeProgram(name string, input []byte) error {
	behaviour := os.Getenv(fakeBehaviour)
	if behaviour == "leave a child" {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), fakeBehaviour+"=hang in "+name)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return err
		}
		behaviour = "hang in " + name
	}
	if behaviour == "hang in "+name {
		time.Sleep(time.Hour) // killed long before
	}
	argument := func(option string) string {
		at := slices.Index(os.Args, option)
		if at < 0 || at+1 == len(os.Args) {
			return ""
		}
		return os.Args[at+1]
	}
	if name == sox {
		return fakeSox(behaviour, argument("-r"), input)
	}
	content := tone(22050, 1, time.Second)
	switch behaviour {
	case "speak long":
		content = tone(22050, 1, Longest+time.Second)
	case "speak words":
		content = []byte("hello")
	case "speak nothing":
		return nil
	case "fail to speak":
		return fmt.Errorf("no such voice:\n %s", argument("-v"))
	case "repeat the text":
		text := strings.TrimSpace(string(input))
		return fmt.Errorf("line 12: can't say %q (%s)", text, strings.ToUpper(text))
	}
	if file := argument("-w"); file != "" {
		return os.WriteFile(file, content, 0o600)
	}
	_, err := os.Stdout.Write(content)
	return err
}

func fakeSox(behaviour, rate string, input []byte) error {
	switch behaviour {
	case "sox without mp3":
		return fmt.Errorf("sox FAIL formats: no handler for given file type `mp3'")
	case "sox fails":
		return fmt.Errorf("sox FAIL wav: premature EOF")
	case "sox writes words":
		_, err := os.Stdout.WriteString("done")
		return err
	case "sox finds silence":
		_, err := os.Stdout.Write(tone(8000, 1, 0))
		return err
	case "sox doesn't end":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
		}
	}
	hz, err := strconv.Atoi(rate)
	if err != nil {
		return err
	}
	length := time.Second
	if a, err := inspect(input); err == nil {
		length = a.duration
	}
	_, err = os.Stdout.Write(tone(hz, 1, length))
	return err
}

// fakePrograms makes sox and espeak-ng programs that tests know, the only ones on the PATH.
// The answer tells how they were run so far.
func fakePrograms(t *testing.T, behaviour string) func() []heardCommand {
	t.Helper()
	onlyPrograms(t, sox, espeak, "say")
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv(fakeLog, log)
	t.Setenv(fakeBehaviour, behaviour)
	t.Setenv("GORACE", "atexit_sleep_ms=0") // else each takes a second to end
	return func() (commands []heardCommand) {
		text, err := os.ReadFile(log)
		if os.IsNotExist(err) {
			return nil
		}
		require.NoError(t, err)
		whole := text[:bytes.LastIndexByte(text, '\n')+1] // the last line may be being written
		for decoder := json.NewDecoder(bytes.NewReader(whole)); decoder.More(); {
			var c heardCommand
			require.NoError(t, decoder.Decode(&c))
			commands = append(commands, c)
		}
		return commands
	}
}

// onlyPrograms leaves no others on the PATH.
func onlyPrograms(t *testing.T, names ...string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	folder := t.TempDir()
	for _, name := range names {
		require.NoError(t, os.Symlink(self, filepath.Join(folder, name)))
	}
	t.Setenv("PATH", folder)
}

// openIn opens a library in new folders.
func openIn(t *testing.T, options ...Option) *Library {
	t.Helper()
	library, err := Open(filepath.Join(t.TempDir(), "sounds"), filepath.Join(t.TempDir(), "written"), options...)
	require.NoError(t, err)
	return library
}

// tone is a WAV file of 16-bit PCM that is never silent.
func tone(rate, channels int, length time.Duration) []byte {
	samples := int(length * time.Duration(rate) / time.Second)
	return wavOf(wavFormat{Tag: pcm, Channels: uint16(channels), Rate: uint32(rate), Bits: 16}, bytes.Repeat([]byte{0x12, 0x34}, samples*channels))
}

// wavOf is a WAV file with a LIST chunk before the format, as some programs write it, and
// another of odd length behind the samples.
func wavOf(f wavFormat, samples []byte) []byte {
	var b bytes.Buffer
	put := func(parts ...any) {
		for _, part := range parts {
			if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
				panic(err)
			}
		}
	}
	f.BlockAlign = f.Channels * f.Bits / 8
	f.ByteRate = f.Rate * uint32(f.BlockAlign)
	put([]byte("RIFF"), uint32(4+12+24+8+len(samples)+12), []byte("WAVE"))
	put([]byte("LIST"), uint32(4), []byte("abcd"))
	put([]byte("fmt "), uint32(16), f)
	put([]byte("data"), uint32(len(samples)), samples)
	put([]byte("LIST"), uint32(3), []byte("abc\x00"))
	return b.Bytes()
}
