package app

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
)

// tokenForm is what may be a token: long enough not to be guessed, and fit for
// a header. Operators may choose their own.
var tokenForm = regexp.MustCompile(`^[\x21-\x7e]{32,}$`)

// adminToken reads the token, or makes one at the first start: 256 random
// bits, readable by callbackd's own user only. A file that holds something else
// is left alone: programs may know what is in it.
func adminToken(path string) (string, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newToken(path)
	}
	if err != nil {
		return "", fmt.Errorf("read the admin token: %w", err)
	}
	token := strings.TrimSpace(string(content))
	if !tokenForm.MatchString(token) {
		return "", fmt.Errorf("the admin token in %s can't be used: delete the file, and callbackd makes a new one, "+
			"or write at least 32 visible ASCII characters without blanks into it", path)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return "", fmt.Errorf("keep the admin token to its owner: %w", err)
	}
	return token, nil
}

func newToken(path string) (string, error) {
	var random [32]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	token := base64.RawURLEncoding.EncodeToString(random[:])
	// A new file, so that one that others may read never holds the token.
	temporary := path + ".new"
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("write the admin token: %w", err)
	}
	if err := writeNew(temporary, token+"\n"); err != nil {
		return "", fmt.Errorf("write the admin token: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return "", fmt.Errorf("write the admin token: %w", err)
	}
	return token, nil
}

// writeNew writes a file that doesn't exist yet, also as a link, and which is
// whole after a power cut.
func writeNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}
