package softphone

// Codec is a way to code audio for RTP.
type Codec int

// The codecs that phones know. All carry what phones say and recognise, which
// is telephone bandwidth.
const (
	PCMU Codec = iota // G.711 µ-law
	PCMA              // G.711 A-law
	G722              // G.722 at 64 kbit/s; its upper band stays silent here
)

// AllCodecs are the codecs that phones know, the usual one first.
var AllCodecs = []Codec{PCMU, PCMA, G722}

// assignments are the static payload types and the encodings of RFC 3551 table 4,
// and the names that Asterisk has for them.
// G.722 is written with a clock of 8000 for ever, though it takes 16000 samples
// a second (section 4.5.2).
var assignments = map[Codec]struct {
	payload  uint8
	encoding string
	format   string
}{
	PCMU: {0, "PCMU/8000", "ulaw"},
	PCMA: {8, "PCMA/8000", "alaw"},
	G722: {9, "G722/8000", "g722"},
}

func (c Codec) payload() uint8 { return assignments[c].payload }

// Format is the codec's name in Asterisk's configuration: "ulaw".
func (c Codec) Format() string { return assignments[c].format }

// String is the encoding's name in SDP: "PCMU/8000".
func (c Codec) String() string { return assignments[c].encoding }

// coder codes one stream or decodes one. Both append to dst; pcm has 8000 samples a
// second, and a sample becomes a byte in each of the codecs.
type coder interface {
	encode(dst []byte, pcm []int16) []byte
	decode(dst []int16, coded []byte) []int16
}

// newCoder returns a coder at the beginning of its stream.
func newCoder(c Codec) coder {
	switch c {
	case PCMA:
		return aLaw{}
	case G722:
		return newSubBands()
	}
	return muLaw{}
}

type muLaw struct{}

func (muLaw) encode(dst []byte, pcm []int16) []byte    { return EncodeMuLaw(dst, pcm) }
func (muLaw) decode(dst []int16, coded []byte) []int16 { return DecodeMuLaw(dst, coded) }

// coding is the coder of one direction, which begins anew when the codec changes.
type coding struct {
	codec Codec
	coder coder // nil before the first packet
}

func (c *coding) of(codec Codec) coder {
	if c.coder == nil || c.codec != codec {
		c.codec, c.coder = codec, newCoder(codec)
	}
	return c.coder
}
