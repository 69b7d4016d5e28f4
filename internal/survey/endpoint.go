package survey

import (
	"context"
	"errors"
	"strings"

	"callbackd/ari"
)

// place is where a dial string leads.
type place struct {
	technology string
	endpoint   string // of PJSIP and others
	context    string // of Local
	exten      string
}

// placeOf takes a dial string apart: TECHNOLOGY/NAME, PJSIP/NUMBER@NAME,
// PJSIP/NAME/sip:…, Local/EXTEN@CONTEXT/n, DAHDI/g1/NUMBER.
func placeOf(dial string) place {
	technology, resource, _ := strings.Cut(dial, "/")
	first, _, several := strings.Cut(resource, "/")
	before, after, at := strings.Cut(first, "@")
	switch {
	case technology == "Local":
		return place{technology: technology, exten: before, context: after}
	case technology == "PJSIP" && at && !several:
		return place{technology: technology, endpoint: after}
	}
	return place{technology: technology, endpoint: first}
}

func (p place) String() string {
	if p.technology == "Local" {
		return "Local/" + p.exten + "@" + p.context
	}
	return p.technology + "/" + p.endpoint
}

// standing is what Asterisk says about an endpoint.
type standing struct {
	known   bool
	driver  string   // the channel driver that it needs and that doesn't run
	untold  bool     // Asterisk doesn't list all endpoints of the technology
	offline bool     // nobody can be reached there now
	allow   []string // audio formats; nil where that isn't told
}

// endpoint asks for an endpoint that isn't Local.
func (v *visit) endpoint(ctx context.Context, p place) (standing, error) {
	var s standing
	if driver := "chan_" + strings.ToLower(p.technology) + ".so"; !v.modules[driver] {
		s.driver = driver
		return s, nil
	}
	if p.technology == "PJSIP" && v.modules["func_pjsip_endpoint.so"] {
		// This first: it finds those in a database, too, which only then are listed.
		allow, known, err := v.read(ctx, "PJSIP_ENDPOINT("+p.endpoint+",allow)")
		if err != nil || !known {
			return s, err
		}
		s.known, s.allow = true, formatsIn(allow)
	}
	listed, err := v.client.Endpoint(ctx, p.technology, p.endpoint)
	switch {
	case err == nil:
		s.known, s.offline = true, listed.State == "offline"
	case !errors.Is(err, ari.ErrNotFound):
		return s, err
	case p.technology != "PJSIP":
		s.untold = true
	}
	return s, nil
}

// judge notes what Asterisk said of an endpoint that must exist. hint says what to do if
// it doesn't.
func (v *visit) judge(ref reference, p place, s standing, hint string) {
	switch {
	case s.known:
	case s.driver != "":
		v.missing(ref, "load it, or correct the technology", "doesn't run %s, which %s needs", s.driver, p)
	case s.untold:
		v.lacks(Note, ref, "look on its console", "can't be asked for %s: it doesn't list all endpoints of %s", p, p.technology)
	default:
		v.missing(ref, hint, "has no endpoint %s", p)
	}
}
