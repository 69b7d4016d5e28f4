package app

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// secretBytes is how many random bytes are in a secret that callbackd makes.
const secretBytes = 32

// secretFile is a file with a secret, which callbackd makes at its first start and
// its own user alone may read.
type secretFile struct{ path, what string }

// readOrMake gives what is in the file: if it isn't there, a new secret in base64url.
func (f secretFile) readOrMake() (string, error) {
	content, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return f.make()
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", f.what, err)
	}
	return strings.TrimSpace(string(content)), nil
}

// key is readOrMake where the secret is a key, which only callbackd makes.
func (f secretFile) key() ([]byte, error) {
	text, err := f.readOrMake()
	if err != nil {
		return nil, err
	}
	key, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(key) != secretBytes {
		return nil, fmt.Errorf("%s in %s can't be used: delete the file, and callbackd makes a new one", f.what, f.path)
	}
	return key, f.keep()
}

// keep closes the file to all others. It is for whoever has seen that a secret is in it:
// anything else is left alone.
func (f secretFile) keep() error {
	if err := os.Chmod(f.path, 0o600); err != nil {
		return fmt.Errorf("keep %s to its owner: %w", f.what, err)
	}
	return nil
}

func (f secretFile) make() (string, error) {
	var random [secretBytes]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	secret := base64.RawURLEncoding.EncodeToString(random[:])
	// A new file, so that one that others may read never holds the secret.
	temporary := f.path + ".new"
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("write %s: %w", f.what, err)
	}
	if err := writeNew(temporary, secret+"\n"); err != nil {
		return "", fmt.Errorf("write %s: %w", f.what, err)
	}
	if err := os.Rename(temporary, f.path); err != nil {
		return "", fmt.Errorf("write %s: %w", f.what, err)
	}
	return secret, nil
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
