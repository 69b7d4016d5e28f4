package config

import "fmt"

// Reach is what a client of the running daemon needs of callbackd.yaml.
type Reach struct {
	Listen   string // as in Config
	Database string // as in Config; the admin's token lies beside it
}

// LoadReach reads it and nothing else: whoever runs a verb has neither the
// daemon's environment, in which ARI's password is, nor the right to read its
// password files. What else may be wrong in the file is for Load to say.
func LoadReach(path string) (Reach, error) {
	if _, err := stat(path); err != nil {
		return Reach{}, fmt.Errorf("read the configuration: %w; name it with --config", err)
	}
	src, root := readSource(path)
	c := &Config{File: path}
	if root != nil {
		d := &decoder{source: src, expand: expandEnvironment}
		o := d.object(root)
		c.Database = c.path(d, o.get("database"), "callbackd.db")
		c.Listen = d.address(o.get("listen"), "127.0.0.1:8080")
	}
	if _, err := src.problems.split(); err != nil {
		return Reach{}, err
	}
	return Reach{Listen: c.Listen, Database: c.Database}, nil
}
