package reload

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
	"github.com/rs/zerolog"
)

// watcher hears of changes in the folder of the rules. It is quick where it
// works, and nothing depends on it.
type watcher struct {
	rules    string // a folder or one file
	log      zerolog.Logger
	notify   *fsnotify.Watcher // nil: the system gives none
	happened chan struct{}

	// Of run's goroutine.
	folder  string
	watched fs.FileInfo // what folder was when it was watched; nil: it isn't
	said    string      // why it isn't, as the log has it
}

func newWatcher(rules string, log zerolog.Logger) *watcher {
	w := &watcher{rules: rules, log: log, happened: make(chan struct{}, 1)}
	var err error
	if w.notify, err = fsnotify.NewWatcher(); err != nil {
		w.notify = nil
		w.unheard(err)
		return w
	}
	go w.hear(w.notify)
	return w
}

// hear passes on that something happened. It ends when notify is closed.
func (w *watcher) hear(notify *fsnotify.Watcher) {
	for {
		select {
		case event, open := <-notify.Events:
			if !open {
				return
			}
			// Beside a single file may lie a database, which is written to all
			// the time.
			if name := filepath.Clean(event.Name); filepath.Dir(name) != filepath.Clean(w.rules) && name != filepath.Clean(w.rules) {
				continue
			}
		case _, open := <-notify.Errors: // an overflow: anything may have changed
			if !open {
				return
			}
		}
		select {
		case w.happened <- struct{}{}:
		default:
		}
	}
}

// renew sees to it that the folder is watched that now has the name: it may
// have been put in the place of another, or have come back.
func (w *watcher) renew() {
	if w.notify == nil {
		return
	}
	folder := w.rules
	info, err := os.Stat(folder)
	if err == nil && !info.IsDir() {
		folder = filepath.Dir(folder)
		info, err = os.Stat(folder)
	}
	if err != nil {
		w.watched = nil // reading will say so
		return
	}
	if w.watched != nil && w.folder == folder && os.SameFile(w.watched, info) {
		return
	}
	if w.folder != "" {
		_ = w.notify.Remove(w.folder) // it may be gone, and its watch with it
	}
	w.folder, w.watched = folder, info
	if err := w.notify.Add(folder); err != nil {
		w.watched = nil
		w.unheard(err)
		return
	}
	w.said = ""
}

// unheard says once that the system sends no events.
func (w *watcher) unheard(err error) {
	if w.said == err.Error() {
		return
	}
	w.said = err.Error()
	w.log.Warn().Err(err).Str("file", w.rules).Dur("every", lookEvery).Msg("the system doesn't say when rules change; callbackd looks every few seconds")
}

func (w *watcher) close() {
	if w.notify != nil {
		_ = w.notify.Close() // it was only listened to
	}
}
