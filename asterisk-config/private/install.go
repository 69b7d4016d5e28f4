package private

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// CacheEnv names the environment variable with the folder that an unpacked
// Asterisk is kept in. Unset: callbackd in the user's cache folder.
const CacheEnv = "CALLBACKD_CACHE"

// suite is the release of Debian whose Asterisk is used. Older ones have none.
const suite = "forky"

const (
	spaceNeeded = 600 << 20 // bytes: packages, their lists and what they unpack to
	otherWay    = "or install Asterisk " + MinVersion + " or newer in another way, so that `asterisk` is in PATH"
)

// Install returns an Asterisk that can be run on this machine: the one in
// PATH, if it is MinVersion or newer; else the one in the cache folder; else
// it fetches Debian's packages from the mirror that this machine already uses,
// and unpacks them into the cache folder. That needs no root, touches nothing
// outside the cache folder, and takes some ten seconds on a good network.
//
// It may be interrupted at any time and run several times at once: what is in
// its place is whole, what was downloaded isn't downloaded again, and a second
// process waits for the first. w is told what happens; it gets a line that
// rewrites itself if it is a terminal, a few lines otherwise, and nothing at
// all where there is nothing to do.
//
// An error says what failed, on what, and what to do about it.
func Install(ctx context.Context, w io.Writer) (Installation, error) {
	system, passedOver := onSystem(ctx)
	if passedOver == nil {
		return system, nil
	}
	cache, err := cacheDir()
	if err != nil {
		return Installation{}, err
	}
	arch, err := architecture(ctx)
	if err != nil {
		return Installation{}, err
	}
	root := filepath.Join(cache, "asterisk-"+suite+"-"+arch)
	if i, err := inCache(root); err == nil {
		return i, nil
	}

	report := newProgress(w)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return Installation{}, fmt.Errorf("install Asterisk: make the cache folder: %w; set %s to a folder that you may write to", err, CacheEnv)
	}
	held, err := lock(ctx, root+".lock", func() {
		report.line("another process is installing Asterisk; waiting for it (it holds %s.lock)", root)
	})
	if err != nil {
		return Installation{}, fmt.Errorf("install Asterisk: %w", err)
	}
	defer held.Close()
	// The other process may have done it.
	if i, err := inCache(root); err == nil {
		return i, nil
	}
	if !errors.Is(passedOver, exec.ErrNotFound) {
		report.line("not using the installed Asterisk: %v", passedOver)
	}
	i, err := installInto(ctx, root, arch, report)
	if ctx.Err() != nil {
		return Installation{}, fmt.Errorf("install Asterisk: %w: run it again, and it goes on with what is already downloaded", context.Cause(ctx))
	}
	if err != nil {
		return Installation{}, fmt.Errorf("install Asterisk: %w", err)
	}
	return i, nil
}

// installInto fetches, unpacks, tries out, and only then puts into its place.
// Whoever dies here leaves a folder .partial, which the next one uses.
func installInto(ctx context.Context, root, arch string, report *progress) (Installation, error) {
	begin := time.Now()
	partial := root + ".partial"
	if err := checkSpace(filepath.Dir(root)); err != nil {
		return Installation{}, err
	}
	uri, err := debianMirror()
	if err != nil {
		return Installation{}, err
	}
	a, err := newApt(partial, uri, arch, report)
	if err != nil {
		return Installation{}, err
	}
	packages, err := a.fetch(ctx)
	if err != nil {
		return Installation{}, err
	}
	unpacked := filepath.Join(partial, "root")
	if err := unpack(ctx, packages, unpacked, report); err != nil {
		return Installation{}, err
	}
	if err := writeMarker(ctx, unpacked); err != nil {
		return Installation{}, err
	}
	if err := replace(unpacked, root); err != nil {
		return Installation{}, err
	}
	i, err := inCache(root)
	if err != nil {
		return Installation{}, err
	}
	report.line("Asterisk %s is in %s, after %s", i.Version, root, time.Since(begin).Round(100*time.Millisecond))
	// 150 MB that nobody needs any more; not being able to remove them is no
	// reason not to use what is installed.
	if err := os.RemoveAll(partial); err != nil {
		report.line("%s couldn't be removed and may be: %v", partial, err)
	}
	return i, nil
}

// writeMarker runs what was unpacked and notes its version: from here on the
// folder counts as whole.
func writeMarker(ctx context.Context, root string) error {
	i, err := unpackedIn(root)
	if err != nil {
		return fmt.Errorf("%w: the packages are laid out differently from what was expected; %s", err, otherWay)
	}
	version, err := i.askVersion(ctx)
	if err != nil {
		return err
	}
	if !newEnough(version) {
		return fmt.Errorf("the mirror has Asterisk %s, older than %s; use a mirror that is up to date, %s", version, MinVersion, otherWay)
	}
	return os.WriteFile(filepath.Join(root, markerFile), []byte(version+"\n"), 0o644)
}

// replace puts the new folder into its place in one step. What is there, an
// older version, makes way first.
func replace(from, to string) error {
	old := from + ".old"
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(to, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(from, to)
}

// cacheDir is where an unpacked Asterisk is kept.
func cacheDir() (string, error) {
	if dir := os.Getenv(CacheEnv); dir != "" {
		if !filepath.IsAbs(dir) {
			// Tests run in their own folders: each would install its own.
			return "", fmt.Errorf("install Asterisk: %s is %q: want a path that begins with /", CacheEnv, dir)
		}
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("install Asterisk: find the cache folder: %w; set %s to a folder", err, CacheEnv)
	}
	return filepath.Join(dir, "callbackd"), nil
}

// checkSpace refuses to begin what can't be finished.
func checkSpace(dir string) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("look for free space in %s: %w", dir, err)
	}
	free := uint64(fs.Bavail) * uint64(fs.Bsize) //nolint:unconvert // FreeBSD's Bavail is an int64
	if free < spaceNeeded {
		return fmt.Errorf("%s has %d MB free, and %d MB are needed: make room, or set %s to a folder on another disk",
			dir, free>>20, spaceNeeded>>20, CacheEnv)
	}
	return nil
}

// debianMirror is the address of Debian's archive that this machine uses.
func debianMirror() (string, error) {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "", fmt.Errorf("which system is this: %w; packages are fetched on Debian only: use a container with Debian, %s", err, otherWay)
	}
	id, codename := osRelease(string(text))
	if id != "debian" {
		return "", fmt.Errorf("this is %q, and packages are fetched on Debian only: use a container with Debian, %s", id, otherWay)
	}
	sources, err := readSources("/etc/apt")
	if err != nil {
		return "", err
	}
	uri, err := mirror(sources, codename)
	if err != nil {
		return "", fmt.Errorf("find this machine's Debian mirror in /etc/apt/sources.list and /etc/apt/sources.list.d: %w: add one (see sources.list(5)), %s", err, otherWay)
	}
	return uri, nil
}

// osRelease reads the two lines of os-release(5) that matter here.
func osRelease(text string) (id, codename string) {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.Trim(value, `"'`)
		switch key {
		case "ID":
			id = value
		case "VERSION_CODENAME":
			codename = value
		}
	}
	return id, codename
}
