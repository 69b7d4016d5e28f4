package pagetest

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/internal/browser"
	"callbackd/internal/softphone"
)

// An admin uploads a sound and hears it on the page.
func TestASoundIsUploadedAndHeard(t *testing.T) {
	w := newWorld(t)
	p := w.signedIn("eve", browser.Look{}, "/sounds")
	p.Says("What agents and customers of acme may hear.")
	p.Click("Upload a sound…")
	content := base64.StdEncoding.EncodeToString(softphone.EncodeWAV(softphone.Tone(1000).Samples(2*time.Second), 8000))
	browser.Eval[bool](p, fmt.Sprintf(`(() => {
		const files = new DataTransfer(), bytes = Uint8Array.from(atob(%q), c => c.charCodeAt(0));
		files.items.add(new File([bytes], "Good morning.wav", {type: "audio/wav"}));
		document.querySelector("input[type=file]").files = files.files;
		return true;
	})()`, content))
	p.Follow("Upload")
	p.Says("The sound is there: calls hear it from now on.")
	p.Says("good-morning")

	browser.Eval[bool](p, `(window.heard = document.querySelector("audio[aria-label='good-morning']"), heard.play(), true)`)
	p.Await("it is played", `heard.currentTime > 0.1 && Math.abs(heard.duration - 2) < 0.1 && heard.error === null`)

	p.Follow("Delete this sound")
	p.Says("Delete “good-morning”?")
	p.Says("No rule names it.")
	inLooks(p, looks[0], looks[len(looks)-1])
	p.Look(browser.Look{})
	p.Follow("Delete the sound")
	p.Says("The sound is deleted.")
	require.False(t, browser.Eval[bool](p, `document.body.innerText.includes("good-morning")`))
}

// Somebody puts a customer on the do-not-call list, and takes the customer off again.
func TestTheDoNotCallList(t *testing.T) {
	w := newWorld(t)
	p := w.signedIn("eve", browser.Look{Width: browser.PhoneWidth}, "/do-not-call")
	p.Says("Nobody is on the list")
	p.Click("Put a number on the list…")
	p.Fill("Number", "070-123 45 67")
	p.Fill("Why", "asked for it")
	p.Follow("Put on the list")
	p.Says(shown(customer))
	inLooks(p, looks...)
	p.Follow("Remove from the list")
	p.Says("is called back again")
	p.Follow("Take off the list")
	p.Says("Nobody is on the list")
}
