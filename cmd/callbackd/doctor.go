package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"callbackd/internal/config"
	"callbackd/internal/survey/doctor"
	"callbackd/internal/wording"
)

func newDoctorCommand(g *globals) *cobra.Command {
	var asJSON bool
	var asteriskConfig string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look whether everything is in place",
		Long: "Look at the whole installation: the configuration and the rules (as `check` does), each\n" +
			"Asterisk (as `check --live` does), whether calls to any number arrive somewhere, the logs in\n" +
			"which calls are found that were missed while callbackd was away, what Asterisk's own\n" +
			"configuration says about them, about callbackd's dialplan and about queues, the folders of\n" +
			"recordings and sounds, clocks, the disk, and the daemon if it runs. Nothing is changed, and\n" +
			"nothing rings.\n\n" +
			"Whatever isn't in order is followed by what to do about it. An error means that calls are\n" +
			"lost or nobody is called back, and makes the exit status 1; a note is something that can't\n" +
			"be found out. Run it as the user that callbackd runs as, or as root: as root it asks what\n" +
			"the owner of the database may read, and write.",
		Example: "  callbackd doctor                                   # is everything in place?\n" +
			"  sudo callbackd doctor --config /etc/callbackd/callbackd.yaml\n" +
			"  callbackd doctor --asterisk-config /opt/asterisk/etc\n" +
			"  callbackd doctor --json | jq '.findings[] | select(.level == \"error\")'",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// Ctrl-C ends it in order: what was made in Asterisk is removed. The second one ends
			// it whatever it is at.
			ctx, restore := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer restore()
			defer context.AfterFunc(ctx, restore)()
			findings, err := examine(ctx, g.config, asteriskConfig)
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(cmd, map[string]any{"findings": findings})
			} else {
				p := &printer{}
				p.findings(findings)
				err = p.print(cmd.OutOrStdout())
			}
			switch n := doctor.Count(findings, doctor.Error); {
			case err != nil:
				return err
			case ctx.Err() != nil:
				return errors.New("interrupted: not everything was looked at")
			case n > 0:
				return errors.New(counted(n, "error"))
			}
			return nil
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&asteriskConfig, "asterisk-config", "", "the `folder` of Asterisk's configuration, or a copy of it (default /etc/asterisk, if the Asterisk is on this machine)")
	_ = cmd.MarkFlagDirname("asterisk-config") // the flag is there
	return cmd
}

// examine checks the files, and with those that can be used everything else. The error is
// a callbackd.yaml that can't be read at all.
func examine(ctx context.Context, file, asteriskConfig string) (findings []doctor.Finding, err error) {
	cfg, unusable := config.Load(file)
	problems, summary, err := check(file)
	if err != nil && unusable != nil {
		return nil, err
	}
	for _, p := range problems {
		findings = append(findings, doctor.FromFiles(p))
	}
	switch {
	case err != nil: // there are no rules, and much else to look at
		findings = append(findings, doctor.Finding{About: doctor.Files, Level: doctor.Error, Message: err.Error()})
	case faults(problems) == 0:
		findings = append(findings, doctor.Finding{About: doctor.Files, Level: doctor.OK, Message: summary})
	}
	if unusable != nil {
		return findings, nil //nolint:nilerr // the findings say why
	}
	return append(findings, doctor.Examine(ctx, doctor.Options{Config: cfg, AsteriskConfig: asteriskConfig})...), nil
}

// findings prints what was found, each group below its title, and at last how much of each
// kind there is.
func (p *printer) findings(list []doctor.Finding) {
	title := ""
	for _, f := range list {
		if about := wording.FindingTitle(f.About, f.PBX); about != title {
			if title != "" {
				p.line("")
			}
			title = about
			p.line("%s", title)
		}
		message := f.Message
		switch {
		case f.File == "" || f.Level == doctor.OK:
		case f.Line > 0:
			message = fmt.Sprintf("%s (%s:%d)", message, f.File, f.Line)
		default:
			message = fmt.Sprintf("%s (%s)", message, f.File)
		}
		p.line("  %-8s %s", f.Level, message)
		if f.Hint != "" {
			p.line("           → %s", f.Hint)
		}
	}
	var sum []string
	for _, level := range []doctor.Level{doctor.Error, doctor.Warning} {
		sum = append(sum, counted(doctor.Count(list, level), string(level)))
	}
	p.line("")
	p.line("%s", strings.Join(sum, ", "))
}
