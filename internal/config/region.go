package config

import (
	"regexp"
	"slices"
	"strings"

	"callbackd/callback"
)

// numberMark is where a dial string takes the customer's number.
const numberMark = "{number}"

// Forms of what Asterisk dials and answers from: technology, slash, and
// whatever the technology takes, without the characters that the dialplan
// gives a meaning ("&" would dial two phones, "," end an argument).
var (
	trunkForm    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.+-]+$`)
	dialForm     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9_.+*#@:/;=-]+$`)
	toneZoneForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	placeholder  = regexp.MustCompile(`\{[^}]*\}?`)
)

// audioFormats are the names that Asterisk gives to audio (main/codec_builtin.c).
var audioFormats = []string{
	"adpcm", "alaw", "codec2", "g719", "g722", "g723", "g726", "g726aal2", "g729", "gsm", "ilbc", "lpc10", "opus",
	"silk8", "silk12", "silk16", "silk24", "siren14", "siren7", "slin", "slin12", "slin16", "slin24", "slin32", "slin44",
	"slin48", "slin96", "slin192", "speex", "speex16", "speex32", "ulaw",
}

func (f *accountFile) regions(n *node) map[string]callback.Region {
	regions := map[string]callback.Region{}
	owners := map[string]string{} // the region of a trunk, by PBX and trunk
	for _, e := range f.entries(n, "a region") {
		o := f.object(e.value)
		r := callback.Region{Name: e.key.text}
		f.refuseNone(e.key, "a region")
		r.PBX = reference(f.decoder, o.require("pbx", "the name of a PBX in callbackd.yaml"), "PBX", f.config.Asterisk)
		const trunksHint = "write trunks: [PJSIP/pstn]"
		for _, item := range f.list(o.require("trunks", trunksHint), trunksHint) {
			trunk := f.trunk(item)
			if trunk == "" {
				continue
			}
			key := r.PBX + " " + strings.ToLower(trunk)
			if owner, taken := owners[key]; taken {
				f.errorf(item, "trunk %s belongs to region %s already", trunk, owner).Hint = "a call's region is told from its trunk"
				continue
			}
			owners[key] = r.Name
			r.Trunks = append(r.Trunks, trunk)
			f.trunks = append(f.trunks, ownTrunk{r.PBX, trunk, item})
		}
		r.Dial = f.dial(o.require("dial", "write dial: PJSIP/{number}@pstn"))
		r.NumberFormat = oneOf(f.decoder, o.get("number_format"), callback.FormatPlusE164,
			callback.FormatPlusE164, callback.FormatE164, callback.FormatNational, callback.Format00)
		if format := o.get("number_format"); r.NumberFormat == callback.Format00 && format != nil {
			f.warnOfQuoting(format)
		}
		r.MaxCalls = f.integer(o.get("max_calls"), 1, 10_000, 0, "leave the key out for no limit")
		r.Formats = f.formats(o.get("formats"))
		if zone := f.text(o.get("tone_zone")); zone != "" {
			if r.ToneZone = zone; !toneZoneForm.MatchString(zone) {
				f.errorf(o.get("tone_zone"), "%q can't be a tone zone", zone).Hint = "a section of indications.conf: se"
			}
		}
		o.close()
		regions[r.Name] = r
	}
	return regions
}

// refuseNone notes a name that couldn't be referred to.
func (f *accountFile) refuseNone(n *node, what string) {
	if n.text == none {
		f.errorf(n, "none can't name %s", what).Hint = "where it's referred to, none switches a default off"
	}
}

func (f *accountFile) trunk(n *node) string {
	text := f.text(n)
	if text != "" && !trunkForm.MatchString(text) {
		f.errorf(n, "%q isn't a trunk", text).Hint = "write technology and endpoint: PJSIP/pstn"
		return ""
	}
	return text
}

// dial reads a dial string, which must take the number somewhere.
func (f *accountFile) dial(n *node) string {
	text := f.text(n)
	if text == "" {
		return ""
	}
	for _, mark := range placeholder.FindAllString(text, -1) {
		if mark != numberMark {
			f.errorf(n, "%q has no meaning in a dial string", mark).Hint = "the customer's number is " + numberMark
			return ""
		}
	}
	if !strings.Contains(text, numberMark) {
		f.errorf(n, "the dial string doesn't contain %s", numberMark).Hint = "write PJSIP/{number}@pstn"
		return ""
	}
	if !dialForm.MatchString(strings.ReplaceAll(text, numberMark, "0")) {
		f.errorf(n, "%q isn't a dial string", text).Hint = "write PJSIP/{number}@pstn, or Local/{number}@from-internal/n, without spaces"
		return ""
	}
	return text
}

// formats reads the names of one or several audio formats, as ARI takes them.
func (f *accountFile) formats(n *node) string {
	text := f.text(n)
	if text == "" {
		return "ulaw"
	}
	for name := range strings.SplitSeq(text, ",") {
		if !slices.Contains(audioFormats, name) {
			p := f.errorf(n, "Asterisk has no audio format %q", name)
			if p.Hint = f.didYouMean(name, audioFormats); p.Hint == "" {
				p.Hint = "write the codec of agents and trunk: ulaw or alaw"
			}
			return ""
		}
	}
	return text
}
