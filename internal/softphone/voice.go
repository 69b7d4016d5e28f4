package softphone

import (
	"net/netip"
	"time"
)

// catchUp is how far the voice may fall behind, on a busy machine, and still
// send what it owes at once; of a longer delay the frames are left out.
const catchUp = 100 * time.Millisecond

// voice sends the packets of one call, one every 20 ms by the clock. Its
// fields belong to the goroutine of run.
type voice struct {
	media     *media
	sequence  uint16
	timestamp uint32
	source    uint32
	resuming  bool   // the last frame had no audio packet
	keyBegan  uint32 // timestamp of the present key

	mouth coding
	frame [frameSamples]int16
	coded []byte
	out   []byte
}

// run sends until the call is over.
func (v *voice) run() {
	v.resuming = true
	timer := time.NewTimer(0)
	defer timer.Stop()
	due := time.Now()
	for {
		select {
		case <-v.media.stop:
			return
		case <-timer.C:
		}
		now := time.Now()
		if late := now.Sub(due); late > catchUp {
			due = due.Add(late.Truncate(frameTime))
			v.timestamp += uint32(late/frameTime) * frameSamples
		}
		for ; !due.After(now); due = due.Add(frameTime) {
			v.next()
			v.timestamp += frameSamples
		}
		timer.Reset(time.Until(due))
	}
}

// next sends one frame: a key if one is pressed, else what is to be said.
func (v *voice) next() {
	m := v.media
	m.mu.Lock()
	remote, codec, event := m.remote, m.codecs[0], m.event
	key, pressed := m.nextKey()
	if !pressed {
		m.player.next(v.frame[:])
	}
	mute := m.player.sound.nothing
	if !pressed && !mute && remote.IsValid() {
		m.sent++
	}
	m.mu.Unlock()

	switch {
	case !remote.IsValid():
		v.resuming = true
	case pressed:
		v.press(remote, event, key)
		v.resuming = true
	case mute:
		v.resuming = true
	default:
		v.coded = v.mouth.of(codec).encode(v.coded[:0], v.frame[:])
		v.send(remote, rtpHeader{marker: v.resuming, payload: codec.payload(), timestamp: v.timestamp}, v.coded)
		v.resuming = false
	}
}

// press sends a packet of a key; the last one three times.
func (v *voice) press(remote netip.AddrPort, payload uint8, key keyEvent) {
	first := key.duration == frameSamples
	if first {
		v.keyBegan = v.timestamp
	}
	copies := 1
	if key.end {
		copies = keyRepeats
	}
	for range copies {
		v.coded = key.append(v.coded[:0])
		v.send(remote, rtpHeader{marker: first, payload: payload, timestamp: v.keyBegan}, v.coded)
	}
}

func (v *voice) send(remote netip.AddrPort, h rtpHeader, payload []byte) {
	h.sequence, h.source = v.sequence, v.source
	v.sequence++
	v.out = append(h.append(v.out[:0]), payload...)
	// A packet that can't be sent is a packet lost: the other side notices.
	_, _ = v.media.conn.WriteToUDPAddrPort(v.out, remote)
}
