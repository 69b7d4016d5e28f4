package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Reason is what is left of an error about a file without operation and path,
// which the caller says in its own words.
func Reason(err error) error {
	var about *fs.PathError
	if errors.As(err, &about) {
		return about.Err
	}
	return err
}

// stat is os.Stat with the path and the reason alone in its error.
func stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, Reason(err))
	}
	return info, nil
}

// ErrNoRulesFile is a folder of rules that is there, and holds no rules file.
var ErrNoRulesFile = errors.New("no rules file")

// RulesFiles lists the rules files that c names, a folder or one file, by path.
// Other files of the folder, and what editors leave beside a file (.acme.yaml.swp,
// acme.yaml~, #acme.yaml#, .#acme.yaml), aren't rules files.
func RulesFiles(c *Config) ([]string, error) {
	path := c.Rules
	info, err := stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the rules: %w; `rules` in callbackd.yaml names a folder with one file per account, or one file", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	listed, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("read the rules: %s: %w", path, Reason(err))
	}
	var files []string
	for _, f := range listed {
		if strings.HasPrefix(f.Name(), ".") || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(f.Name())) {
			continue
		}
		name := filepath.Join(path, f.Name())
		if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
			continue
		}
		files = append(files, name) // one that can't be read is a problem of its own
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read the rules: %s holds no file ACCOUNT.yaml; write one", path)
	}
	return files, nil
}
