package debian

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is one archive in the machine's apt sources: one address with one suite.
type source struct {
	uri        string
	suite      string // as bookworm, or stable
	components []string
	signedBy   string // a keyring, a key, or empty
	file       string // where it is written, for messages
}

// readSources collects the machine's apt sources, in apt's own order and both
// of its formats (sources.list(5)).
func readSources(etcApt string) ([]source, error) {
	files := []string{filepath.Join(etcApt, "sources.list")}
	for _, pattern := range []string{"*.list", "*.sources"} {
		found, err := filepath.Glob(filepath.Join(etcApt, "sources.list.d", pattern))
		if err != nil {
			return nil, fmt.Errorf("look for apt sources in %s: %w", etcApt, err)
		}
		files = append(files, found...)
	}
	var all []source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue // sources.list is often missing
		}
		if err != nil {
			return nil, fmt.Errorf("read apt sources: %w", err)
		}
		parse := parseOneLine
		if strings.HasSuffix(file, ".sources") {
			parse = parseDeb822
		}
		for _, s := range parse(string(text)) {
			s.file = file
			all = append(all, s)
		}
	}
	return all, nil
}

// parseOneLine reads lines such as
//
//	deb [arch=amd64 signed-by=/x.gpg] http://deb.debian.org/debian bookworm main
//
// and leaves out what isn't one: apt complains about faults, we only look.
func parseOneLine(text string) []source {
	var found []source
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		kind, rest := cutField(line)
		if kind != "deb" {
			continue
		}
		var s source
		if strings.HasPrefix(rest, "[") {
			options, after, closed := strings.Cut(rest[1:], "]")
			if !closed {
				continue
			}
			rest = after
			for _, option := range strings.Fields(options) {
				if key, value, _ := strings.Cut(option, "="); strings.EqualFold(key, "signed-by") {
					s.signedBy = value
				}
			}
		}
		// "cdrom:[Debian GNU/Linux 12]/" has blanks in its address; what comes
		// of it here is no address of a mirror and is passed over later.
		fields := strings.Fields(rest)
		if len(fields) < 3 {
			continue
		}
		s.uri, s.suite, s.components = fields[0], fields[1], fields[2:]
		found = append(found, s)
	}
	return found
}

// cutField splits off the first word.
func cutField(line string) (first, rest string) {
	line = strings.TrimSpace(line)
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, ""
	}
	return line[:i], strings.TrimSpace(line[i:])
}

// parseDeb822 reads stanzas such as
//
//	Types: deb deb-src
//	URIs: http://deb.debian.org/debian
//	Suites: bookworm bookworm-updates
//	Components: main
//	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
func parseDeb822(text string) []source {
	var found []source
	fields := map[string]string{}
	last := ""
	finish := func() {
		if !slices.Contains(strings.Fields(fields["types"]), "deb") || isNo(fields["enabled"]) {
			clear(fields)
			return
		}
		for _, uri := range strings.Fields(fields["uris"]) {
			for _, suite := range strings.Fields(fields["suites"]) {
				found = append(found, source{
					uri: uri, suite: suite,
					components: strings.Fields(fields["components"]),
					signedBy:   strings.TrimSpace(fields["signed-by"]),
				})
			}
		}
		clear(fields)
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			finish()
		case line[0] == ' ' || line[0] == '\t':
			fields[last] += "\n" + strings.TrimSpace(line)
		default:
			key, value, _ := strings.Cut(line, ":")
			last = strings.ToLower(strings.TrimSpace(key))
			fields[last] = value
		}
	}
	finish()
	return found
}

// isNo is apt's idea of a switch that is off.
func isNo(value string) bool {
	return slices.Contains([]string{"no", "false", "without", "off", "disable", "0"},
		strings.ToLower(strings.TrimSpace(value)))
}

// debianSuites are the names that Debian's archive gives its releases by turn.
// Backports, updates and security are others ("bookworm-security").
var debianSuites = []string{"oldoldstable", "oldstable", "stable", "testing", "unstable", "sid"}

// mirror picks the address of Debian's own archive from the machine's sources:
// the machine's owner has chosen it, perhaps because no other can be reached.
//
// Other publishers name their suites after Debian's releases too. What tells
// them apart is the key: theirs are signed by their own.
func mirror(sources []source, codename, wanted string) (string, error) {
	candidates := slices.DeleteFunc(slices.Clone(sources), func(s source) bool {
		scheme, _, _ := strings.Cut(s.uri, ":")
		return scheme == "cdrom" ||
			s.suite != codename && s.suite != wanted && !slices.Contains(debianSuites, s.suite) ||
			!slices.Contains(s.components, "main") ||
			s.signedBy != "" && !strings.Contains(s.signedBy, "debian-archive-")
	})
	if len(candidates) == 0 {
		return "", fmt.Errorf("no entry for Debian's own archive (suite %s, component main)", codename)
	}
	// Of several, that which surely is Debian's: by its key, then by its path.
	slices.SortStableFunc(candidates, func(a, b source) int {
		return cmp.Compare(likeness(b), likeness(a))
	})
	return candidates[0].uri, nil
}

// likeness is how sure it is that a source is Debian's own archive.
func likeness(s source) int {
	sure := 0
	if s.signedBy != "" {
		sure += 2
	}
	if strings.HasSuffix(strings.TrimRight(s.uri, "/"), "/debian") {
		sure++
	}
	return sure
}
