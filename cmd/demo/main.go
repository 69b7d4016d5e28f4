package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"callbackd/asterisk-config/private"
	"callbackd/internal/lab"
)

// options are what the command line says.
type options struct {
	callbackd string // the built binary
	dir       string // where everything of this run lies
	keep      bool
	verbose   bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // a second Ctrl-C doesn't wait for the orderly end
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run answers the exit status: 0 if everything happened as it should, 2 for a
// mistake in the command line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "demo: %v\n", err)
		return 2
	}
	err = show(ctx, o, stdout, stderr)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(stdout, "\nInterrupted.")
	default:
		fmt.Fprintf(stdout, "\nThe demonstration failed.\n\n%v\n", err)
	}
	return 1
}

func parse(args []string, stdout io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says what is wrong, once
	flags.StringVar(&o.callbackd, "callbackd", "", "the callbackd `program` to show (default: the one beside this program, or bin/callbackd)")
	flags.StringVar(&o.dir, "dir", "", "the `folder` for everything of this run (default: a new one among the temporary files); it stays")
	flags.BoolVar(&o.keep, "keep", false, "leave everything running until Ctrl-C, for a softphone of your own")
	flags.BoolVar(&o.verbose, "verbose", false, "show callbackd's log, too")
	err = flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		printHelp(stdout, flags)
		return o, err
	case err != nil:
		return o, fmt.Errorf("%w; see demo --help", err)
	case flags.NArg() > 0:
		return o, fmt.Errorf("what is %q? See demo --help", flags.Arg(0))
	}
	if o.callbackd == "" {
		o.callbackd = nearestCallbackd()
	}
	if _, err := exec.LookPath(o.callbackd); err != nil {
		return o, fmt.Errorf("find callbackd: %w: build it with `make build`, or say where it is with --callbackd", err)
	}
	return o, checkFolder(o.dir)
}

// printHelp shows the flags as they are written in the README, with two dashes.
func printHelp(w io.Writer, flags *flag.FlagSet) {
	fmt.Fprintln(w, "demo shows a callback from end to end, on a private Asterisk.")
	fmt.Fprintln(w)
	flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  %s\n        %s\n", strings.TrimRight("--"+f.Name+" "+value, " "), usage)
	})
}

// checkFolder refuses a folder in which something lies, such as the database of
// an earlier run: it would spoil the story.
func checkFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if dir == "" || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("the folder %s isn't empty: each run wants a new one", dir)
	}
	return err
}

// nearestCallbackd is the one beside this program, if it is there.
func nearestCallbackd() string {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), "callbackd")
		if _, err := os.Stat(beside); err == nil {
			return beside
		}
	}
	return filepath.Join("bin", "callbackd")
}

// makeFolder makes the folder of this run.
func makeFolder(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "callbackd-demo-")
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// show starts the world, tells the story in it, and ends it again.
func show(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	if _, err := private.Install(ctx, stdout); err != nil {
		return err
	}
	if o.dir, err = makeFolder(o.dir); err != nil {
		return err
	}
	log := newTimeline(stdout)
	// Also of a run that failed: there are the logs that say why.
	defer func() {
		log.print("\n")
		log.text(fmt.Sprintf("Everything of this run stays in %s, its recording too. When you need it no more:\nrm -r %[1]s", o.dir))
	}()
	log.title("The story of a call that nobody took, and of the callback")
	c := lab.Config{
		Dir:    o.dir,
		Agents: []string{alice},
		Callbackd: func(file string) *exec.Cmd {
			// Not bound to ctx: the lab ends it, in order.
			return exec.CommandContext(context.WithoutCancel(ctx), o.callbackd, "serve", "--config", file)
		},
	}
	if o.verbose {
		c.Log = stderr
	}
	if o.keep {
		addGuest(&c)
	}
	l, err := lab.Start(ctx, c)
	if err != nil {
		return err
	}
	defer func() {
		if closing := l.Close(); closing != nil {
			err = errors.Join(err, closing)
			if ctx.Err() != nil { // else whoever gets err tells of it
				fmt.Fprintf(stdout, "\n%v\n", closing)
			}
		}
	}()
	log.now("Asterisk %s runs: SIP on %s, ARI on %s", l.Asterisk.Version, l.Asterisk.SIP, l.Asterisk.URL)
	log.now("alice's phone is registered; she is the agent of the queue support")
	if err := l.StartCallbackd(ctx); err != nil {
		return err
	}
	log.now("callbackd is ready: %s serve --config %s", o.callbackd, l.ConfigFile)

	if err := newStory(l, log, o.callbackd).tell(ctx); err != nil {
		return err
	}
	if o.keep {
		return keep(ctx, l, log, o.callbackd)
	}
	return nil
}
