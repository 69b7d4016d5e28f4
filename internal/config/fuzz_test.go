package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"callbackd/internal/config"
)

// Whatever a file holds, it is read or refused, each problem names a place in
// the file, and an account that is read keeps what the domain takes for granted.
func FuzzFiles(f *testing.F) {
	for _, pattern := range []string{"rules/good/*.yaml", "rules/bad/*.yaml", "rules/warned/*.yaml", "config/good/*.yaml", "config/bad/*.yaml"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "testdata", filepath.FromSlash(pattern)))
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	path := filepath.Join(f.TempDir(), "fuzz.yaml")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		book, warnings, err := loadRules(path)
		checkPlaces(t, text, warnings, err)
		if (err == nil) != (book != nil) {
			t.Fatalf("rulebook %v with error %v", book, err)
		}
		if err == nil {
			checkAccount(t, book.Accounts()[0])
		}
		c, err := config.Load(path)
		if err == nil {
			warnings = c.Warnings
		}
		checkPlaces(t, text, warnings, err)
	})
}

func checkPlaces(t *testing.T, text []byte, warnings config.Problems, err error) {
	t.Helper()
	var problems config.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("%v isn't Problems", err)
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(text), "\ufeff")), "\n")
	for _, p := range append(problems, warnings...) {
		if p.Pointer > utf8.RuneCountInString(p.Source)+1 {
			t.Fatalf("%+v doesn't point at its place", p)
		}
		if len(p.String()) > 10_000 || len(p.Path) > 2000 {
			t.Fatalf("%+v says too much", p)
		}
		if p.Line == 0 && p.Column == 0 {
			continue
		}
		if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > utf8.RuneCountInString(lines[p.Line-1])+1 || p.Message == "" {
			t.Fatalf("%+v isn't in the file", p)
		}
	}
}
