// Package browser is a Chromium for tests, which sees and does what a person would.
//
//	b := browser.Start(t)
//	p := b.Page(t, browser.Look{Width: 360, Dark: true})
//	p.Open("http://127.0.0.1:8080/sign-in")
//	p.Fill("Name", "alice")
//	p.Fill("Password", "…")
//	p.Follow("Sign in")                       // the page that comes then is there
//	p.Await("a callback", `document.querySelector("[data-task]")`)
//	p.MustBeAccessible()
//
// Controls are found by what people read on them, not by classes or ids. Nothing
// waits for a fixed time: what should become true is looked at whenever the page
// changes, until [Patience] is over, and the error then shows the page's text.
//
// A page fails its test when its console has an error: a script that throws, a
// resource that doesn't come, something that the content security policy forbids.
// What a test does on purpose it forgives (Page.Forgive).
//
// Chromium itself is the machine's own, or Debian's, fetched and unpacked into the
// cache folder (installation.go). It gets no environment but its own, resolves no
// name and talks to loopback only. Accessibility is checked by axe-core, which comes
// with every Chromium as a part of its developer tools (axe.go), and by what axe
// can't see: that the page fits its width and that focus shows.
//
// Who ends it, and what if it dies here: the test's cleanup ends it; the kernel
// kills it with the test's process. What a killed test leaves behind is its profile,
// a folder chromedp-runner… in the folder for temporary files.
package browser
