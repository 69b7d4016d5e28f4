package config

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Config is the operator's file, callbackd.yaml, read, checked and with every
// default resolved.
type Config struct {
	File            string         // callbackd.yaml itself
	Database        string         // SQLite file
	Rules           string         // a folder with one file per account, or one file
	Sounds          string         // folder of the sound library
	Speech          []string       // the program that speaks texts, and its arguments; nil: the sound library's own choice
	Languages       string         // folder with languages of the customers' form; "": those that are shipped
	Listen          string         // host:port of API, admin page and metrics; port 0 takes a free one
	Asterisk        map[string]PBX // by name, at least one
	LinesPerAccount int            // the most that an account's `lines` may be
	LogLevel        LogLevel
	LogFormat       LogFormat
	Warnings        Problems // what check and serve should say, though the file is in order
}

// LogLevel is the least that is logged, in zerolog's words.
type LogLevel string

// The log levels.
const (
	LogTrace LogLevel = "trace"
	LogDebug LogLevel = "debug"
	LogInfo  LogLevel = "info"
	LogWarn  LogLevel = "warn"
	LogError LogLevel = "error"
)

// LogFormat is how log lines are written.
type LogFormat string

// The log formats.
const (
	LogJSON    LogFormat = "json"
	LogConsole LogFormat = "console" // for people
)

// Load reads the operator's file. Its paths count from the file's folder; the
// paths in Config are good from the current directory. The error is a Problems
// with everything that is wrong in the file, except where there is no file.
func Load(path string) (*Config, error) {
	if _, err := stat(path); err != nil {
		return nil, fmt.Errorf("read the configuration: %w; name it with --config", err)
	}
	src, root := readSource(path)
	c := &Config{File: path}
	if root != nil {
		d := &decoder{source: src, expand: expandEnvironment}
		c.read(d, d.object(root))
	}
	var err error
	if c.Warnings, err = src.problems.split(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Config) read(d *decoder, o *object) {
	c.Database = c.path(d, o.get("database"), "callbackd.db")
	c.Rules = c.path(d, o.get("rules"), "rules")
	c.Sounds = c.path(d, o.get("sounds"), "sounds")
	c.refuseComma(d, o, "database", c.Database)
	c.refuseComma(d, o, "sounds", c.Sounds)
	c.Speech = c.readSpeech(d, o.get("speech"))
	if languages := o.get("languages"); languages != nil {
		c.Languages = c.path(d, languages, "languages")
	}
	c.Listen = d.address(o.get("listen"), "127.0.0.1:8080")
	c.Asterisk = c.readAsterisk(d, o.require("asterisk", "name each Asterisk with its url, username and password"))

	limits := d.object(o.get("limits"))
	c.LinesPerAccount = d.integer(limits.get("lines_per_account"), 1, 10000, 15, "")
	limits.close()

	if keep := o.get("keep_history"); keep != nil {
		d.duration(keep, 24*time.Hour, 100*365*24*time.Hour, 0)
		d.warnf(keep, "missed calls, tasks and attempts aren't deleted yet: keep_history has no effect")
	}
	log := d.object(o.get("log"))
	c.LogLevel = oneOf(d, log.get("level"), LogInfo, LogTrace, LogDebug, LogInfo, LogWarn, LogError)
	c.LogFormat = oneOf(d, log.get("format"), LogJSON, LogJSON, LogConsole)
	log.close()
	o.close()
}

// path reads a path that counts from the folder of callbackd.yaml.
func (c *Config) path(d *decoder, n *node, otherwise string) string {
	path := d.text(n)
	if path == "" {
		path = otherwise
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(filepath.Dir(c.File), path)
}

// refuseComma notes a comma in the path of key, below which Asterisk finds
// sounds: ARI takes what comes after it for another sound.
func (c *Config) refuseComma(d *decoder, o *object, key, path string) {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	if !strings.Contains(path, ",") {
		return
	}
	at := o.get(key)
	if at == nil { // its default, in a folder with a comma
		at = o.node
	}
	d.errorf(at, "%s: %s has a comma, at which Asterisk would end the name of a sound", key, path).Hint =
		"use a folder without; sounds lie in `sounds` and beside `database`"
}

// address reads the host and port to listen on.
func (d *decoder) address(n *node, otherwise string) string {
	text := d.text(n)
	if text == "" {
		return otherwise
	}
	host, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		d.errorf(n, "%q isn't HOST:PORT", text).Hint = "write 127.0.0.1:8080, or :8080 for every address of this host"
		return otherwise
	}
	if !isLoopback(host) {
		d.warnf(n, "tokens and customers' numbers go over the network unencrypted").Hint =
			"listen on 127.0.0.1, behind a proxy that speaks https, or on a network that nobody else sees"
	}
	return text
}
