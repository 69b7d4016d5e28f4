package private

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MinVersion is the oldest Asterisk that is used. Older ones have holes that
// reach whoever talks to ARI (GHSA-wcvv-g26m-wx5c, GHSA-vrfp-mg3q-3959).
const MinVersion = "22.10.1"

// release finds the version in what "asterisk -V" prints, such as
// "Asterisk 22.10.1~dfsg+~cs6". Certified releases ("certified-22.8-cert1") and
// builds from a repository ("GIT-22-1a2b3c") can't be compared and match not.
var release = regexp.MustCompile(`^Asterisk ([0-9]+\.[0-9]+\.[0-9]+)(-rc[0-9]+)?`)

// versionIn returns "22.10.1", or "" if the text names no release. A release
// candidate counts as the release before it, which is 0.0.0 for want of a
// better one.
func versionIn(text string) string {
	m := release.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || m[2] != "" {
		return ""
	}
	return m[1]
}

// newEnough reports whether the version is MinVersion or above.
func newEnough(version string) bool {
	return compareVersions(version, MinVersion) >= 0
}

// compareVersions compares 22.9.0 and 22.10.1 by their numbers. What isn't a
// number counts as zero.
func compareVersions(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, _ := strconv.Atoi(x)
		n, _ := strconv.Atoi(y)
		return cmp.Compare(m, n)
	})
}
