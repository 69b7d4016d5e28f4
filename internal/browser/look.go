package browser

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Widths of the two devices that pages are looked at with, in CSS pixels.
const (
	PhoneWidth = 360
	DeskWidth  = 1280
)

// Look is how a person looks at a page.
type Look struct {
	Width    int  // of the window, in CSS pixels; DeskWidth if 0
	Dark     bool // the system's colours are dark
	NoScript bool // scripts are switched off
}

func (l Look) String() string {
	colours, device := "light", "desk"
	if l.Dark {
		colours = "dark"
	}
	if l.width() < 600 {
		device = "phone"
	}
	return device + ", " + colours
}

func (l Look) width() int64 {
	if l.Width == 0 {
		return DeskWidth
	}
	return int64(l.Width)
}

// height is that of a phone held upright, and of a laptop's window.
func (l Look) height() int64 {
	if l.width() < 600 {
		return 740
	}
	return 860
}

// Look changes how the page is looked at, without loading it again.
func (p *Page) Look(l Look) {
	p.t.Helper()
	colours := "light"
	if l.Dark {
		colours = "dark"
	}
	p.do("look", chromedp.EmulateViewport(l.width(), l.height()))
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: colours},
			{Name: "prefers-reduced-motion", Value: "reduce"}, // nothing moves while it is measured
		},
	})
	p.must("look", err)
	_, err = chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.NoScript})
	p.must("look", err)
	p.look = l
}

// Screenshot is a PNG of what the window shows.
func (p *Page) Screenshot() []byte {
	p.t.Helper()
	return p.capture(page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
}

// Whole is a PNG of the whole page, however long.
func (p *Page) Whole() []byte {
	p.t.Helper()
	all := true
	return p.capture(page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &all})
}

func (p *Page) capture(how page.CaptureScreenshotParams) []byte {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	shot, err := chromedp.Call(ctx, page.CaptureScreenshot, how)
	p.must("take a screenshot", err)
	return shot.Data
}
