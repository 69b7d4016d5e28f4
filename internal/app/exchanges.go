package app

import (
	"fmt"
	"maps"
	"slices"

	"callbackd/callback"
	"callbackd/internal/catchup"
	"callbackd/internal/config"
	"callbackd/internal/httpapi"
	"callbackd/internal/metrics"
	"callbackd/internal/pbx"
	"callbackd/internal/witness"
)

// newIntake makes the one intake, into which the events and logs of every PBX go.
func (d *daemon) newIntake(rules *callback.Rules, figures *metrics.Metrics) *callback.Intake {
	log := noted(d.log, d.options.ShowNumbers)
	intake := callback.NewIntake(d.store, rules, func(m callback.MissedCall) {
		figures.Decided(m)
		d.announceMissed(m)
		log(m)
	})
	var logged []string
	for name, p := range d.cfg.Asterisk {
		if p.CatchUp.CDR != "" {
			logged = append(logged, name)
		}
	}
	return intake.With(callback.IntakeOptions{Log: d.log, Logged: logged})
}

// newExchanges makes an exchange for each PBX, and a reader of its logs where they
// are named.
func (d *daemon) newExchanges(intake *callback.Intake, presence *callback.Presence, figures *metrics.Metrics) error {
	rules := d.reloader.Rules()
	d.exchanges, d.pbxs, d.readers = map[string]callback.Exchange{}, map[string]*pbx.Exchange{}, map[string]*catchup.Reader{}
	for name, p := range d.cfg.Asterisk {
		log := d.log.With().Str("pbx", name).Logger()
		o := connection(p)
		o.Rules, o.Sounds, o.Presence, o.Meter, o.Log = rules, d.repertoire.On(name), presence, figures, log
		o.Take, o.Changed = intake.Take, func() {
			d.repertoire.Ready(name)
			d.keeper.Wake()
			d.scheduler.Wake()
		}
		o.Menu = d.reception
		o.Freed = func() { d.scheduler.Wake() } // the scheduler is made later
		if p.CatchUp.CDR != "" {
			d.readers[name] = catchup.New(catchup.Options{
				Logs: logsOf(p, rules), Store: d.store, Rules: rules, Take: intake.CatchUp, Meter: figures, Log: log,
			})
			o.Logs = d.readers[name]
		}
		x, err := pbx.New(o)
		if err != nil {
			return fmt.Errorf("%s: %w", d.cfg.File, err)
		}
		d.exchanges[name], d.pbxs[name] = x, x
	}
	return nil
}

// logsOf says what in a PBX's logs is a customer's call.
func logsOf(p config.PBX, rules *callback.Rules) witness.Logs {
	return witness.Logs{
		PBX: p.Name, CDR: p.CatchUp.CDR, QueueLog: p.CatchUp.QueueLog,
		Trunk: func(endpoint string) bool { return rules.Book().IsTrunk(p.Name, endpoint) },
		Own:   pbx.Own(p.Application), Application: p.Application,
	}
}

// standing tells how each PBX stands, by name.
func (d *daemon) standing() []httpapi.PBX {
	list := []httpapi.PBX{}
	for _, name := range slices.Sorted(maps.Keys(d.exchanges)) {
		p := httpapi.PBX{Name: name, Ready: true}
		if _, err := d.exchanges[name].Ready(); err != nil {
			p.Ready, p.Reason = false, err.Error()
		}
		list = append(list, p)
	}
	return list
}

// notReady lists why attempts can't be made now, or not by all that should be known.
func (d *daemon) notReady() (why []string) {
	for _, name := range slices.Sorted(maps.Keys(d.exchanges)) {
		if _, err := d.exchanges[name].Ready(); err != nil {
			why = append(why, err.Error())
		}
		if r := d.readers[name]; r != nil && r.Trouble() != nil {
			why = append(why, r.Trouble().Error())
		}
	}
	return why
}
