package page

import (
	"time"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

// frame is what stands around the content of each page.
type frame struct {
	Title string
	// Bare is for those who haven't signed in: there is no navigation, nothing live.
	Bare       bool
	Person     httpapi.Person
	Navigation []entry
	// Accounts to choose from; none if there is nothing to choose.
	Accounts []choice
	Account  string // the one that was chosen, "" if none was
	Zone     string // in which times are, "Europe/Stockholm (CET)"
	ZoneName string // the same for programs
	Now      string // by the server's clock
	Reads    string // where the page can be read again, "" if it is its own address
	Banners  []banner
	Said     string // of what was just done
	Events   string // the address of the stream of changes

	here func(path string) string
}

// entry is one page in the navigation.
type entry struct {
	Label, Path string
	Current     bool
}

// readFrame reads what the layout shows.
func (v *visit) readFrame(title string) (frame, error) {
	self, err := v.who()
	if err != nil {
		return frame{}, err
	}
	zone := v.pageZone()
	abbreviation, _ := v.now.In(zone).Zone()
	f := frame{
		Title: title, Person: v.person,
		Navigation: v.navigation(), Said: said[v.r.URL.Query().Get("said")],
		here:  func(path string) string { return v.here(path, nil) },
		Reads: v.reads, ZoneName: zone.String(), Now: v.now.UTC().Format(time.RFC3339Nano), Zone: zone.String() + " (" + abbreviation + ")", Events: v.here("/events", nil),
	}
	if zone.String() == abbreviation {
		f.Zone = abbreviation
	}
	if v.person.Account == "" {
		f.Account = v.account
	}
	if len(self.Accounts) > 1 {
		f.Accounts = []choice{{Label: "All accounts", Chosen: v.account == ""}}
		for _, a := range self.Accounts {
			f.Accounts = append(f.Accounts, choice{Value: a.Name, Label: a.Name, Chosen: v.account == a.Name})
		}
	}
	f.Banners, err = v.banners(self)
	return f, err
}

func (v *visit) navigation() (entries []entry) {
	for _, r := range v.routes {
		if r.label == "" || r.operation != "" && !v.may(r.operation) {
			continue
		}
		path := r.address()
		entries = append(entries, entry{Label: r.label, Path: v.here(path, nil), Current: isAt(v.r.URL.Path, path)})
	}
	return entries
}

// banner is something that everybody has to know, whatever page they look at.
type banner struct {
	Grave bool
	Title string
	Words string
	Since moment
}

// banners say why nothing, or not everything, is called back right now.
func (v *visit) banners(self httpapi.Self) (list []banner, err error) {
	if !v.may("show-state") {
		return nil, nil
	}
	state, err := v.client.State(v.ctx())
	if err != nil {
		return nil, err
	}
	if s := state.Stopped; s != nil {
		list = append(list, banner{
			Grave: true, Title: "callbackd is stopped", Words: "nothing is dialled in any account, and nothing is cancelled; stopped by " + s.By, Since: v.at("", s.Since),
		})
	}
	for _, f := range state.Frozen {
		if v.account == "" || v.account == f.Account {
			list = append(list, banner{Grave: true, Title: f.Account + " is frozen", Words: "nothing is dialled in it; frozen by " + f.By, Since: v.at(f.Account, f.Since)})
		}
	}
	for _, pbx := range state.PBXs {
		if !pbx.Ready {
			list = append(list, banner{Grave: true, Title: pbx.Name + " isn't ready", Words: "its calls aren't seen and none can be made: " + pbx.Reason})
		}
	}
	for _, a := range self.Accounts {
		if a.Mode == callback.ModeShadow && (v.account == "" || v.account == a.Name) {
			list = append(list, banner{Title: a.Name + " is in shadow", Words: "everything is decided and recorded, nothing is dialled"})
		}
	}
	return list, nil
}
