package browser

import (
	"fmt"
	"strings"
)

// MustBeAccessible fails the test for everything that axe-core finds on the page
// (WCAG 2.2 A and AA, and what it calls best practice), and if the page is wider
// than the window, so that people had to scroll sideways (WCAG 1.4.10).
func (p *Page) MustBeAccessible() {
	p.t.Helper()
	for _, finding := range p.findings() {
		p.t.Errorf("%s (%s): %s", p.Path(), p.look, finding)
	}
}

// violation is what axe-core says of one rule.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// runAxe asks for violations alone. What it is unsure of ("incomplete") people have
// to look at.
const runAxe = `axe.run(document, {
	resultTypes: ["violations"],
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then(found => found.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help,
	Nodes: v.nodes.map(n => ({HTML: n.html, FailureSummary: n.failureSummary}))})))`

// tooWide is by how many pixels the page is wider than the window, and the innermost
// element that sticks out.
const tooWide = `(() => {
	const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
	if (wide <= 0) return null;
	const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
	return {By: wide, Element: out.length ? out[out.length - 1].outerHTML.slice(0, 200) : ""};
})()`

// findings are all that is wrong, each as a text for people.
func (p *Page) findings() (found []string) {
	p.t.Helper()
	source, err := p.browser.axeSource()
	p.must("check accessibility", err)
	if !Eval[bool](p, `"axe" in window`) {
		Eval[any](p, source+";null")
	}
	for _, v := range Eval[[]violation](p, runAxe) {
		for _, n := range v.Nodes {
			found = append(found, fmt.Sprintf("%s: %s (%s)\n  %s\n  %s", v.ID, v.Help, v.Impact, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n  ")))
		}
	}
	if wide := Eval[*struct {
		By      int
		Element string
	}](p, tooWide); wide != nil {
		found = append(found, fmt.Sprintf("reflow: the page is %d pixels wider than the window\n  %s", wide.By, wide.Element))
	}
	return found
}
