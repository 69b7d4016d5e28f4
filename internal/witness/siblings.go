package witness

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// sibling is a log, or what a rotation left of an older one beside it.
type sibling struct {
	path string
	info os.FileInfo
}

// siblings lists the rotated files of the log at path, the one written last at the end,
// and the log itself behind them if it exists. A rotated file is called queue_log.1,
// queue_log-20261120, Master.csv.2, Master-20261120.csv; compressed ones can't be read on.
func siblings(path string) (list []sibling, err error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return nil, err // a folder that may not be listed still lets the log be read
	}
	base := filepath.Base(path)
	extension := filepath.Ext(base)
	stem := strings.TrimSuffix(base, extension)
	rotated := regexp.MustCompile("^(" + regexp.QuoteMeta(base) + "[.-][0-9-]+|" +
		regexp.QuoteMeta(stem) + "[.-][0-9-]+" + regexp.QuoteMeta(extension) + ")$")
	for _, e := range entries {
		if !rotated.MatchString(e.Name()) {
			continue
		}
		full := filepath.Join(filepath.Dir(path), e.Name())
		info, err := os.Stat(full)
		if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
			continue // renamed or removed meanwhile, or nothing that could be read
		}
		list = append(list, sibling{full, info})
	}
	slices.SortStableFunc(list, func(a, b sibling) int { return a.info.ModTime().Compare(b.info.ModTime()) })
	info, err := os.Stat(path)
	if err == nil {
		list = append(list, sibling{path, info})
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return list, nil
}

// following is the file to read after one that was written last at that time: the next
// rotated one, else the log itself.
func following(list []sibling, path string, current os.FileInfo, written time.Time) (next sibling, ok bool) {
	for _, s := range list {
		if (current == nil || !os.SameFile(s.info, current)) && (s.path == path || s.info.ModTime().After(written)) {
			return s, true
		}
	}
	return sibling{}, false
}
