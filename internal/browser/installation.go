package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"callbackd/internal/debian"
)

// minVersion is the oldest release of Chromium that is used: the first that
// supports what the page's stylesheet and script are written with.
const minVersion = 120

// otherWay is what else a person can do who has no Debian, or no mirror.
const otherWay = "or install Chromium in another way, so that `chromium` is in PATH"

// chromium is what is fetched where the machine has none. The headless shell is
// Chromium without its windows: half of the size, and the same engine. The fonts
// are there so that what is measured and what is shown in screenshots looks the
// same on every machine.
var chromium = debian.Program{
	Name: "Chromium", Folder: "chromium",
	Packages: []string{"chromium-headless-shell", "fonts-inter", "fonts-dejavu-core"},
	Provided: []string{"libc6"},
	Space:    1 << 30,
	OtherWay: otherWay,
	Complete: complete,
	Usable: func(root string) error {
		_, err := inCache(root)
		return err
	},
}

// Installation is a Chromium on this machine that can be run: the system's own, or
// one that Install unpacked.
type Installation struct {
	Root    string   // the unpacked folder; empty for the system's Chromium
	program string   // to be run
	env     []string // what it needs of it, beside a home: NAME=value
}

// Install returns a Chromium that can be run on this machine: the one in PATH, if
// it is new enough; else the one in the cache folder; else it fetches Debian's
// package and unpacks it there (package debian, which also says what w is told).
func Install(ctx context.Context, w io.Writer) (Installation, error) {
	system, passedOver := onSystem(ctx)
	if passedOver == nil {
		return system, nil
	}
	wanted := chromium
	if !errors.Is(passedOver, exec.ErrNotFound) {
		wanted.PassedOver = passedOver
	}
	root, err := wanted.Install(ctx, w)
	if err != nil {
		return Installation{}, err
	}
	return inCache(root)
}

// onSystem is the chromium of PATH, if it is new enough. The error says why there
// is none.
func onSystem(ctx context.Context) (Installation, error) {
	program, err := exec.LookPath("chromium")
	if err != nil {
		return Installation{}, err
	}
	i := Installation{program: program}
	version, err := i.askVersion(ctx)
	if err != nil {
		return Installation{}, err
	}
	if release(version) < minVersion {
		return Installation{}, fmt.Errorf("%s is Chromium %s, older than %d", program, version, minVersion)
	}
	return i, nil
}

// unpackedIn describes the Chromium below root, a folder into which Debian's
// packages were unpacked. It is run by the machine's own loader and C library, for
// it starts itself again for each page; everything else comes with it.
func unpackedIn(root string) (Installation, error) {
	libraries, err := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu"))
	if err != nil {
		return Installation{}, fmt.Errorf("look for libraries in %s: %w", root, err)
	}
	if len(libraries) != 1 {
		return Installation{}, fmt.Errorf("look for libraries in %s: found %d folders, want one", root, len(libraries))
	}
	folder := filepath.Base(libraries[0]) // x86_64-linux-gnu
	path := []string{
		libraries[0], filepath.Join(root, "lib", folder),
		filepath.Join(libraries[0], "pulseaudio"), // a library for sound, in a folder of its own
	}
	return Installation{
		Root:    root,
		program: filepath.Join(root, "usr/lib/chromium/chromium-headless-shell"),
		env: []string{
			"LD_LIBRARY_PATH=" + strings.Join(path, ":"),
			"FONTCONFIG_FILE=" + filepath.Join(root, fontsFile),
		},
	}, nil
}

// command prepares a run with nothing of this program's environment but what is
// needed to find programs: no proxy, no display, no bus.
func (i Installation) command(ctx context.Context, home string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, i.program, args...)
	cmd.Env = i.environment(home)
	return cmd
}

// environment is all that Chromium gets; home is where it may write.
func (i Installation) environment(home string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "HOME=" + home, "XDG_CACHE_HOME=" + home}, i.env...)
}

var versionLine = regexp.MustCompile(`Chrom\w+ ([0-9.]+)`)

// askVersion runs the program, which also shows that it can be run here.
func (i Installation) askVersion(ctx context.Context) (string, error) {
	home, err := os.MkdirTemp("", "callbackd-chromium-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(home) }() // what stays is small, and in the folder for it
	out, err := i.command(ctx, home, "--version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("run %s --version: %w: %s", i.program, err, strings.TrimSpace(string(out)))
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return "", fmt.Errorf("run %s --version: no version in %q", i.program, out)
	}
	return string(m[1]), nil
}

// release is the first number of a version; 0 if there is none.
func release(version string) (n int) {
	_, _ = fmt.Sscanf(version, "%d", &n)
	return n
}

// markerFile lies in an unpacked folder once it is whole. It holds the version.
const markerFile = "callbackd-chromium-version"

// inCache is the Chromium that Install left in the folder, if it is whole.
func inCache(root string) (Installation, error) {
	if _, err := os.Stat(filepath.Join(root, markerFile)); err != nil {
		return Installation{}, err
	}
	return unpackedIn(root)
}

// complete says where the fonts are, runs what was unpacked and notes its version:
// from here on the folder counts as whole.
func complete(ctx context.Context, root string) (string, error) {
	if err := os.WriteFile(filepath.Join(root, fontsFile), []byte(fonts), 0o644); err != nil {
		return "", err
	}
	i, err := unpackedIn(root)
	if err != nil {
		return "", fmt.Errorf("%w: the packages are laid out differently from what was expected; %s", err, otherWay)
	}
	version, err := i.askVersion(ctx)
	if err != nil {
		return "", err
	}
	if release(version) < minVersion {
		return "", fmt.Errorf("the mirror has Chromium %s, older than %d; use a mirror that is up to date, %s", version, minVersion, otherWay)
	}
	return version, os.WriteFile(filepath.Join(root, markerFile), []byte(version+"\n"), 0o644)
}

// fontsFile is fontconfig's configuration, beside usr in the unpacked folder.
const fontsFile = "callbackd-fonts.conf"

// fonts names the fonts that came with Chromium and no others, so that a page looks
// the same on every machine. Folders are relative: the file is written before the
// folder is in its place.
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>Inter</family><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Inter</family><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`
