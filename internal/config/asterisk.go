package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// PBX is one Asterisk and how to reach its REST interface (ARI).
type PBX struct {
	Name     string
	URL      string // of Asterisk's HTTP server, without /ari and without a slash at the end
	Username string
	Password string `json:"-"`
	// PasswordFile is where Password was read from; "" if it is written in callbackd.yaml.
	PasswordFile string `json:",omitempty"`
	Application  string // the Stasis application; names in Asterisk begin with it
	// SoundsURL is the address at which this Asterisk reaches callbackd and gets the
	// sounds that it plays, without a slash at the end; "" if it reads them from the
	// disk.
	SoundsURL string `json:",omitempty"`
	CatchUp   CatchUp
}

// CatchUp names the logs in which calls are found that nobody watched. The zero
// CatchUp is none.
type CatchUp struct {
	CDR      string // Master.csv of cdr_csv
	QueueLog string // "" where there is none
}

// paths are those of the logs.
func (c CatchUp) paths() (list []string) {
	for _, path := range []string{c.CDR, c.QueueLog} {
		if path != "" && !slices.Contains(list, path) {
			list = append(list, path)
		}
	}
	return list
}

func (c *Config) readAsterisk(d *decoder, n *node) map[string]PBX {
	if n == nil {
		return nil
	}
	pbxes := map[string]PBX{}
	byURL, byLog := map[string]string{}, map[string]string{}
	for _, e := range d.entries(n, "a PBX") {
		pbx := c.readPBX(d, e.key.text, e.value)
		if first, twice := byURL[pbx.URL]; twice && pbx.URL != "" {
			// Asterisk gives an application's events to the newest connection alone.
			d.errorf(e.key, "%s and %s are the same Asterisk", first, pbx.Name).Hint = "remove one"
		}
		byURL[pbx.URL] = pbx.Name
		for _, log := range pbx.CatchUp.paths() {
			if first, twice := byLog[log]; twice {
				d.errorf(e.key, "%s and %s have the same log %s", first, pbx.Name, log).Hint = "each Asterisk has logs of its own: name them"
			}
			byLog[log] = pbx.Name
		}
		pbxes[pbx.Name] = pbx
	}
	if n.isNull() || n.kind == mapping && len(n.entries) == 0 {
		d.errorf(n, "no Asterisk is named").Hint = "name each with its url, username and password"
	}
	return pbxes
}

func (c *Config) readPBX(d *decoder, name string, n *node) PBX {
	o := d.object(n)
	pbx := PBX{Name: name, Application: "callbackd"}
	pbx.URL = d.asteriskURL(o.require("url", "write url: http://127.0.0.1:8088"))
	pbx.Username = d.text(o.require("username", "the user of ari.conf"))
	password, file := o.get("password"), o.get("password_file")
	switch {
	case password != nil && file != nil:
		d.errorf(file, "both password and password_file are given").Hint = "remove one"
	case file != nil:
		if path := d.text(file); path != "" {
			pbx.PasswordFile = c.path(d, file, path)
			pbx.Password = d.passwordFile(file, pbx.PasswordFile)
		}
	case password != nil:
		pbx.Password = d.text(password)
	case o.node.kind == mapping:
		d.errorf(o.node, "key password is missing").Hint = "write password: ${NAME} to take it from the environment, or password_file: PATH"
	}
	if catchUp := o.get("catch_up"); catchUp != nil {
		pbx.CatchUp = optional(catchUp, func(n *node) CatchUp { return c.readCatchUp(d, n) }).value
	} else if o.node.kind == mapping {
		d.warnf(o.node, "%s has no catch_up: calls missed while callbackd is away are lost", name).Hint =
			"name Asterisk's logs: catch_up: {queue_log: PATH, cdr: PATH}, or write catch_up: none"
	}
	if application := o.get("application"); application != nil && d.validName(application, "an application") {
		pbx.Application = d.text(application)
	}
	pbx.SoundsURL = d.soundsURL(o.get("sounds_url"))
	o.close()
	return pbx
}

// readCatchUp reads where the logs are. Whether they can be read is seen when they
// are: one that isn't there yet is no mistake.
func (c *Config) readCatchUp(d *decoder, n *node) (logs CatchUp) {
	o := d.object(n)
	defer o.close()
	queueLog := o.get("queue_log")
	cdr := o.require("cdr", "write cdr: /var/log/asterisk/cdr-csv/Master.csv, which says of each call how it went")
	if cdr == nil {
		return CatchUp{}
	}
	logs.CDR = c.logPath(d, cdr)
	if queueLog == nil {
		d.warnf(n, "without queue_log it can't be told from a CDR alone whether an agent of a queue talked to the customer").Hint =
			"write queue_log: /var/log/asterisk/queue_log, or none if there are no queues"
		return logs
	}
	logs.QueueLog = optional(queueLog, func(n *node) string { return c.logPath(d, n) }).value
	if logs.QueueLog == logs.CDR && logs.CDR != "" {
		d.errorf(queueLog, "queue_log and cdr are the same file").Hint = "they are two: queue_log and cdr-csv/Master.csv"
	}
	return logs
}

// logPath reads the path of one of Asterisk's logs; "" if it can't be one.
func (c *Config) logPath(d *decoder, n *node) string {
	text := d.text(n)
	if text == "" {
		return ""
	}
	switch path := c.path(d, n, ""); {
	case text == none: // queue_log may be that
		d.errorf(n, "without a CDR nothing is found afterwards").Hint = "write catch_up: none to do without"
	case strings.HasSuffix(text, "/"), slices.Contains([]string{".", ".."}, filepath.Base(text)):
		d.errorf(n, "%s is a folder", path).Hint = "name the file in it: queue_log, cdr-csv/Master.csv"
	case path == c.Database:
		d.errorf(n, "%s is callbackd's own database", path).Hint = "name Asterisk's log: /var/log/asterisk/queue_log, /var/log/asterisk/cdr-csv/Master.csv"
	default:
		return path
	}
	return ""
}

// passwordFile reads a password from a file of its own, without the newline
// that editors put at the end.
func (d *decoder) passwordFile(at *node, path string) string {
	raw, err := readFile(path)
	if err != nil {
		d.errorf(at, "%s: %s", path, err)
		return ""
	}
	password := strings.TrimRight(string(raw), "\r\n")
	if password == "" {
		d.errorf(at, "%s is empty", path)
	}
	return password
}

// asteriskURL reads the address of Asterisk's HTTP server.
func (d *decoder) asteriskURL(n *node) string {
	text := d.text(n)
	if text == "" {
		return ""
	}
	u, err := parseAsteriskURL(text)
	if err != nil {
		d.errorf(n, "%s", err).Hint = "write it as http://127.0.0.1:8088"
		return ""
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		d.warnf(n, "the password and every customer's number go to %s unencrypted", u.Host).Hint = "use https, or a network that nobody else sees"
	}
	return u.String()
}

// soundsURL reads the address at which an Asterisk reaches callbackd.
func (d *decoder) soundsURL(n *node) string {
	text := d.text(n)
	if text == "" {
		return ""
	}
	u, err := parseURL(text)
	if err == nil && strings.Contains(u.String(), ",") {
		err = errors.New("the address has a comma, at which Asterisk would end it")
	}
	if err != nil {
		d.errorf(n, "%s", err).Hint = "write where this Asterisk reaches callbackd: http://10.0.0.5:8080"
		return ""
	}
	return u.String()
}

func parseAsteriskURL(text string) (*url.URL, error) {
	u, err := parseURL(text)
	switch {
	case errors.Is(err, errUser):
		return nil, fmt.Errorf("%w: username and password have keys of their own", err)
	case err == nil && strings.HasSuffix(u.Path, "/ari"):
		return nil, errors.New("the address ends in /ari, which callbackd adds itself")
	}
	return u, err
}

var errUser = errors.New("the address holds a user")

// parseURL reads the address of a server. It never repeats text in an error: a
// password may be in it.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil {
		return nil, errors.New("the address can't be parsed")
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the address begins neither with http:// nor with https://")
	case u.Hostname() == "":
		return nil, errors.New("the address has no host")
	case u.User != nil:
		return nil, errUser
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the address holds more than host, port and path")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, fmt.Errorf("there is no port %s", port)
		}
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
