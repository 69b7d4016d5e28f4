package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Patience is how long a page may take to become what a test expects.
const Patience = 20 * time.Second

// Page is a window of its own, with cookies of its own. Its methods fail the test.
type Page struct {
	t       testing.TB
	browser *Browser
	ctx     context.Context // chromedp's, of this window
	look    Look
	faults  *faults
}

// Page opens a window, which closes with the test.
func (b *Browser) Page(t testing.TB, l Look) *Page {
	t.Helper()
	p := &Page{t: t, browser: b, faults: new(faults)}
	ctx, end := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	p.ctx = ctx
	p.must("open a window", chromedp.Listen(ctx, p.faults.hear))
	t.Cleanup(p.checkFaults)
	p.Look(l)
	return p
}

// In is the page in a test of its own, one of several that share it.
func (p *Page) In(t testing.TB) *Page {
	own := *p
	own.t = t
	return &own
}

// Open goes to an address and returns when the page is loaded.
func (p *Page) Open(address string) {
	p.t.Helper()
	p.do("open "+address, chromedp.Navigate(address))
}

// Reload loads the page again.
func (p *Page) Reload() {
	p.t.Helper()
	p.do("reload", chromedp.Reload())
}

// Path is the address of the page without the host.
func (p *Page) Path() string {
	p.t.Helper()
	return Eval[string](p, `location.pathname + location.search`)
}

// Text is what the page says, as a person would copy it.
func (p *Page) Text() string {
	p.t.Helper()
	return Eval[string](p, `document.body.innerText`)
}

// Says waits until the page says something, wherever, however it breaks its lines.
func (p *Page) Says(text string) {
	p.t.Helper()
	p.Await("it says "+text, fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").includes(%s)`, quote(text)))
}

// Await waits until a JavaScript expression is true on the page, or on the one that
// it becomes. It is looked at when the page changes; while it throws, the page is
// taken for one that isn't there as a whole yet.
func (p *Page) Await(what, expression string) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	for untilTrue(ctx, expression) != nil {
		if ctx.Err() != nil {
			p.t.Fatalf("wait until %s: %v; it is %s\nthe page %s:\n%s", what, ctx.Err(), p.glimpse(expression), p.address(), p.words())
		}
		// The page has become another one meanwhile, which may not be there yet.
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// untilTrue has the page itself wait. An error is that it went away.
func untilTrue(ctx context.Context, expression string) error {
	const wait = `new Promise(done => {
		const look = () => {
			try { if (!(%s)) return } catch { return }
			watch.disconnect();
			done(true);
		};
		const watch = new MutationObserver(look);
		watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
		for (const event of ["input", "change", "focusin", "toggle", "load"]) addEventListener(event, look, true);
		look();
	})`
	_, err := evaluate(ctx, fmt.Sprintf(wait, expression))
	return err
}

// Eval is the value of a JavaScript expression on the page; a promise is waited for.
func Eval[T any](p *Page, expression string) (value T) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	raw, err := evaluate(ctx, expression)
	p.must("evaluate "+expression, err)
	p.must("read what the page says", json.Unmarshal(raw, &value))
	return value
}

func evaluate(ctx context.Context, expression string) ([]byte, error) {
	yes := true
	answer, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expression, AwaitPromise: &yes, ReturnByValue: &yes,
	})
	if err != nil {
		return nil, err
	}
	if answer.ExceptionDetails != nil {
		return nil, &chromedp.ExceptionError{ExceptionDetails: answer.ExceptionDetails}
	}
	if answer.Result.Value == nil {
		return []byte("null"), nil
	}
	return []byte(answer.Result.Value), nil
}

// patience bounds one step.
func (p *Page) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, Patience)
}

func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := p.patience()
	defer cancel()
	p.must(what, chromedp.Do(ctx, steps...))
}

func (p *Page) must(what string, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s: %v\nthe page %s:\n%s", what, err, p.address(), p.words())
	}
}

// address and words are for errors: they don't fail themselves.
func (p *Page) address() string { return p.glimpse(`location.href`) }
func (p *Page) words() string   { return p.glimpse(`document.body.innerText`) }

func (p *Page) glimpse(expression string) string {
	ctx, cancel := context.WithTimeout(p.ctx, time.Second)
	defer cancel()
	raw, err := evaluate(ctx, expression)
	if err != nil {
		return fmt.Sprintf("(%v)", err)
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return strings.TrimSpace(text)
}

// quote writes a text as JavaScript does.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string can always be marshalled
	}
	return string(quoted)
}
