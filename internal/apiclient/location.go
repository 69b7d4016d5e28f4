package apiclient

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"

	"callbackd/internal/config"
	"callbackd/internal/httpapi"
)

// location is where a daemon listens and where it keeps the admin's token.
type location struct {
	address   string // host:port
	tokenFile string
}

// locate reads the location from configFile, a callbackd.yaml.
func locate(configFile string) (location, error) {
	reach, err := config.LoadReach(configFile)
	if err != nil {
		return location{}, err
	}
	address, err := dialable(reach.Listen)
	if err != nil {
		return location{}, fmt.Errorf("%s: %w", configFile, err)
	}
	return location{address: address, tokenFile: httpapi.TokenFile(reach.Database)}, nil
}

// dialable is where to reach a daemon that listens on listen: an address that
// stands for all of this host's is reached over loopback.
func dialable(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("listen: %q isn't HOST:PORT", listen)
	}
	if port == "" || port == "0" {
		return "", fmt.Errorf("listen: %q leaves the port to chance, so callbackd can't be found; write a fixed one", listen)
	}
	switch ip := net.ParseIP(host); {
	case host == "", ip != nil && ip.IsUnspecified() && ip.To4() != nil:
		host = "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		host = "::1"
	}
	return net.JoinHostPort(host, port), nil
}

// readToken reads the admin's token.
func readToken(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", noToken(file, err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", fmt.Errorf("the admin's token %s is empty: callbackd writes it when it starts; start it again", file)
	}
	return token, nil
}

// noToken says what to do about a token that can't be read.
func noToken(file string, err error) error {
	hint := ""
	switch {
	case errors.Is(err, fs.ErrPermission):
		hint = ": run this as the user that runs callbackd, or as root"
	case errors.Is(err, fs.ErrNotExist):
		hint = ": callbackd writes it when it starts; start it with `callbackd serve`, or name its configuration with --config"
	}
	return fmt.Errorf("read the admin's token %s: %w%s", file, config.Reason(err), hint)
}
