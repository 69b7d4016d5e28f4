package softphone

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// errNoCodec is why an offer is refused with 488.
var errNoCodec = errors.New("no audio stream in the SDP with a codec that the phone takes")

// description is what the phone puts into SDP (RFC 8866) and reads from it:
// one audio stream and telephone-events.
type description struct {
	address netip.AddrPort // where RTP is wanted
	session uint64         // names the session in o=
	version uint64         // of the session in o=, one more with each change
	codecs  []Codec        // written: the best first; read: the one to be used
	event   uint8          // payload type of telephone-event; 0: none

	direction direction // written; what the other side says isn't read
}

// direction is which way audio goes, seen from here (RFC 8866 section 6.7).
type direction int

const (
	sendReceive direction = iota
	sendOnly              // the other side is on hold
)

func (d direction) String() string {
	if d == sendOnly {
		return "sendonly"
	}
	return "sendrecv"
}

// encode writes the description.
func (d description) encode() []byte {
	ip, family := d.address.Addr(), "IP4"
	if ip.Is6() {
		family = "IP6"
	}
	var s strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&s, format+"\r\n", args...) }
	line("v=0")
	line("o=- %d %d IN %s %s", d.session, d.session+d.version, family, ip)
	line("s=call")
	line("c=IN %s %s", family, ip)
	line("t=0 0")
	var payloads, mappings strings.Builder
	for _, codec := range d.codecs {
		fmt.Fprintf(&payloads, " %d", codec.payload())
		fmt.Fprintf(&mappings, "a=rtpmap:%d %v\r\n", codec.payload(), codec)
	}
	if d.event != 0 {
		fmt.Fprintf(&payloads, " %d", d.event)
	}
	line("m=audio %d RTP/AVP%s", d.address.Port(), payloads.String())
	s.WriteString(mappings.String())
	if d.event != 0 {
		line("a=rtpmap:%d telephone-event/8000", d.event)
		line("a=fmtp:%d 0-15", d.event)
	}
	line("a=ptime:20")
	line("a=%v", d.direction)
	return []byte(s.String())
}

// parseDescription reads the first audio stream. Its codec is the first of those
// named there that is one of ours; without one it is errNoCodec. The address is the
// zero AddrPort where the stream is refused (port 0).
func parseDescription(body []byte, ours []Codec) (description, error) {
	var (
		d               description
		section         = "session" // or the medium of the m= line above
		session, stream netip.Addr  // c= of the whole, and of the audio stream
		port            uint64
	)
	for line := range strings.Lines(string(body)) {
		kind, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		words := strings.Fields(value)
		switch {
		case kind == "m" && section == "audio":
			section = "a second stream"
		case kind == "m" && len(words) >= 4 && words[0] == "audio":
			section = "audio"
			var err error
			if port, err = strconv.ParseUint(words[1], 10, 16); err != nil {
				return d, fmt.Errorf("parse SDP: port of %q: %w", value, err)
			}
			d.codecs = firstOf(ours, words[3:])
		case kind == "m" && section == "session":
			section = "another medium"
		case kind == "c" && (section == "session" || section == "audio"):
			if len(words) < 3 {
				return d, fmt.Errorf("parse SDP: connection %q has no address", value)
			}
			ip, err := netip.ParseAddr(words[2])
			if err != nil {
				return d, fmt.Errorf("parse SDP: connection %q: %w", value, err)
			}
			if section == "session" {
				session = ip
			} else {
				stream = ip
			}
		case kind == "a" && section == "audio":
			if payload, ok := eventPayload(value); ok {
				d.event = payload
			}
		}
	}
	if len(d.codecs) == 0 {
		return d, errNoCodec
	}
	if !stream.IsValid() {
		stream = session
	}
	if !stream.IsValid() {
		return d, errors.New("parse SDP: no connection address")
	}
	if port != 0 {
		d.address = netip.AddrPortFrom(stream, uint16(port))
	}
	return d, nil
}

// firstOf is the first of the payload types that stands for one of ours.
func firstOf(ours []Codec, payloads []string) []Codec {
	for _, payload := range payloads {
		for _, codec := range ours {
			if payload == strconv.Itoa(int(codec.payload())) {
				return []Codec{codec}
			}
		}
	}
	return nil
}

// eventPayload reads "rtpmap:101 telephone-event/8000".
func eventPayload(attribute string) (uint8, bool) {
	mapping, ok := strings.CutPrefix(attribute, "rtpmap:")
	if !ok {
		return 0, false
	}
	number, name, _ := strings.Cut(mapping, " ")
	if !strings.EqualFold(strings.TrimSpace(name), "telephone-event/8000") {
		return 0, false
	}
	payload, err := strconv.ParseUint(number, 10, 7)
	return uint8(payload), err == nil
}
