package softphone

// G.722 splits audio of 16000 samples a second into two bands of 8000 each and
// codes both as ADPCM: 6 bits of a byte for the lower band, 2 for the upper. Phones
// here have telephone bandwidth, which is the lower band: what they say goes into it
// as it is, and the upper one stays silent; of what comes in the upper one is left
// out. So the filters that split and join the bands aren't needed.
//
// The names of ITU-T G.722 for its blocks are in the comments.
type subBands struct{ lower, upper band }

func newSubBands() *subBands {
	return &subBands{lower: band{det: 32}, upper: band{det: 8}}
}

// halved is the level of G.722's lower band: half of the samples'.
const halved = 2

func (b *subBands) encode(dst []byte, pcm []int16) []byte {
	for _, sample := range pcm {
		dst = append(dst, b.upper.codeUpper(0)<<6|b.lower.codeLower(int(sample)/halved))
	}
	return dst
}

func (b *subBands) decode(dst []int16, coded []byte) []int16 {
	for _, code := range coded {
		dst = append(dst, int16(halved*b.lower.decodeLower(int(code&63))))
	}
	return dst
}

// codeLower codes one sample of the lower band in 6 bits (QUANTL).
func (b *band) codeLower(sample int) byte {
	difference := saturated(sample - b.predicted)
	magnitude := difference
	if difference < 0 {
		magnitude = -(difference + 1)
	}
	step := 1
	for step < len(lowerSteps) && magnitude >= lowerSteps[step]*b.det>>12 {
		step++
	}
	// Codes fall as magnitudes rise; the two smallest below zero stand apart, at the
	// end, and 0 to 3 aren't used.
	code := 62 - step
	switch {
	case difference < 0 && step <= 2:
		code = 64 - step
	case difference < 0:
		code = 34 - step
	}
	b.adaptLower(code >> 2)
	return byte(code)
}

// decodeLower returns the sample that 6 bits code (INVQBL, LIMIT).
func (b *band) decodeLower(code int) int {
	sample := b.predicted + b.det*lowerValues[code]>>15
	b.adaptLower(code >> 2)
	return min(max(sample, -16384), 16383)
}

// adaptLower follows the signal, by the upper 4 bits of the code alone (INVQAL,
// LOGSCL, SCALEL).
func (b *band) adaptLower(code int) {
	difference := b.det * lowerCoarse[code] >> 15
	b.scale(lowerGrowth[lowerRank[code]], 18432, 8)
	b.predict(difference)
}

// codeUpper codes one sample of the upper band in 2 bits (QUANTH, INVQAH, LOGSCH,
// SCALEH).
func (b *band) codeUpper(sample int) byte {
	difference := saturated(sample - b.predicted)
	magnitude, code := difference, 2
	if difference < 0 {
		magnitude, code = -(difference + 1), 0
	}
	growth := upperGrows
	if magnitude < 564*b.det>>12 {
		code, growth = code+1, upperShrinks
	}
	step := b.det * upperValues[code] >> 15
	b.scale(growth, 22528, 10)
	b.predict(step)
	return byte(code)
}

// band is the state of one band: a step size and a predictor with two poles and six
// zeros, which the coder and the decoder keep alike.
type band struct {
	log, det      int    // the step size, and its logarithm
	predicted     int    // the next sample
	zeros         int    // the share of the zeros in it
	reconstructed [2]int // the last samples
	partial       [2]int // the last samples, but for the poles' share
	poles         [2]int
	differences   [6]int // the last ones
	taps          [6]int // of the zeros
}

// scale sets the next step size.
func (b *band) scale(growth, most, shift int) {
	b.log = min(max(b.log*127>>7+growth, 0), most)
	b.det = exponentials[b.log>>6&31]
	if down := shift - b.log>>11; down >= 0 {
		b.det >>= down
	} else {
		b.det <<= -down
	}
	b.det <<= 2
}

// predict takes the quantised difference and predicts the next sample (RECONS, PARREC,
// UPPOL2, UPPOL1, UPZERO, FILTEP, FILTEZ, PREDIC).
func (b *band) predict(difference int) {
	sample := saturated(b.predicted + difference)
	partial := saturated(b.zeros + difference)
	alike := func(i int) bool { return partial < 0 == (b.partial[i] < 0) }

	turn := saturated(4 * b.poles[0])
	if alike(0) {
		turn = min(-turn, 32767)
	}
	second := turn>>7 + b.poles[1]*32512>>15 + signed(128, alike(1))
	second = min(max(second, -12288), 12288)
	limit := saturated(15360 - second)
	first := saturated(signed(192, alike(0)) + b.poles[0]*32640>>15)
	b.poles = [2]int{min(max(first, -limit), limit), second}

	for i := range b.taps {
		move := 0
		if difference != 0 {
			move = signed(128, difference < 0 == (b.differences[i] < 0))
		}
		b.taps[i] = saturated(move + b.taps[i]*32640>>15)
	}
	copy(b.differences[1:], b.differences[:])
	b.differences[0] = difference
	b.reconstructed = [2]int{sample, b.reconstructed[0]}
	b.partial = [2]int{partial, b.partial[0]}

	b.zeros = 0
	for i, tap := range b.taps {
		b.zeros += tap * saturated(2*b.differences[i]) >> 15
	}
	b.zeros = saturated(b.zeros)
	poles := 0
	for i, pole := range b.poles {
		poles += pole * saturated(2*b.reconstructed[i]) >> 15
	}
	b.predicted = saturated(saturated(poles) + b.zeros)
}

func signed(n int, positive bool) int {
	if positive {
		return n
	}
	return -n
}

// saturated limits to 16 bits.
func saturated(n int) int { return min(max(n, -32768), 32767) }

// The tables of ITU-T G.722, in the order of the codes.
var (
	// decision levels of the lower band (table 14)
	lowerSteps = [30]int{
		0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650,
		714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
	}
	// output values of the lower band with 6 bits, and with the upper 4 of them (table 15)
	lowerValues = [64]int{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
	lowerCoarse = [16]int{0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0}
	// how the step size follows the lower band's codes (tables 16 and 17)
	lowerRank   = [16]int{0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0}
	lowerGrowth = [8]int{-60, -30, 58, 172, 334, 538, 1198, 3042}
	// output values of the upper band (table 20)
	upperValues = [4]int{-7408, -1616, 7408, 1616}
	// 2048 times two to the power of n/32 (table 18)
	exponentials = [32]int{
		2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
		2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
	}
)

// How the step size follows the upper band's codes (table 21).
const (
	upperGrows   = 798
	upperShrinks = -214
)
