package debian

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// archive is a package's file, as the signed list of packages has it.
type archive struct{ name, sha256 string }

// archiveLine is how apt-get --print-uris shows one: 'URI' NAME SIZE SHA256:HASH.
var archiveLine = regexp.MustCompile(`(?m)^'[^']+' (\S+\.deb) \d+ SHA256:([0-9a-f]{64})$`)

// wanted lists the packages that are to be unpacked, also those that are
// downloaded already, of which apt-get wouldn't speak if it saw them.
func (a *apt) wanted(ctx context.Context) ([]archive, error) {
	args := append([]string{
		"install", "--yes", "--print-uris",
		"-o", "Dir::Cache::archives=" + filepath.Join(a.dir, "cache/none"), "-o", "Acquire::ForceHash=SHA256",
	}, a.program.Packages...)
	said, err := a.run(ctx, "the names of packages", args...)
	if err != nil {
		return nil, err
	}
	var list []archive
	for _, m := range archiveLine.FindAllStringSubmatch(said, -1) {
		list = append(list, archive{name: filepath.Base(m[1]), sha256: m[2]})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("apt-get names no packages from %s: %s", a.mirror, a.program.OtherWay)
	}
	return list, nil
}

// removeOthers removes packages that an interrupted try left in dir, but for
// those that are wanted and whole: other versions, and files that were changed.
func removeOthers(dir string, wanted []archive) error {
	found, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil {
		return fmt.Errorf("look for packages in %s: %w", dir, err)
	}
	for _, file := range found {
		sum, err := sha256Of(file)
		if err != nil {
			return fmt.Errorf("check a package of an earlier try: %w", err)
		}
		if slices.Contains(wanted, archive{name: filepath.Base(file), sha256: sum}) {
			continue
		}
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("remove a package of an earlier try: %w", err)
		}
	}
	return nil
}

func sha256Of(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", fmt.Errorf("read %s: %w", file, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
