package config

import (
	"os"
	"regexp"
	"strings"
)

// SeverityNote is something that can't be found out: neither good nor bad.
const SeverityNote Severity = "note"

// Placed is p with its place: where the key p.Path is written in p.File, for a problem
// that was found by other means than reading the file. A setting of a rule may be written
// in `defaults`; what isn't written at all has the place of what it belongs to.
func (p Problem) Placed() Problem {
	raw, err := os.ReadFile(p.File)
	if err != nil {
		return p // as it is: the file was there when what is wrong was found
	}
	src, root := parseSource(p.File, raw)
	if root == nil {
		return p
	}
	places := map[string]*node{}
	root.collect(places)
	for path := p.Path; path != ""; path = above(path) {
		at, written := places[path]
		if !written {
			if key := ruleSetting.ReplaceAllString(path, "defaults."); places[key] != nil {
				at, p.Path = places[key], key
			}
		}
		if at == nil {
			continue
		}
		src.point(&p, at)
		break
	}
	return p
}

// ruleSetting is the beginning of a rule's setting.
var ruleSetting = regexp.MustCompile(`^rules\[[0-9]+\]\.`)

// above is the path of what a key, or an item of a list, belongs to.
func above(path string) string { return path[:max(strings.LastIndexAny(path, ".["), 0)] }

// collect gives each path below n its node: the value if that is a single one, else the key.
func (n *node) collect(places map[string]*node) {
	for _, e := range n.entries {
		places[e.key.path] = e.key
		if e.value.kind == scalar && !e.value.empty {
			places[e.key.path] = e.value
		}
		e.value.collect(places)
	}
	for _, item := range n.items {
		places[item.path] = item
		item.collect(places)
	}
}
