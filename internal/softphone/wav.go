package softphone

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrNotWAV is what DecodeWAV returns for anything but uncompressed 16-bit
// mono audio in a RIFF file.
var ErrNotWAV = errors.New("not a 16-bit mono PCM WAV file")

const wavFormatPCM = 1

// wavFormat is the body of a "fmt " chunk (RIFF, WAVE_FORMAT_PCM).
type wavFormat struct {
	Format        uint16
	Channels      uint16
	SamplesPerSec uint32
	BytesPerSec   uint32
	BlockAlign    uint16
	BitsPerSample uint16
}

// EncodeWAV returns a WAV file: mono, 16 bit, rate samples a second. Asterisk
// plays files named .wav only at 8000.
func EncodeWAV(pcm []int16, rate int) []byte {
	var file bytes.Buffer
	size := 2 * len(pcm)
	chunk := func(id string, size int) {
		file.WriteString(id)
		_ = binary.Write(&file, binary.LittleEndian, uint32(size)) // a bytes.Buffer takes everything
	}
	format := wavFormat{
		Format:        wavFormatPCM,
		Channels:      1,
		SamplesPerSec: uint32(rate),
		BytesPerSec:   uint32(2 * rate),
		BlockAlign:    2,
		BitsPerSample: 16,
	}
	chunk("RIFF", 4+8+binary.Size(format)+8+size)
	file.WriteString("WAVE")
	chunk("fmt ", binary.Size(format))
	_ = binary.Write(&file, binary.LittleEndian, format)
	chunk("data", size)
	_ = binary.Write(&file, binary.LittleEndian, pcm)
	return file.Bytes()
}

// DecodeWAV returns the samples of a mono 16-bit WAV file and their rate in
// samples a second; any other content is ErrNotWAV.
//
// A file that Asterisk hadn't finished, because it was killed while recording,
// says that it holds 0 bytes of audio: all that follows is taken then, as it
// is when the file is shorter than it says.
func DecodeWAV(file []byte) (pcm []int16, rate int, err error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return nil, 0, fmt.Errorf("%w: no RIFF WAVE header", ErrNotWAV)
	}
	var format wavFormat
	for rest := file[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		body := rest[8:]
		switch id {
		case "fmt ":
			if err := binary.Read(bytes.NewReader(body), binary.LittleEndian, &format); err != nil {
				return nil, 0, fmt.Errorf("%w: fmt chunk cut off", ErrNotWAV)
			}
			if format.Format != wavFormatPCM || format.Channels != 1 || format.BitsPerSample != 16 {
				return nil, 0, fmt.Errorf("%w: format %d, %d channels, %d bits",
					ErrNotWAV, format.Format, format.Channels, format.BitsPerSample)
			}
		case "data":
			if format.SamplesPerSec == 0 {
				return nil, 0, fmt.Errorf("%w: audio before its format", ErrNotWAV)
			}
			if size > 0 && size < len(body) {
				body = body[:size]
			}
			pcm = make([]int16, len(body)/2)
			for i := range pcm {
				pcm[i] = int16(binary.LittleEndian.Uint16(body[2*i:]))
			}
			return pcm, int(format.SamplesPerSec), nil
		}
		size += size & 1 // chunks are padded to an even length
		rest = body[min(size, len(body)):]
	}
	return nil, 0, fmt.Errorf("%w: no data chunk", ErrNotWAV)
}
