package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"callbackd/callback"
	"callbackd/internal/alarms"
	"callbackd/internal/config"
	"callbackd/internal/feed"
	"callbackd/internal/httpapi"
	"callbackd/internal/reload"
)

// Options say what to serve.
type Options struct {
	ConfigFile  string
	Version     string
	ShowNumbers bool      // log customers' numbers whole
	Log         io.Writer // where log lines go

	// For tests of the whole program, which have no hours to wait; no file and
	// no flag of the program sets them.
	ShortIntervals bool
	Pace           callback.Pace
}

// Serve runs the daemon until ctx ends. An error is one line that says what to
// do.
func Serve(ctx context.Context, o Options) error {
	cfg, err := config.Load(o.ConfigFile)
	if err != nil {
		return err
	}
	// From here on a SIGHUP has the rules read again; it never ends callbackd.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	book := alarms.NewBook()
	d := &daemon{
		options: o, cfg: cfg, log: newLog(o.Log, cfg, book), hangups: hangups,
		started: time.Now(), alarms: book, events: feed.New[httpapi.Event](httpapi.EventsRemembered),
	}
	if _, err := os.Stat(cfg.Database); errors.Is(err, fs.ErrNotExist) {
		// No rules are kept: without a good file nothing would be in force, and
		// nothing is to be written then.
		if err := reload.Check(d.reloading()); err != nil {
			return err
		}
	}
	for _, w := range cfg.Warnings {
		reload.SayProblem(d.log, w, "")
	}
	defer d.close()
	if err := d.open(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop while it started
		}
		return err
	}
	if err := d.assemble(); err != nil {
		return err
	}
	return d.run(ctx)
}

// reloading says how rules are read and put in force.
func (d *daemon) reloading() reload.Options {
	return reload.Options{
		Config: d.cfg, Store: d.store, Log: d.log, ShortIntervals: d.options.ShortIntervals,
		CheckSound: checkSound(d.cfg),
	}
}

// LoadRules reads the rules files that the configuration names.
func LoadRules(cfg *config.Config, shortIntervals bool) (*callback.Rulebook, config.Problems, error) {
	options := []config.Option{config.CheckSound(checkSound(cfg))}
	if shortIntervals {
		options = append(options, config.AllowShortIntervals())
	}
	return config.LoadRules(cfg, options...)
}

// newLog logs to w what is of the configured level, and has book read each line that says
// that an alarm is raised or over, whatever the level.
func newLog(w io.Writer, cfg *config.Config, book *alarms.Book) zerolog.Logger {
	if w == nil {
		w = os.Stderr
	}
	if cfg.LogFormat == config.LogConsole {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.TimeOnly, NoColor: os.Getenv("NO_COLOR") != "" || !terminal(w)}
	}
	level, err := zerolog.ParseLevel(string(cfg.LogLevel))
	if err != nil {
		level = zerolog.InfoLevel
	}
	shown := &zerolog.FilteredLevelWriter{Writer: zerolog.LevelWriterAdapter{Writer: w}, Level: level}
	return zerolog.New(zerolog.MultiLevelWriter(shown, book)).Level(min(level, zerolog.InfoLevel)).With().Timestamp().Logger()
}

func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
