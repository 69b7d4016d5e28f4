package sounds

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// No name leads anywhere but into the library, whatever is done with it.
func TestHostileNames(t *testing.T) {
	library := openIn(t)
	hostile := []string{
		"..", ".", "../up", "a/b", "/etc/passwd", `a\b`, "a.b", "a\x00b", "a\nb", "a b", "-a", "_a", "É", "a\u202eb",
		"a,sound:b", "a&b", "$(id)", "%2e%2e", "CON", "A", strings.Repeat("a", 101),
	}
	refused := func(k Key, why error) {
		t.Helper()
		_, err := library.Put(t.Context(), k, bytes.NewReader(tone(8000, 1, time.Second)))
		require.ErrorIs(t, err, why, "%q", k)
		require.ErrorIs(t, library.Delete(k), why, "%q", k)
	}
	for _, name := range append(hostile, "", strings.Repeat("a", 65)) {
		refused(Key{Name: name}, ErrName)
		_, err := library.Find(Key{Name: name})
		require.ErrorIs(t, err, ErrUnknown, "%q", name)
		require.ErrorIs(t, err, ErrName, "%q", name)
		require.ErrorIs(t, Check(t.TempDir(), Key{Name: name}), ErrUnknown, "%q", name)
	}
	for _, account := range hostile {
		refused(Key{Account: account, Name: "a"}, ErrName)
		_, err := library.Find(Key{Account: account, Name: "callback"})
		require.ErrorIs(t, err, ErrName, "%q", account)
		_, err = library.List(account)
		require.ErrorIs(t, err, ErrName, "%q", account)
	}
	for _, language := range append(hostile, "sve", "svSE", "sv_", "SV") {
		refused(Key{Language: language, Name: "a"}, ErrLanguage)
		// A customer's language may be anything: then it has no sounds.
		_, err := library.Find(Key{Language: language, Name: "callback"})
		require.NoError(t, err, "%q", language)
	}
	require.NoDirExists(t, library.folder.folder, "nothing was written")
}

func TestLanguagesAreReadHoweverTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{"sv": "sv", "SV": "sv", "en-GB": "en_GB", "en_gb": "en_GB", "EN-gb": "en_GB"} {
		language, err := ParseLanguage(text)
		require.NoError(t, err)
		require.Equal(t, want, language)
	}
	for _, text := range []string{"", "s", "swe", "en-GB-x", "en-", "en-GBR", "../", "sv\n"} {
		_, err := ParseLanguage(text)
		require.ErrorIs(t, err, ErrLanguage, "%q", text)
	}
}

// An account may be called like a language. Neither hears what belongs to the other.
func TestAnAccountNamedLikeALanguage(t *testing.T) {
	library := openIn(t)
	put := func(k Key, length time.Duration) {
		_, err := library.Put(t.Context(), k, bytes.NewReader(tone(8000, 1, length)))
		require.NoError(t, err)
	}
	put(Key{Account: "sv", Name: "hello"}, time.Second)
	_, err := library.Find(Key{Account: "acme", Language: "sv", Name: "hello"})
	require.ErrorIs(t, err, ErrUnknown)
	put(Key{Language: "sv", Name: "hello"}, 2*time.Second)
	sound, err := library.Find(Key{Account: "sv", Language: "sv", Name: "hello"})
	require.NoError(t, err)
	require.Equal(t, time.Second, sound.Duration)
	list, err := library.List("")
	require.NoError(t, err)
	for _, sound := range list {
		require.NotEqual(t, time.Second, sound.Duration, "the account's sound is listed as shared")
	}
}

// A link is followed inside the library and not out of it, for reading, writing and
// deleting.
func TestLinksDoNotLeadOut(t *testing.T) {
	library := openIn(t)
	outside := t.TempDir()
	secret := tone(8000, 1, time.Second)
	require.NoError(t, os.WriteFile(filepath.Join(outside, "hello.wav"), secret, 0o600))
	folder := library.folder.folder
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.Symlink(filepath.Join(outside, "hello.wav"), filepath.Join(folder, "linked.wav")))
	require.NoError(t, os.Symlink(outside, filepath.Join(folder, "acme")))
	require.NoError(t, os.Symlink("inside.wav", filepath.Join(folder, "alias.wav")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "inside.wav"), tone(8000, 1, 2*time.Second), 0o644))

	sound, err := library.Find(Key{Name: "alias"})
	require.NoError(t, err)
	require.Equal(t, 2*time.Second, sound.Duration)
	_, err = library.Find(Key{Name: "linked"})
	require.ErrorContains(t, err, filepath.Join(folder, "linked.wav")+": path escapes from parent")
	_, err = library.Find(Key{Account: "acme", Name: "hello"})
	require.ErrorContains(t, err, "path escapes from parent")
	_, err = library.List("acme")
	require.Error(t, err)
	_, err = library.Put(t.Context(), Key{Account: "acme", Name: "hello"}, bytes.NewReader(tone(8000, 1, 3*time.Second)))
	require.Error(t, err)
	require.Error(t, library.Delete(Key{Account: "acme", Name: "hello"}))
	content, err := os.ReadFile(filepath.Join(outside, "hello.wav"))
	require.NoError(t, err)
	require.Equal(t, secret, content)

	// What is put in a link's place replaces the link.
	_, err = library.Put(t.Context(), Key{Name: "linked"}, bytes.NewReader(tone(8000, 1, 3*time.Second)))
	require.NoError(t, err)
	content, err = os.ReadFile(filepath.Join(outside, "hello.wav"))
	require.NoError(t, err)
	require.Equal(t, secret, content)
}
