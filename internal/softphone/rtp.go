package softphone

import "encoding/binary"

const (
	rtpVersion     = 2 << 6
	rtpHeaderSize  = 12
	rtpMarker      = 0x80
	payloadEvent   = 101 // dynamic; the usual one for telephone-event
	rtcpFirstType  = 192 // packet types of RTCP, which may arrive at an RTP
	rtcpLastType   = 223 // port by mistake (RFC 5761 section 4)
	rtpPacketLimit = 1500
)

// rtpHeader is the fixed header of RFC 3550 section 5.1 as far as a phone
// needs it.
type rtpHeader struct {
	marker    bool // first packet of a key or after silence
	payload   uint8
	sequence  uint16
	timestamp uint32 // samples
	source    uint32 // SSRC
}

func (h rtpHeader) append(packet []byte) []byte {
	second := h.payload
	if h.marker {
		second |= rtpMarker
	}
	packet = append(packet, rtpVersion, second)
	packet = binary.BigEndian.AppendUint16(packet, h.sequence)
	packet = binary.BigEndian.AppendUint32(packet, h.timestamp)
	return binary.BigEndian.AppendUint32(packet, h.source)
}

// parseRTP splits a packet; ok is false for anything that isn't RTP.
func parseRTP(packet []byte) (h rtpHeader, payload []byte, ok bool) {
	if len(packet) < rtpHeaderSize || packet[0]&0xC0 != rtpVersion {
		return h, nil, false
	}
	if packet[1] >= rtcpFirstType && packet[1] <= rtcpLastType {
		return h, nil, false
	}
	h = rtpHeader{
		marker:    packet[1]&rtpMarker != 0,
		payload:   packet[1] &^ rtpMarker,
		sequence:  binary.BigEndian.Uint16(packet[2:]),
		timestamp: binary.BigEndian.Uint32(packet[4:]),
		source:    binary.BigEndian.Uint32(packet[8:]),
	}
	start := rtpHeaderSize + 4*int(packet[0]&0x0F) // contributing sources
	if packet[0]&0x10 != 0 {                       // header extension
		if len(packet) < start+4 {
			return h, nil, false
		}
		start += 4 + 4*int(binary.BigEndian.Uint16(packet[start+2:]))
	}
	end := len(packet)
	if packet[0]&0x20 != 0 { // padding, whose length is its last byte
		end -= int(packet[end-1])
	}
	if start > end {
		return h, nil, false
	}
	return h, packet[start:end], true
}
