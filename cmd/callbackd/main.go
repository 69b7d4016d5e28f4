package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	os.Exit(Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Main runs the program with args, the command line without the program's name,
// and answers its exit status.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	// What fails before a verb has begun is a mistake in the command line.
	begun := false
	root.PersistentPreRun = func(*cobra.Command, []string) { begun = true }
	verb, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitOK
	case begun:
		_, _ = fmt.Fprintf(stderr, "callbackd: %s\n", plainLines(err.Error()))
		return exitError
	default:
		_, _ = fmt.Fprintf(stderr, "callbackd: %s; see %s --help\n", plainLines(err.Error()), verb.CommandPath())
		return exitUsage
	}
}
