package sounds

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"time"
)

// bytesPerSecond is that of 8 kHz, mono, 16-bit PCM.
const bytesPerSecond = 8000 * 2

// length reads the headers of a WAV file (RIFF WAVE, Microsoft and IBM 1991) and
// says how long it plays, or how it differs from 8 kHz, mono, 16-bit PCM.
func length(path string) (time.Duration, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var riff [12]byte
	if _, err := io.ReadFull(file, riff[:]); err != nil || string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return 0, fmt.Errorf("%s isn't a WAV file", path)
	}
	if _, err := chunk(file, "fmt "); err != nil {
		return 0, err
	}
	var format struct {
		Tag, Channels    uint16
		Rate, ByteRate   uint32
		BlockAlign, Bits uint16
	}
	if err := binary.Read(file, binary.LittleEndian, &format); err != nil {
		return 0, fmt.Errorf("%s has a broken format chunk", path)
	}
	if format.Tag != 1 || format.Channels != 1 || format.Rate != 8000 || format.Bits != 16 {
		return 0, fmt.Errorf("%s has %d Hz, %d channels, %d bits (format %d); Asterisk needs 8000 Hz, mono, 16-bit PCM: convert it with `sox IN -r 8000 -c 1 -b 16 OUT.wav`",
			path, format.Rate, format.Channels, format.Bits, format.Tag)
	}
	// Chunks are looked for from the first on: the format's own may be longer
	// than what was read of it.
	if _, err := file.Seek(int64(len(riff)), io.SeekStart); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	size, err := chunk(file, "data")
	if err != nil {
		return 0, err
	}
	return time.Duration(size) * time.Second / bytesPerSecond, nil
}

// chunk reads on to the content of the chunk with the given name and answers
// how many bytes of it there are: programs that write into a pipe can't know,
// and note more than there is.
func chunk(file *os.File, name string) (int64, error) {
	for {
		var head struct {
			ID   [4]byte
			Size uint32
		}
		if err := binary.Read(file, binary.LittleEndian, &head); err != nil {
			return 0, fmt.Errorf("%s has no %q chunk: it isn't a whole WAV file", file.Name(), name)
		}
		at, err := file.Seek(0, io.SeekCurrent)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file.Name(), err)
		}
		if string(head.ID[:]) == name {
			info, err := file.Stat()
			if err != nil {
				return 0, err
			}
			return min(int64(head.Size), info.Size()-at), nil
		}
		// Chunks are padded to even lengths.
		if _, err := file.Seek(int64(head.Size)+int64(head.Size&1), io.SeekCurrent); err != nil {
			return 0, fmt.Errorf("%s: %w", file.Name(), err)
		}
	}
}
