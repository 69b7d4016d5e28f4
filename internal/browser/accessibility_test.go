package browser

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each of these pages has one fault, which is found, and no other.
func TestFindings(t *testing.T) {
	faults := map[string]struct{ body, finding string }{
		"nothing":          {`<p>All is well.</p><button>Save</button>`, ""},
		"no name":          {`<button></button>`, "button-name"},
		"no label":         {`<input>`, "label"},
		"weak contrast":    {`<p style="color:#999;background:#fff">faint</p>`, "color-contrast"},
		"weak in the dark": {`<style>@media (prefers-color-scheme: dark) { p { color: #444; background: #000 } }</style><p>faint</p>`, "color-contrast"},
		"skipped heading":  {`<h4>Deep</h4>`, "heading-order"},
		"small target":     {`<style>button { display: block; padding: 0; width: 12px; height: 12px; border: 0 }</style><div><button>a</button></div><div><button>b</button></div>`, "target-size"},
		"too wide":         {`<p style="width:2000px">wide</p>`, "reflow"},
	}
	pages := map[string]string{}
	for name, fault := range faults {
		pages["/"+name] = `<main><h1>Test</h1>` + fault.body + `</main>`
	}
	address := site(t, pages)
	p := Start(t).Page(t, Look{Dark: true})
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			p := p.In(t)
			p.Open(address + "/" + name)
			var rules []string
			for _, finding := range p.findings() {
				rule, _, _ := strings.Cut(finding, ":")
				rules = append(rules, rule)
			}
			if fault.finding == "" {
				require.Empty(t, rules)
				return
			}
			require.NotEmpty(t, rules)
			for _, rule := range rules {
				require.Equal(t, fault.finding, rule)
			}
		})
	}
}
