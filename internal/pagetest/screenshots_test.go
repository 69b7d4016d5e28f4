package pagetest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callbackd/internal/browser"
	"callbackd/internal/lab"
)

var screenshots = flag.String("screenshots", "", "take the pictures of docs/ into this `folder`")

// The pictures of docs/, of a scene that is played for them: a customer is being
// called back while Today is looked at.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		return // it is a tool, and what it shows others test
	}
	require.NoError(t, os.MkdirAll(*screenshots, 0o755))
	w := newWorld(t)
	s := w.play()
	w.loses(lab.MainNumber, "+46739876501", "alice")
	agent := w.Agents["alice"].MustRing(t)
	agent.MustAnswer(t)
	called := w.phoneOf("+46739876501")
	called.MustAnswer(t)
	agent.MustHear(t, lab.CustomersVoice)

	p := w.signedIn("eve", browser.Look{}, "/")
	p.Says("In progress")
	take := func(name string, picture []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o644))
	}
	take("today", p.Whole())
	p.Look(browser.Look{Dark: true})
	take("today-dark", p.Whole())
	p.Look(browser.Look{Width: browser.PhoneWidth})
	take("today-phone", p.Screenshot())
	p.Look(browser.Look{})
	p.Open(fmt.Sprintf("%s/tasks/%d", w.URL(), s.done.ID))
	take("story", p.Whole())

	called.MustHangup(t)
	agent.MustEnd(t)
}
