package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// applicationID marks a SQLite file as callbackd's: "cbkd". It is in the header
// of the file from the moment the file is at its place (see create).
const applicationID = 0x63626b64

// What a SQLite file begins with, https://sqlite.org/fileformat2.html section 1.3.
const (
	headerSize          = 100
	headerMagic         = "SQLite format 3\x00"
	headerUserVersion   = 60
	headerApplicationID = 68
)

// inspect tells whether there is a database at path, and refuses one that isn't
// callbackd's or is of a newer schema than newest. It reads the header by
// itself: SQLite would already write to a file by opening it in WAL mode.
func inspect(path string, newest int) (exists bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, folderError(path, err)
	}
	if !info.Mode().IsRegular() {
		return false, errors.New(`it isn't a file: change "database" in callbackd.yaml`)
	}
	if info.Size() == 0 {
		return false, nil // somebody touched it: there is nothing to lose
	}
	file, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("user %d may not read it: change its owner or mode (%w)", os.Getuid(), err)
	}
	defer func() { _ = file.Close() }() // only read
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(file, header); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, fmt.Errorf("read its header: %w", err)
	}
	if string(header[:len(headerMagic)]) != headerMagic {
		return false, errors.New(`it isn't a SQLite database: move it away, or change "database" in callbackd.yaml`)
	}
	if id := binary.BigEndian.Uint32(header[headerApplicationID:]); id != applicationID {
		return false, fmt.Errorf(`it is the database of another program (application_id %#x): change "database" in callbackd.yaml`, id)
	}
	return true, notNewer(int(binary.BigEndian.Uint32(header[headerUserVersion:])), newest)
}

func notNewer(version, newest int) error {
	if version <= newest {
		return nil
	}
	return fmt.Errorf("it was written by a newer callbackd (schema %d, this one knows %d): "+
		"install that version again, or restore a backup made before it", version, newest)
}
