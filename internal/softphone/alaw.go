package softphone

import "math/bits"

// G.711 A-law: a 13-bit sample as sign, 3 bits of exponent and 4 of mantissa; the
// sign bit is 1 for positive samples, and every second bit is inverted on the wire
// (ITU-T G.711, table 1).
const aLawInverted = 0x55

type aLaw struct{}

// aLawSample holds the linear sample of every A-law byte: the middle of its step.
var aLawSample = func() (table [256]int16) {
	for code := range table {
		plain := uint8(code) ^ aLawInverted
		exponent := plain >> 4 & 7
		magnitude := int16(plain&15)<<4 + 8
		if exponent > 0 {
			magnitude = (magnitude + 0x100) << (exponent - 1)
		}
		if plain&0x80 == 0 {
			magnitude = -magnitude
		}
		table[code] = magnitude
	}
	return table
}()

func (aLaw) encode(dst []byte, pcm []int16) []byte {
	for _, sample := range pcm {
		dst = append(dst, aLawCode(sample))
	}
	return dst
}

func (aLaw) decode(dst []int16, coded []byte) []int16 {
	for _, code := range coded {
		dst = append(dst, aLawSample[code])
	}
	return dst
}

func aLawCode(sample int16) byte {
	sign, magnitude := byte(0x80), int(sample)
	if magnitude < 0 {
		sign, magnitude = 0, -magnitude-1 // 16 bits hold one magnitude more below zero
	}
	steps := uint(magnitude) >> 4 // of the smallest segments
	code := byte(steps)
	if exponent := bits.Len(steps >> 4); exponent > 0 {
		code = byte(exponent)<<4 | byte(steps>>(exponent-1))&15
	}
	return (sign | code) ^ aLawInverted
}
