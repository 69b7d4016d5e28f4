package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker: -ldflags "-X main.version=1.2.3". A build
// without it knows its module's version, or the commit.
var version string

func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

// versionDetails are the version, and what it was built with and for.
func versionDetails() string {
	return fmt.Sprintf("%s (%s, %s)", programVersion(), runtime.Version(), platform())
}

func platform() string { return runtime.GOOS + "/" + runtime.GOARCH }

func newVersionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this program",
		Example: "  callbackd version --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return printJSON(cmd, map[string]string{"version": programVersion(), "go": runtime.Version(), "platform": platform()})
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "callbackd %s\n", versionDetails())
			return err
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}
