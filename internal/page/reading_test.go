package page_test

import (
	"html"
	"regexp"
	"strings"
)

var (
	tags    = regexp.MustCompile(`<[^>]*>`)
	unseen  = regexp.MustCompile(`(?s)<(script|dialog|datalist|select)\b.*?</(script|dialog|datalist|select)>`)
	between = regexp.MustCompile(`[\s\x{a0}\x{202f}]+`)
)

// plain is what there is to be read on a page: without what is hidden in it.
func plain(page string) string {
	text := html.UnescapeString(tags.ReplaceAllString(unseen.ReplaceAllString(page, " "), " "))
	return strings.TrimSpace(between.ReplaceAllString(text, " "))
}

// addressOf is where the link leads that has a mark.
func addressOf(page, mark string) string {
	for _, tag := range tags.FindAllString(page, -1) {
		if strings.Contains(tag, mark) {
			_, rest, _ := strings.Cut(tag, `href="`)
			address, _, _ := strings.Cut(rest, `"`)
			return html.UnescapeString(address)
		}
	}
	return ""
}
