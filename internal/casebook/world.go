package casebook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"callbackd/ari"
	"callbackd/asterisk-config/private"
)

// Options say what world it is to be.
type Options struct {
	Offices  int       // how many cases can be played at once
	Progress io.Writer // is told what is downloaded where Asterisk isn't installed; nil: nobody
}

// World is one Asterisk with the phones of several offices.
type World struct {
	Asterisk *private.Asterisk

	ari       *ari.Client // for looking at channels
	desks     []*desk
	scripts   *scripts
	elsewhere *elsewhere
	manager   manager
}

// Start brings the world up. ctx bounds the start alone; Close ends the world.
func Start(ctx context.Context, o Options) (*World, error) {
	if o.Offices < 1 || o.Offices > len(offices) {
		return nil, fmt.Errorf("start the world: %d offices: want 1 to %d", o.Offices, len(offices))
	}
	w := &World{}
	for i := range o.Offices {
		w.desks = append(w.desks, newDesk(newOffice(i)))
	}
	if err := w.start(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("start the world: %w", err), w.Close())
	}
	return w, nil
}

// start opens the far ends of the trunks first, which Asterisk has to know, and
// the agents' phones last, which register.
func (w *World) start(ctx context.Context, o Options) error {
	var err error
	if w.scripts, err = startScripts(ctx); err != nil {
		return err
	}
	for i, d := range w.desks {
		if err := d.openTrunks(ctx, i); err != nil {
			return err
		}
	}
	password := rand.Text()
	w.manager.secret = rand.Text()
	if w.Asterisk, err = private.Start(ctx, w.configuration(o, password)); err != nil {
		return err
	}
	w.manager.url = w.Asterisk.URL
	credentials := ari.Options{
		URL: w.Asterisk.URL, Username: w.Asterisk.Username, Password: w.Asterisk.Password, Application: "casebook",
	}
	if w.ari, err = ari.New(credentials); err != nil {
		return err
	}
	if w.elsewhere, err = startElsewhere(ctx, credentials); err != nil {
		return err
	}
	for _, d := range w.desks {
		if err := d.openPhones(ctx, w.Asterisk.SIP, password); err != nil {
			return err
		}
	}
	return nil
}

// configuration is all of Asterisk's, for every office.
func (w *World) configuration(o Options, password string) private.Config {
	c := private.Config{
		Progress: o.Progress, Further: maps.Clone(further),
		Dialplan: "[globals]\nSCRIPTS = " + w.scripts.uri() + "\n",
	}
	c.Further["manager.conf"] = strings.ReplaceAll(managerConfiguration, "SECRET", w.manager.secret)
	for _, d := range w.desks {
		c.Agents = append(c.Agents, d.office.staff(password)...)
		c.Queues = append(c.Queues, d.office.queues()...)
		c.Dialplan += d.office.dialplan()
		for _, trunk := range trunks {
			c.Further["pjsip.conf"] += d.office.trunk(trunk, d.phones[trunk].Addr())
		}
		for file, text := range sections {
			c.Further[file] += d.office.Local(text)
		}
	}
	return c
}

// Offices are the offices, in which one case each can be played at a time.
func (w *World) Offices() []Office {
	list := make([]Office, len(w.desks))
	for i, d := range w.desks {
		list[i] = d.office
	}
	return list
}

// longest is what a case may take, from the first ring to the last channel's end.
const longest = time.Minute

// Play plays a case in an office and returns when Asterisk has let go of every
// channel. An error says what the people in the case waited for in vain.
func (w *World) Play(ctx context.Context, o Office, c Case) error {
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	d := w.desks[slices.IndexFunc(w.desks, func(d *desk) bool { return d.office == o })]
	s := &Scene{ctx: ctx, world: w, desk: d, number: Number(c.Name)}
	fault := s.play(c.Play)
	fault = errors.Join(fault, d.clear(), w.quiet(ctx, o))
	d.forget() // what rang while everybody hung up
	if fault != nil {
		return fmt.Errorf("play %s: %w", c.Name, fault)
	}
	return nil
}

// closeLimit is how long Asterisk may take to end.
const closeLimit = 10 * time.Second

// Close ends every phone and Asterisk.
func (w *World) Close() error {
	var faults []error
	for _, d := range w.desks {
		faults = append(faults, d.close())
	}
	if w.elsewhere != nil {
		w.elsewhere.close()
	}
	if w.Asterisk != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
		defer cancel()
		faults = append(faults, w.Asterisk.Stop(ctx))
	}
	if w.scripts != nil {
		faults = append(faults, w.scripts.close())
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("close the world: %w", err)
	}
	return nil
}
