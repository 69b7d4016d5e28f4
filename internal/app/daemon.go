package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"callbackd/callback"
	"callbackd/internal/alarms"
	"callbackd/internal/catchup"
	"callbackd/internal/config"
	"callbackd/internal/feed"
	"callbackd/internal/httpapi"
	"callbackd/internal/page"
	"callbackd/internal/pbx"
	"callbackd/internal/recordings"
	"callbackd/internal/reload"
	"callbackd/internal/repertoire"
	"callbackd/internal/soundserver"
	"callbackd/sounds"
	"callbackd/storage"
)

// daemon is callbackd's parts. open takes what may be refused, assemble puts
// the parts together, run lets them live.
type daemon struct {
	options Options
	cfg     *config.Config
	log     zerolog.Logger
	hangups <-chan os.Signal // SIGHUP
	started time.Time
	alarms  *alarms.Book // reads the log
	events  *feed.Feed[httpapi.Event]

	listener    net.Listener
	store       *storage.DB
	sounds      *sounds.Library
	soundServer *soundserver.Server
	reloader    *reload.Reloader
	token       string
	links       callback.Links
	languages   *page.Languages

	exchanges  map[string]callback.Exchange
	pbxs       map[string]*pbx.Exchange   // the same
	readers    map[string]*catchup.Reader // of the PBXs whose logs are read
	dialer     *callback.Dialer
	scheduler  *callback.Scheduler
	upkeep     *callback.Upkeep
	control    *callback.Control
	repertoire *repertoire.Repertoire
	keeper     *recordings.Keeper
	reception  *callback.Reception
	users      *callback.Users
	server     *http.Server
}

// open takes the address, the database and what lies beside it. Everything that
// the operator can have got wrong is found before the first byte is written.
func (d *daemon) open(ctx context.Context) (err error) {
	if d.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", d.cfg.Listen); err != nil {
		if op := new(net.OpError); errors.As(err, &op) {
			err = op.Err
		}
		return fmt.Errorf("listen on %s: %w: is another callbackd running? Else choose another address in %s (listen)", d.cfg.Listen, err, d.cfg.File)
	}
	if d.languages, err = page.ReadLanguages(d.cfg.Languages); err != nil {
		return err
	}
	if err := checkCredentials(ctx, d.cfg); err != nil {
		return err
	}
	if d.store, err = storage.Open(ctx, d.cfg.Database); err != nil {
		return err
	}
	if err = d.openSounds(); err != nil {
		return err
	}
	if d.reloader, err = reload.Open(ctx, d.reloading()); err != nil {
		return err
	}
	if d.links, err = linksOf(d.cfg); err != nil {
		return err
	}
	d.token, err = adminToken(httpapi.TokenFile(d.cfg.Database))
	return err
}

func (d *daemon) assemble() error {
	rules := d.reloader.Rules()
	figures := d.newMetrics()
	presence := callback.NewPresence(rules)
	d.repertoire = d.newRepertoire()
	desk := callback.NewDesk(d.store, rules)
	d.reception = callback.NewReception(callback.ReceptionOptions{Store: d.store, Rules: rules, Desk: desk, Log: d.log, Came: figures.Came})
	if err := d.newExchanges(d.newIntake(rules, figures), presence, figures); err != nil {
		return err
	}
	d.keeper = d.newKeeper()
	d.users = callback.NewUsers(d.store, d.log)
	d.dialer = callback.NewDialer(d.store, rules, d.exchanges, d.options.Pace, d.log)
	d.scheduler = callback.NewScheduler(d.store, rules, d.dialer, d.log)
	d.scheduler.Watch(presence)
	d.upkeep = callback.NewUpkeep(d.store, rules, d.log)
	d.control = callback.NewControl(d.store, rules, d.dialer, d.scheduler, d.upkeep, d.log)
	d.store.Observe(narrator(d.log, d.options.ShowNumbers))
	d.store.Observe(d.announce)
	d.alarms.Notify(d.announceAlarm)
	d.store.Observe(d.dialer.Observe)
	d.store.Observe(d.scheduler.Observe)
	d.store.Observe(d.upkeep.Observe)
	api := httpapi.New(httpapi.Options{
		Store: d.store, Rules: rules, Files: rulesFiles{d.reloader}, Drafts: rulesFiles{d.reloader}, Control: announcedControl{d.control, d.events.Publish}, Desk: desk, Holders: desk.ForHolders(d.links),
		Sounds: editedSounds{d.sounds, d.repertoire}, SoundFiles: d.soundServer, Recordings: d.keeper, PBXs: d.standing,
		Users: d.users, Token: d.token, Version: d.options.Version, Log: d.log, Ready: d.notReady, Metrics: figures.Handler(),
		Events: d.events, Alarms: func() httpapi.AlarmList { return alarmList(d.alarms) }, System: d.system, Examine: d.examine,
		Refused: func(why httpapi.RefusedFor) { figures.Refused(string(why)) },
	})
	d.server = httpapi.NewServer(d.web(api), d.log)
	d.server.RegisterOnShutdown(d.events.Close) // or whoever follows them would be waited for
	d.log.Info().Str("version", d.options.Version).Stringer("listen", d.listener.Addr()).Str("database", d.cfg.Database).
		Int("accounts", len(rules.Book().Accounts())).Msg("callbackd is running")
	return nil
}

// run lets the parts live until ctx ends or one of them fails, and the drain is
// over.
func (d *daemon) run(ctx context.Context) error {
	if err := d.dialer.Abandon(ctx); err != nil {
		return err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	failed := make(chan struct{})
	var once sync.Once
	var group errgroup.Group
	part := func(run func() error) {
		group.Go(func() error {
			err := run()
			if err != nil {
				once.Do(func() { close(failed) })
			}
			return err
		})
	}
	for _, x := range d.pbxs {
		part(func() error {
			if err := x.Run(life, d.dialer); err != nil {
				return fmt.Errorf("%s: %w", d.cfg.File, err)
			}
			return nil
		})
	}
	for _, r := range d.readers {
		part(func() error { return r.Run(life) })
	}
	part(func() error { return d.scheduler.Run(life) })
	part(func() error { return d.upkeep.Run(life) })
	part(func() error { return d.reload(life) })
	part(func() error { d.repertoire.Run(life); return nil })
	part(func() error { return d.keeper.Run(life) })
	part(func() error {
		lookout{pbxs: d.standing, rules: d.reloader.Status, announce: d.events.Publish}.keep(life)
		return nil
	})
	part(func() error {
		if err := d.server.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("HTTP server on %s: %w", d.cfg.Listen, err)
		}
		return nil
	})
	group.Go(func() error {
		select {
		case <-failed:
		case <-ctx.Done():
		}
		d.drain(life)
		stop()
		return d.hangUpClients()
	})
	err := group.Wait()
	d.dialer.Leave()
	d.log.Info().Msg("callbackd has stopped")
	return err
}

// reload keeps the rules in force as the files say, until ctx ends.
func (d *daemon) reload(ctx context.Context) error {
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-d.hangups:
				d.reloader.Now()
			}
		}
	}()
	return d.reloader.Run(ctx, func() {
		for _, x := range d.pbxs {
			x.RulesChanged(ctx)
		}
		d.scheduler.Wake()
		d.upkeep.Wake()
		d.repertoire.Changed()
	})
}

// drainLimit is how long a stop waits for customers' phones that ring: a little
// more than the longest wait_for_customer. A second signal doesn't wait.
const drainLimit = 5*time.Minute + 15*time.Second

func (d *daemon) drain(ctx context.Context) {
	d.log.Info().Msg("callbackd stops: nothing new begins")
	ctx, cancel := context.WithTimeout(ctx, drainLimit)
	defer cancel()
	d.reception.Close(ctx)
	d.dialer.Drain(ctx)
}

// hangUpClients ends the HTTP side; who holds a connection and says nothing is
// cut off.
func (d *daemon) hangUpClients() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if d.server.Shutdown(ctx) != nil {
		return d.server.Close()
	}
	return nil
}

// close gives back what open took.
func (d *daemon) close() {
	if d.listener != nil {
		_ = d.listener.Close() // the server has closed it, if it ran
	}
	if d.store == nil {
		return
	}
	if err := d.store.Close(); err != nil {
		d.log.Error().Err(err).Msg("the database could not be closed; nothing that was stored is lost")
	}
}
