package softphone

import "math/bits"

// G.711 µ-law: a 14-bit sample as sign, 3 bits of exponent and 4 of mantissa,
// all bits inverted on the wire (ITU-T G.711, table 2).
const (
	muLawBias    = 132   // 33 in G.711's 14 bits: makes the exponent the number of leading zeros
	muLawLoudest = 32635 // the largest magnitude that still fits after adding the bias
)

// muLawSample holds the linear sample of every µ-law byte.
var muLawSample = func() (table [256]int16) {
	for code := range table {
		inverted := ^uint8(code)
		exponent := inverted >> 4 & 7
		mantissa := int16(inverted & 15)
		magnitude := (mantissa<<3+muLawBias)<<exponent - muLawBias
		if inverted&0x80 != 0 {
			magnitude = -magnitude
		}
		table[code] = magnitude
	}
	return table
}()

// EncodeMuLaw appends the G.711 µ-law bytes of linear 16-bit samples to dst,
// one byte a sample.
func EncodeMuLaw(dst []byte, pcm []int16) []byte {
	for _, sample := range pcm {
		dst = append(dst, muLawCode(sample))
	}
	return dst
}

// DecodeMuLaw appends the linear 16-bit samples of G.711 µ-law bytes to dst.
func DecodeMuLaw(dst []int16, coded []byte) []int16 {
	for _, code := range coded {
		dst = append(dst, muLawSample[code])
	}
	return dst
}

func muLawCode(sample int16) byte {
	sign, magnitude := byte(0), int(sample)
	if magnitude < 0 {
		sign, magnitude = 0x80, -magnitude
	}
	biased := uint(min(magnitude, muLawLoudest) + muLawBias)
	exponent := bits.Len(biased>>7) - 1
	mantissa := byte(biased>>(exponent+3)) & 15
	return ^(sign | byte(exponent)<<4 | mantissa)
}
