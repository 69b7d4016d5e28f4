package endtoend

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// inForceSoon is how long a saved file may take until it is in force, or said
// to be faulty: half a second of quiet, and a busy machine.
const inForceSoon = 15 * time.Second

// api talks to callbackd as its verbs do.
func (w *world) api() *apiclient.Client {
	w.t.Helper()
	client, err := apiclient.Open(w.ConfigFile)
	w.must(err)
	return client
}

// file is where an account's rules are.
func (w *world) file(account string) string { return filepath.Join(w.Dir, "rules", account+".yaml") }

// saves writes the rules file of acme and waits until it is in force.
func (w *world) saves(text string) {
	w.t.Helper()
	w.rules(text)
	w.inForce("acme", text)
}

// inForce waits until an account's rules are this text, as somebody who deploys would.
func (w *world) inForce(account, text string) {
	w.t.Helper()
	sum := sha256.Sum256([]byte(text))
	w.awaitFile(account, func(c *assert.CollectT, f httpapi.RulesFileStory) {
		assert.Equal(c, httpapi.RulesInForce, f.State, f.Problems)
		assert.Equal(c, hex.EncodeToString(sum[:])[:12], f.Version)
	})
}

// lastGood waits until callbackd says of an account's file what is wrong, in
// these words, and answers which version is in force instead.
func (w *world) lastGood(account, words string) (version string) {
	w.t.Helper()
	w.awaitFile(account, func(c *assert.CollectT, f httpapi.RulesFileStory) {
		version = f.Version
		assert.Equal(c, httpapi.RulesLastGood, f.State)
		assert.Contains(c, said(f), words)
	})
	return version
}

// said is all that callbackd says is wrong with a file.
func said(f httpapi.RulesFileStory) string {
	var all strings.Builder
	if f.Missing {
		all.WriteString("missing\n")
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&all, "%d:%d %s: %s\n", p.Line, p.Column, p.Severity, p.Message)
	}
	return all.String()
}

// awaitFile waits until an account's file stands as ok wants it.
func (w *world) awaitFile(account string, ok func(*assert.CollectT, httpapi.RulesFileStory)) {
	w.t.Helper()
	require.EventuallyWithT(w.t, func(c *assert.CollectT) {
		list, err := w.api().Rules(w.t.Context(), account)
		if assert.NoError(c, err) && assert.Len(c, list.Files, 1) {
			ok(c, list.Files[0])
		}
	}, inForceSoon, 50*time.Millisecond)
}

// logged counts the lines of callbackd's log with these words.
func (w *world) logged(words string) (n int) {
	w.t.Helper()
	text, err := os.ReadFile(w.LogFile)
	w.must(err)
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, words) {
			n++
		}
	}
	return n
}
