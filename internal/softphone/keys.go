package softphone

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// keyRepeats is how often the last packet of a key is sent, because any may be lost
// (RFC 4733 section 2.5.1.4).
const keyRepeats = 3

// pace is how keys are pressed, in frames.
type pace struct{ down, up int }

var (
	unhurried = pace{down: 5, up: 5}
	hurried   = pace{down: 6, up: 1}
)

// keyNames are the keys of a telephone in the order of their event codes
// (RFC 4733 section 3.2).
const keyNames = "0123456789*#ABCD"

// keyEvent is the payload of a telephone-event packet (RFC 4733 section 2.3).
type keyEvent struct {
	code     byte
	end      bool
	duration uint16 // samples
}

const keyVolume = 10 // dB under 0 dBm0

func (k keyEvent) append(packet []byte) []byte {
	second := byte(keyVolume)
	if k.end {
		second |= 0x80
	}
	packet = append(packet, k.code, second)
	return binary.BigEndian.AppendUint16(packet, k.duration)
}

func parseKeyEvent(payload []byte) (keyEvent, bool) {
	if len(payload) < 4 || int(payload[0]) >= len(keyNames) {
		return keyEvent{}, false
	}
	return keyEvent{
		code:     payload[0],
		end:      payload[1]&0x80 != 0,
		duration: binary.BigEndian.Uint16(payload[2:]),
	}, true
}

// pressing is a series of keys on its way out.
type pressing struct {
	codes []byte
	pace  pace
	frame int // of the present key and its pause
	done  chan struct{}
}

// nextKey takes a frame from the keys to be pressed. It says false during the
// pauses and when there are none. The caller holds m.mu.
func (m *media) nextKey() (key keyEvent, pressed bool) {
	if len(m.pressings) == 0 {
		return key, false
	}
	p := m.pressings[0]
	code := p.codes[0]
	p.frame++
	if p.frame <= p.pace.down {
		return keyEvent{code: code, end: p.frame == p.pace.down, duration: uint16(p.frame * frameSamples)}, true
	}
	if p.frame == p.pace.down+p.pace.up {
		p.codes, p.frame = p.codes[1:], 0
		if len(p.codes) == 0 {
			m.pressings = m.pressings[1:]
			close(p.done)
		}
	}
	return key, false
}

// SendDigits presses keys (0 to 9, *, #, A to D), 100 ms each with pauses of
// 100 ms, and returns when the last is out. What the call says is interrupted
// while a key is down. Keys of a second SendDigits at the same time follow
// those of the first.
func (c *Call) SendDigits(ctx context.Context, keys string) error {
	return c.press(ctx, keys, unhurried)
}

// SendDigitsInHurry is SendDigits with 140 ms from key to key, of which 20 are the pause.
// Asterisk 22 takes keys twice that have less than 40 ms between them, from the third on.
func (c *Call) SendDigitsInHurry(ctx context.Context, keys string) error {
	return c.press(ctx, keys, hurried)
}

func (c *Call) press(ctx context.Context, keys string, at pace) error {
	codes := make([]byte, 0, len(keys))
	for _, key := range strings.ToUpper(keys) {
		code := strings.IndexRune(keyNames, key)
		if code < 0 {
			return fmt.Errorf("send keys %q: a telephone has no key %q; it has %s", keys, key, keyNames)
		}
		codes = append(codes, byte(code))
	}
	if len(codes) == 0 {
		return nil
	}
	done, err := c.media.press(codes, at)
	if err != nil {
		return fmt.Errorf("send keys %q: %w", keys, err)
	}
	select {
	case <-done:
		return nil
	case <-c.done:
		return fmt.Errorf("send keys %q: %w", keys, c.endedError())
	case <-ctx.Done():
		return fmt.Errorf("send keys %q: %w", keys, ctx.Err())
	}
}

// Digits returns the keys that the other side has pressed so far.
func (c *Call) Digits() string {
	digits, _ := c.media.keys.pressed()
	return digits
}

// HearsDigits waits until the other side has pressed these keys, whatever it
// pressed before.
func (c *Call) HearsDigits(ctx context.Context, keys string) error {
	for {
		digits, more := c.media.keys.pressed()
		if strings.HasSuffix(digits, strings.ToUpper(keys)) {
			return nil
		}
		var cause error
		select {
		case <-more:
			continue
		case <-c.done:
			cause = c.endedError()
		case <-ctx.Done():
			cause = ctx.Err()
		}
		return fmt.Errorf("keys %q were not pressed, only %q: %w", keys, digits, cause)
	}
}

// errNoKeys says that the other side takes no telephone-events.
var errNoKeys = errors.New("the other side's SDP has no telephone-event")

// keyLog is what came in as telephone-events.
type keyLog struct {
	mu      sync.Mutex
	digits  []byte
	began   uint32 // RTP timestamp of the last key: all packets of a key have the same
	some    bool   // began is set
	reached uint16 // the last duration of that key
	changed chan struct{}
}

// packet notes a telephone-event and returns for how long it keeps the audio
// away that would have come instead.
func (l *keyLog) packet(timestamp uint32, event keyEvent) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.some || timestamp != l.began {
		l.some, l.began, l.reached = true, timestamp, 0
		l.digits = append(l.digits, keyNames[event.code])
		close(l.changed)
		l.changed = make(chan struct{})
	}
	if event.duration <= l.reached {
		return 0
	}
	longer := event.duration - l.reached
	l.reached = event.duration
	return time.Duration(longer) * time.Second / sampleRate
}

func (l *keyLog) pressed() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.digits), l.changed
}
