package debian

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// CacheEnv names the environment variable with the folder that unpacked programs
// are kept in. Unset: callbackd in the user's cache folder.
const CacheEnv = "CALLBACKD_CACHE"

// architectures are those on which this is known or expected to work.
var architectures = []string{"amd64", "arm64"}

// onDebianOnly is what to do on another system.
const onDebianOnly = "packages are fetched on Debian only: use a container with Debian"

// architecture is Debian's name for this machine's processor, as amd64.
func (p Program) architecture(ctx context.Context) (string, error) {
	for _, program := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("%w: %s, %s", err, onDebianOnly, p.OtherWay)
		}
	}
	out, err := exec.CommandContext(ctx, "dpkg", "--print-architecture").Output()
	if err != nil {
		return "", fmt.Errorf("run dpkg --print-architecture: %w", err)
	}
	arch := strings.TrimSpace(string(out))
	if !slices.Contains(architectures, arch) {
		return "", fmt.Errorf("the processor is %s, and packages are fetched for %s only: use such a machine, %s",
			arch, strings.Join(architectures, " and "), p.OtherWay)
	}
	return arch, nil
}

// cacheDir is where unpacked programs are kept.
func cacheDir() (string, error) {
	if dir := os.Getenv(CacheEnv); dir != "" {
		if !filepath.IsAbs(dir) {
			// Tests run in their own folders: each would install its own.
			return "", fmt.Errorf("%s is %q: want a path that begins with /", CacheEnv, dir)
		}
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w; set %s to a folder", err, CacheEnv)
	}
	return filepath.Join(dir, "callbackd"), nil
}

// checkSpace refuses to begin what can't be finished.
func (p Program) checkSpace(dir string) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("look for free space in %s: %w", dir, err)
	}
	free := uint64(fs.Bavail) * uint64(fs.Bsize) //nolint:unconvert // FreeBSD's Bavail is an int64
	if free < p.Space {
		return fmt.Errorf("%s has %d MB free, and %d MB are needed: make room, or set %s to a folder on another disk",
			dir, free>>20, p.Space>>20, CacheEnv)
	}
	return nil
}

// ownSuite is the machine's own release of Debian, as bookworm.
func (p Program) ownSuite() (string, error) {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "", fmt.Errorf("which system is this: %w; %s, %s", err, onDebianOnly, p.OtherWay)
	}
	id, codename := osRelease(string(text))
	if id != "debian" {
		return "", fmt.Errorf("this is %q, and %s, %s", id, onDebianOnly, p.OtherWay)
	}
	return codename, nil
}

// mirror is the address of Debian's archive that this machine uses.
func (p Program) mirror() (string, error) {
	codename, err := p.ownSuite()
	if err != nil {
		return "", err
	}
	sources, err := readSources("/etc/apt")
	if err != nil {
		return "", err
	}
	uri, err := mirror(sources, codename, p.Suite)
	if err != nil {
		return "", fmt.Errorf("find this machine's Debian mirror in /etc/apt/sources.list and /etc/apt/sources.list.d: %w: add one (see sources.list(5)), %s", err, p.OtherWay)
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
