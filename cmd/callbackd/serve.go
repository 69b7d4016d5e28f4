package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"callbackd/internal/app"
)

func newServeCommand(g *globals) *cobra.Command {
	var showNumbers bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the daemon",
		Long: "Run the daemon: watch Asterisk for calls that reached nobody, and call the customers back.\n\n" +
			"SIGTERM or Ctrl-C stops it: nothing new begins, a customer's phone that rings is waited for,\n" +
			"and conversations go on without callbackd until the next start adopts them. A second one\n" +
			"stops at once.\n\n" +
			"Rules files are read as soon as they are saved. SIGHUP has them read at once, and has said again\n" +
			"what is wrong with them; callbackd.yaml is read at the start only.",
		Example: "  callbackd serve --config /etc/callbackd/callbackd.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, restore := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer restore()
			// The second signal finds Go's default, which ends the program.
			defer context.AfterFunc(ctx, restore)()
			return app.Serve(ctx, app.Options{
				ConfigFile: g.config, Version: programVersion(), ShowNumbers: showNumbers, Log: cmd.ErrOrStderr(),
			})
		},
	}
	cmd.Flags().BoolVar(&showNumbers, "show-numbers", false, "log customers' numbers whole instead of masked")
	return cmd
}
