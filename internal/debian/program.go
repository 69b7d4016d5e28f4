package debian

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"callbackd/internal/lockfile"
)

// Program is something that Debian has packages of, and that can be run from a
// folder.
type Program struct {
	Name     string   // as people know it: Asterisk
	Folder   string   // its folder in the cache; suite and architecture are added
	Suite    string   // the release of Debian that has it; empty: the machine's own
	Packages []string // what is fetched, and whatever they depend on
	Space    uint64   // bytes: packages, their lists and what they unpack to

	// Provided are packages of which the machine's own are used. The C library
	// must be: where a program is run by the machine's loader, it has to be the
	// loader's own.
	Provided []string

	// OtherWay is what else a person can do, as the end of an error: "or install
	// Asterisk in another way, so that `asterisk` is in PATH".
	OtherWay string

	// Complete is given a folder with what was unpacked. It does what the packages'
	// own scripts would, tries the program out, and last of all marks the folder as
	// whole. It returns the program's version.
	Complete func(ctx context.Context, root string) (version string, err error)

	// Usable says why the folder isn't whole, or not good enough; nil if it is.
	Usable func(root string) error

	// PassedOver is why the machine's own isn't used, where it has one; else nil.
	PassedOver error
}

// Install returns the folder with the program. It is in the cache already, or is
// fetched and unpacked.
//
// It may be interrupted at any time and run several times at once: what is in
// its place is whole, what was downloaded isn't downloaded again, and a second
// process waits for the first. w is told what happens; it gets a line that
// rewrites itself if it is a terminal, a few lines otherwise, and nothing at
// all where there is nothing to do.
//
// An error says what failed, on what, and what to do about it.
func (p Program) Install(ctx context.Context, w io.Writer) (root string, err error) {
	cache, err := cacheDir()
	if err != nil {
		return "", p.failed(err)
	}
	arch, err := p.architecture(ctx)
	if err != nil {
		return "", p.failed(err)
	}
	if p.Suite == "" {
		if p.Suite, err = p.ownSuite(); err != nil {
			return "", p.failed(err)
		}
	}
	root = filepath.Join(cache, p.Folder+"-"+p.Suite+"-"+arch)
	if p.Usable(root) == nil {
		return root, nil
	}

	report := newProgress(w)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", p.failed(fmt.Errorf("make the cache folder: %w; set %s to a folder that you may write to", err, CacheEnv))
	}
	held, err := lockfile.Take(ctx, root+".lock", func() {
		report.line("another process is installing %s; waiting for it (it holds %s.lock)", p.Name, root)
	})
	if err != nil {
		return "", p.failed(err)
	}
	defer held.Close()
	// The other process may have done it.
	if p.Usable(root) == nil {
		return root, nil
	}
	if p.PassedOver != nil {
		report.line("not using the installed %s: %v", p.Name, p.PassedOver)
	}
	err = p.installInto(ctx, root, arch, report)
	if ctx.Err() != nil {
		return "", p.failed(fmt.Errorf("%w: run it again, and it goes on with what is already downloaded", context.Cause(ctx)))
	}
	if err != nil {
		return "", p.failed(err)
	}
	return root, nil
}

func (p Program) failed(err error) error { return fmt.Errorf("install %s: %w", p.Name, err) }

// installInto fetches, unpacks, tries out, and only then puts into its place.
// Whoever dies here leaves a folder .partial, which the next one uses.
func (p Program) installInto(ctx context.Context, root, arch string, report *progress) error {
	begin := time.Now()
	partial := root + ".partial"
	if err := p.checkSpace(filepath.Dir(root)); err != nil {
		return err
	}
	uri, err := p.mirror()
	if err != nil {
		return err
	}
	a, err := newApt(p, partial, uri, arch, report)
	if err != nil {
		return err
	}
	packages, err := a.fetch(ctx)
	if err != nil {
		return err
	}
	unpacked := filepath.Join(partial, "root")
	if err := unpack(ctx, packages, unpacked, report); err != nil {
		return err
	}
	version, err := p.Complete(ctx, unpacked)
	if err != nil {
		return err
	}
	if err := replace(unpacked, root); err != nil {
		return err
	}
	if err := p.Usable(root); err != nil {
		return err
	}
	report.line("%s %s is in %s, after %s", p.Name, version, root, time.Since(begin).Round(100*time.Millisecond))
	// What was downloaded, which nobody needs any more; not being able to remove
	// it is no reason not to use what is installed.
	if err := os.RemoveAll(partial); err != nil {
		report.line("%s couldn't be removed and may be: %v", partial, err)
	}
	return nil
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
