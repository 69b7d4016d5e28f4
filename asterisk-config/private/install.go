package private

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"callbackd/internal/debian"
)

// otherWay is what else a person can do who has no Debian, or no mirror.
const otherWay = "or install Asterisk " + MinVersion + " or newer in another way, so that `asterisk` is in PATH"

// asterisk is what is fetched where the machine has none: Debian's package from
// forky, for older releases have none.
var asterisk = debian.Program{
	Name: "Asterisk", Folder: "asterisk", Suite: "forky",
	Packages: []string{"asterisk", "asterisk-core-sounds-en-wav"},
	Space:    600 << 20,
	OtherWay: otherWay,
	Complete: complete,
	Usable: func(root string) error {
		_, err := inCache(root)
		return err
	},
}

// Install returns an Asterisk that can be run on this machine: the one in
// PATH, if it is MinVersion or newer; else the one in the cache folder; else
// it fetches Debian's packages and unpacks them there (package debian, which also
// says what w is told). That needs no root and takes some ten seconds on a good
// network.
func Install(ctx context.Context, w io.Writer) (Installation, error) {
	system, passedOver := onSystem(ctx)
	if passedOver == nil {
		return system, nil
	}
	program := asterisk
	if !errors.Is(passedOver, exec.ErrNotFound) {
		program.PassedOver = passedOver
	}
	root, err := program.Install(ctx, w)
	if err != nil {
		return Installation{}, err
	}
	return inCache(root)
}

// complete runs what was unpacked and notes its version: from here on the folder
// counts as whole.
func complete(ctx context.Context, root string) (string, error) {
	// What the packages' own scripts would do: English sounds are looked for
	// under "en".
	sounds := filepath.Join(root, "usr/share/asterisk/sounds")
	err := os.Symlink("en_US_f_Allison", filepath.Join(sounds, "en"))
	if err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("unpack Asterisk's sounds: %w", err)
	}
	i, err := unpackedIn(root)
	if err != nil {
		return "", fmt.Errorf("%w: the packages are laid out differently from what was expected; %s", err, otherWay)
	}
	version, err := i.askVersion(ctx)
	if err != nil {
		return "", err
	}
	if !newEnough(version) {
		return "", fmt.Errorf("the mirror has Asterisk %s, older than %s; use a mirror that is up to date, %s", version, MinVersion, otherWay)
	}
	return version, os.WriteFile(filepath.Join(root, markerFile), []byte(version+"\n"), 0o644)
}
