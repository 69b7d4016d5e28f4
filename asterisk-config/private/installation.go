package private

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Installation is an Asterisk on this machine that can be run: the system's
// own, or one that Install unpacked.
type Installation struct {
	Version string // as 22.10.1
	Root    string // the unpacked folder; empty for the system's Asterisk

	// command is the program and what stands before Asterisk's own arguments.
	command []string

	// An unpacked Asterisk looks for modules and sounds where its package
	// would have put them, so it must be told. Empty: it knows.
	moduleDir, dataDir string
}

// onSystem is the asterisk of PATH, if it is new enough. The error says why
// there is none.
func onSystem(ctx context.Context) (Installation, error) {
	program, err := exec.LookPath("asterisk")
	if err != nil {
		return Installation{}, err
	}
	i := Installation{command: []string{program}}
	if i.Version, err = i.askVersion(ctx); err != nil {
		return Installation{}, err
	}
	if !newEnough(i.Version) {
		return Installation{}, fmt.Errorf("%s is Asterisk %s, older than %s", program, i.Version, MinVersion)
	}
	return i, nil
}

// unpackedIn describes the Asterisk below root, a folder into which Debian's
// packages were unpacked. Its programs are started by the loader that came
// with them: the machine's own C library may be too old for them.
func unpackedIn(root string) (Installation, error) {
	modules, err := onlyMatch(root, "usr/lib/*/asterisk/modules")
	if err != nil {
		return Installation{}, err
	}
	libraries := filepath.Dir(filepath.Dir(modules)) // usr/lib/x86_64-linux-gnu
	loader, err := onlyMatch(libraries, "ld-linux*.so.*")
	if err != nil {
		return Installation{}, err
	}
	program, err := onlyMatch(root, "usr/sbin/asterisk")
	if err != nil {
		return Installation{}, err
	}
	return Installation{
		Root:      root,
		command:   []string{loader, "--library-path", libraries + ":" + filepath.Join(root, "usr/lib"), program},
		moduleDir: modules,
		dataDir:   filepath.Join(root, "usr/share/asterisk"),
	}, nil
}

// onlyMatch finds the one file of a pattern: folders are named after the
// processor, which is nobody's business here.
func onlyMatch(dir, pattern string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return "", fmt.Errorf("look for %s in %s: %w", pattern, dir, err)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("look for %s in %s: found %d, want one", pattern, dir, len(found))
	}
	return found[0], nil
}

// cmd prepares Asterisk's program with the given arguments.
func (i Installation) cmd(ctx context.Context, args ...string) *exec.Cmd {
	all := append(append([]string{}, i.command[1:]...), args...)
	return exec.CommandContext(ctx, i.command[0], all...)
}

// askVersion runs the program, which also shows that it can be run here.
func (i Installation) askVersion(ctx context.Context) (string, error) {
	out, err := i.cmd(ctx, "-V").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("run %s -V: %w: %s", i.command[len(i.command)-1], err, strings.TrimSpace(string(out)))
	}
	version := versionIn(string(out))
	if version == "" {
		return "", fmt.Errorf("run %s -V: no version in %q", i.command[len(i.command)-1], out)
	}
	return version, nil
}

// markerFile lies in an unpacked folder once it is whole. It holds the version.
const markerFile = "callbackd-asterisk-version"

// inCache is the Asterisk that Install left in the folder, if it is whole and
// new enough. The error says why there is none.
func inCache(root string) (Installation, error) {
	version, err := os.ReadFile(filepath.Join(root, markerFile))
	if err != nil {
		return Installation{}, err
	}
	i, err := unpackedIn(root)
	if err != nil {
		return Installation{}, err
	}
	i.Version = strings.TrimSpace(string(version))
	if !newEnough(i.Version) {
		return Installation{}, fmt.Errorf("%s holds Asterisk %s, older than %s", root, i.Version, MinVersion)
	}
	return i, nil
}
