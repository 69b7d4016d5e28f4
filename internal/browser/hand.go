package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Key is a key that does something, rather than writing a letter.
type Key struct {
	name, code, text string
	number           int64
}

// Keys that tests press.
var (
	Tab    = Key{name: "Tab", code: "Tab", number: 9}
	Enter  = Key{name: "Enter", code: "Enter", text: "\r", number: 13}
	Escape = Key{name: "Escape", code: "Escape", number: 27}
	Space  = Key{name: " ", code: "Space", text: " ", number: 32}
)

// press is a key that goes down and up again. What it writes goes with its going
// down, as on a real keyboard: sent apart, a key that opens a dialog would be pressed
// once more in the dialog.
func press(k Key) chromedp.Action[chromedp.Void] {
	down := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyDown, Key: k.name, Code: k.code, Text: k.text, UnmodifiedText: k.text,
		WindowsVirtualKeyCode: k.number, NativeVirtualKeyCode: k.number,
	}
	up := down
	up.Type, up.Text, up.UnmodifiedText = input.DispatchKeyEventTypeKeyUp, "", ""
	return func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
		if _, err = cdp.Call(ctx, t, input.DispatchKeyEvent, down); err == nil {
			_, err = cdp.Call(ctx, t, input.DispatchKeyEvent, up)
		}
		return none, err
	}
}

// control is a JavaScript expression: the visible control that people know by a
// name, which is its text, its label or its aria-label.
const control = `(() => {
	const wanted = %s, tidy = s => (s ?? "").replace(/\s+/g, " ").trim();
	const named = e => [e.getAttribute("aria-label"), ...[...(e.labels ?? [])].map(l => l.innerText),
		e.matches("input[type=submit]") ? e.value : "", e.matches("input, select, textarea") ? "" : e.innerText].map(tidy);
	const all = [...document.querySelectorAll("button, a[href], summary, input, select, textarea, [tabindex]")];
	const seen = all.filter(e => e.checkVisibility({checkVisibilityCSS: true}) && !e.disabled);
	return seen.find(e => named(e).includes(wanted)) ?? seen.find(e => named(e).some(n => n.startsWith(wanted)));
})()`

func named(name string) string { return fmt.Sprintf(control, quote(name)) }

// Has reports whether a control of this name can be seen.
func (p *Page) Has(name string) bool {
	p.t.Helper()
	return Eval[bool](p, "!!"+named(name))
}

// Click clicks what people know by this name, once it is there.
func (p *Page) Click(name string) {
	p.t.Helper()
	p.do("click "+name, p.click(name))
}

// Follow clicks, and returns when the page that comes is loaded.
func (p *Page) Follow(name string) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, p.click(name)))
	p.must("follow "+name, err)
}

// click waits for the control, which the page may be about to show, and hits its
// middle.
func (p *Page) click(name string) chromedp.Action[chromedp.Void] {
	p.t.Helper()
	p.Await("there is "+name, named(name))
	at := Eval[struct{ X, Y float64 }](p, fmt.Sprintf(`(() => {
		const e = %s;
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getClientRects()[0];
		return {X: r.x + r.width / 2, Y: r.y + r.height / 2};
	})()`, named(name)))
	return chromedp.MouseClickXY(at.X, at.Y)
}

// Fill clicks a field and replaces what is in it.
func (p *Page) Fill(label, text string) {
	p.t.Helper()
	p.Click(label)
	Eval[bool](p, `(document.activeElement.select?.(), true)`)
	p.Type(text)
}

// Choose sets a list to one of its entries, as it is written there.
func (p *Page) Choose(label, entry string) {
	p.t.Helper()
	p.Await("there is "+label, named(label))
	found := Eval[bool](p, fmt.Sprintf(`(() => {
		const list = %s, entry = [...list.options].find(o => o.text.trim() === %s);
		if (!entry) return false;
		list.value = entry.value;
		list.dispatchEvent(new Event("input", {bubbles: true}));
		list.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	})()`, named(label), quote(entry)))
	if !found {
		p.t.Fatalf("choose %s in %s: there is no such entry", entry, label)
	}
}

// Type types a text, wherever the focus is.
func (p *Page) Type(text string) {
	p.t.Helper()
	p.do("type", chromedp.KeyEvent(text))
}

// Press presses a key, wherever the focus is.
func (p *Page) Press(k Key) {
	p.t.Helper()
	p.do("press "+k.name, press(k))
}

// PressAndFollow presses a key, and returns when the page that comes is loaded.
func (p *Page) PressAndFollow(k Key) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, press(k)))
	p.must("press "+k.name, err)
}

// stops is how often Tab is pressed at most to get somewhere.
const stops = 200

// TabTo presses Tab until the focus is on what people know by this name. On its way
// every stop must show that it has the focus.
func (p *Page) TabTo(name string) {
	p.t.Helper()
	for range stops {
		p.Press(Tab)
		if stop := Eval[string](p, focusHidden); stop != "" {
			p.t.Errorf("the focus doesn't show on %s", stop)
		}
		if Eval[bool](p, fmt.Sprintf("document.activeElement === %s", named(name))) {
			return
		}
	}
	p.t.Fatalf("the keyboard doesn't get to %s within %d stops", name, stops)
}

// focusHidden is the beginning of the element that has the focus without showing it;
// empty if it shows, or if nothing has it. Shown means: an outline or a shadow.
const focusHidden = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "";
	const s = getComputedStyle(e);
	const outline = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1;
	return outline || s.boxShadow !== "none" ? "" : e.outerHTML.slice(0, 120);
})()`
