package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// PBX is one Asterisk and how to reach its REST interface (ARI).
type PBX struct {
	Name        string
	URL         string // of Asterisk's HTTP server, without /ari and without a slash at the end
	Username    string
	Password    string `json:"-"`
	Application string // the Stasis application; names in Asterisk begin with it
}

func (c *Config) readAsterisk(d *decoder, n *node) map[string]PBX {
	if n == nil {
		return nil
	}
	pbxes := map[string]PBX{}
	byURL := map[string]string{}
	for _, e := range d.entries(n, "a PBX") {
		pbx := c.readPBX(d, e.key.text, e.value)
		if first, twice := byURL[pbx.URL]; twice && pbx.URL != "" {
			// Asterisk gives an application's events to the newest connection alone.
			d.errorf(e.key, "%s and %s are the same Asterisk", first, pbx.Name).Hint = "remove one"
		}
		byURL[pbx.URL] = pbx.Name
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
			pbx.Password = d.passwordFile(file, c.path(d, file, path))
		}
	case password != nil:
		pbx.Password = d.text(password)
	case o.node.kind == mapping:
		d.errorf(o.node, "key password is missing").Hint = "write password: ${NAME} to take it from the environment, or password_file: PATH"
	}
	if catchUp := o.get("catch_up"); catchUp != nil {
		logs := d.object(catchUp)
		d.text(logs.get("queue_log"))
		d.text(logs.get("cdr"))
		logs.close()
		d.warnf(catchUp, "what was missed while callbackd was away isn't looked up in Asterisk's logs yet: catch_up has no effect")
	}
	if application := o.get("application"); application != nil && d.validName(application, "an application") {
		pbx.Application = d.text(application)
	}
	o.close()
	return pbx
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

// parseAsteriskURL never repeats text in an error: a password may be in it.
func parseAsteriskURL(text string) (*url.URL, error) {
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
		return nil, errors.New("the address holds a user: username and password have keys of their own")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the address holds more than host, port and path")
	case strings.HasSuffix(u.Path, "/ari"):
		return nil, errors.New("the address ends in /ari, which callbackd adds itself")
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
