package survey

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

var (
	// oldestTold is the first version that says with which SIP status a leg ended, from
	// which the results of attempts are told.
	oldestTold = []int{22, 7, 0}
	// oldestSafe is the first version without the holes that reach whoever talks to ARI
	// (GHSA-wcvv-g26m-wx5c, GHSA-vrfp-mg3q-3959).
	oldestSafe = []int{22, 10, 1}
)

// release is the beginning of a release's version, such as "22.10.1+dfsg". Certified
// releases ("certified-22.8-cert1") and builds from a repository ("GIT-22-1a2b3c") can't be
// compared.
var release = regexp.MustCompile(`^([0-9]+)\.([0-9]+)\.([0-9]+)`)

func (v *visit) askVersion() {
	version := v.info.System.Version
	say := func(severity Severity, hint, what string) {
		v.found(Finding{
			Severity: severity, Hint: hint,
			Message: fmt.Sprintf("Asterisk %s is version %s", v.pbx.Name, version) + what,
		})
	}
	numbers := release.FindStringSubmatch(version)
	if numbers == nil {
		say(Note, "callbackd is tried on 22.10.1 and newer", ", which can't be compared with a release")
		return
	}
	var is []int
	for _, n := range numbers[1:] {
		i, err := strconv.Atoi(n)
		if err != nil { // more digits than any release has
			say(Note, "callbackd is tried on 22.10.1 and newer", ", which can't be compared with a release")
			return
		}
		is = append(is, i)
	}
	older := func(than []int) bool { return slices.CompareFunc(is, than, cmp.Compare[int]) < 0 }
	switch {
	case older(oldestTold):
		say(Error, "upgrade to 22.10.1 or newer", ", which doesn't tell why a call ended: results would be wrong")
	case older(oldestSafe):
		say(Warning, "upgrade to 22.10.1 or newer, unless your distribution has mended it",
			", which has holes that reach whoever talks to ARI (GHSA-wcvv-g26m-wx5c, GHSA-vrfp-mg3q-3959)")
	default:
		v.fine("is version %s", version)
	}
}
