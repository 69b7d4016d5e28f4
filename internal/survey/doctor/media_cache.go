package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"

	"callbackd/internal/survey/asteriskconf"
)

const (
	// longestDownload is how long Asterisk should wait for a sound: while it does, nothing
	// can be done with the channel, and it waits for twice as long.
	longestDownload = 5 // seconds
	// usualDownload is how long it waits unless told otherwise.
	usualDownload = 180 // seconds
)

// examineMediaCache looks at what an Asterisk needs that fetches its sounds from callbackd.
func (h *host) examineMediaCache(ctx context.Context, folder string) {
	const name = "res_http_media_cache.conf"
	const hint = "write `timeout_secs = 2` into [general] of " + name + ", and restart Asterisk"
	path, waits := filepath.Join(folder, name), usualDownload
	file, err := asteriskconf.Read(folder, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.sayAbout(h.pbx.Name, Note, "run the doctor as root, or as Asterisk's user", "%s can't be read: %s", path, reason(err))
		return
	}
	says := fmt.Sprintf("%s doesn't say timeout_secs", path)
	if err == nil {
		if s, written := file.Last("general", "timeout_secs"); written {
			waits, _ = strconv.Atoi(s.Value) // what isn't a number is no limit
			says = fmt.Sprintf("%s:%d says timeout_secs = %s", s.File, s.Line, s.Value)
		}
	}
	if waits <= 0 || waits > longestDownload {
		h.sayAbout(h.pbx.Name, Warning, hint, "%s: a sound that isn't delivered freezes a call for as long, and as long again", says)
	}
	h.examineFolder(ctx, h.directory("astcachedir", "/var/cache/asterisk"), "where fetched sounds are kept", "callbackd's sounds can't be played")
}
