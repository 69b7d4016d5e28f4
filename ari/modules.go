package ari

import (
	"context"
	"net/http"
)

// Module is a part of Asterisk that can be loaded, such as app_queue.so.
type Module struct {
	Name         string `json:"name"`
	Description  string `json:"description"`
	UseCount     int    `json:"use_count"`
	Status       string `json:"status"` // Running, Not Running, …
	SupportLevel string `json:"support_level"`
}

// Modules lists the modules that Asterisk has loaded. One that declined to load, for want
// of its configuration file for example, isn't among them.
func (c *Client) Modules(ctx context.Context) ([]Module, error) {
	var modules []Module
	err := c.do(ctx, &request{
		op: "list modules", method: http.MethodGet, segments: []string{"asterisk", "modules"}, reply: &modules,
	})
	if err != nil {
		return nil, err // half a list would look like a whole one
	}
	return modules, nil
}
