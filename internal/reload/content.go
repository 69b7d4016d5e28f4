package reload

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
)

// content is what a file held when it was looked at. The zero content is a file
// that isn't there.
type content struct {
	sum   digest
	fault string // why it couldn't be read; "" if it could
	there bool
}

// digest is the SHA-256 of a file's text, what sha256sum prints.
type digest [sha256.Size]byte

// version is how people see a digest: its first twelve characters.
func (d digest) version() string { return hex.EncodeToString(d[:])[:12] }

// readLimit bounds what is read of a file only to see whether it changed. It is
// far above what a rules file may hold.
const readLimit = 2 << 20

// lookAt reads path.
func lookAt(path string) content {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return content{}
	}
	if err != nil {
		return content{there: true, fault: err.Error()}
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, io.LimitReader(file, readLimit)); err != nil {
		return content{there: true, fault: err.Error()}
	}
	return content{there: true, sum: digest(hash.Sum(nil))}
}
