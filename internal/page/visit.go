package page

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"callbackd/internal/httpapi"
)

// visit is one request of a person who has signed in, on its way to a page.
type visit struct {
	*Page
	w      http.ResponseWriter
	r      *http.Request
	person httpapi.Person
	now    time.Time
	// account is the one that the person looks at, "" for all that there are for them.
	account string
	// about is the account of the one thing that the page is about, "" if it is about several.
	about string
	// reads is where the page that answers a form can be read again.
	reads string

	// What is read when it is first wanted.
	self    *httpapi.Self
	zonesOf map[string]*time.Location     // by account
	callers map[string]httpapi.TargetList // by account
}

func newVisit(p *Page, w http.ResponseWriter, r *http.Request, person httpapi.Person) *visit {
	account := person.Account
	if account == "" {
		account = r.URL.Query().Get("account")
	}
	return &visit{Page: p, w: w, r: r, person: person, now: time.Now(), account: account}
}

// ctx is the context with which the API is asked as the person.
func (v *visit) ctx() context.Context { return httpapi.As(v.r.Context(), v.person) }

// may reports whether the person may do an operation of the API.
func (v *visit) may(operation string) bool { return httpapi.May(v.person, operation) }

// who is what the API says of the person and the accounts that there are for them.
func (v *visit) who() (httpapi.Self, error) {
	if v.self == nil {
		self, err := v.client.Self(v.ctx())
		if err != nil {
			return httpapi.Self{}, err
		}
		v.self = &self
	}
	return *v.self, nil
}

// severalAccounts reports whether what is shown may be of more than one account.
func (v *visit) severalAccounts() bool {
	self, err := v.who()
	return err == nil && len(self.Accounts) > 1
}

// checkAccount answers errNoAccount where the person looks at an account that there isn't
// for them.
func (v *visit) checkAccount() error {
	if v.account == "" {
		return nil
	}
	self, err := v.who()
	if err != nil {
		return err
	}
	for _, a := range self.Accounts {
		if a.Name == v.account {
			return nil
		}
	}
	v.account = v.person.Account // the page that says so is about all
	return errNoAccount
}

// zone is the zone in which times of an account are written; "" is for what is of several
// accounts, and of nobody's: that of all of them if they share one, else UTC.
func (v *visit) zone(account string) *time.Location {
	zones := v.zones()
	if account != "" {
		return cmp.Or(zones[account], time.UTC)
	}
	if v.zonesDiffer() {
		return time.UTC
	}
	for _, zone := range zones {
		return zone
	}
	return time.UTC
}

// zones are those of the accounts, as far as they are known.
func (v *visit) zones() map[string]*time.Location {
	if v.zonesOf != nil {
		return v.zonesOf
	}
	self, err := v.who()
	if err != nil {
		return nil // the page can't be made without knowing that either
	}
	v.zonesOf = map[string]*time.Location{}
	for _, a := range self.Accounts {
		if zone, err := time.LoadLocation(a.Timezone); err == nil && a.Timezone != "" {
			v.zonesOf[a.Name] = zone
		}
	}
	return v.zonesOf
}

func (v *visit) zonesDiffer() bool {
	names := map[string]bool{}
	for _, zone := range v.zones() {
		names[zone.String()] = true
	}
	return len(names) > 1
}

// pageZone is the zone in which the page's times are, unless they name another.
func (v *visit) pageZone() *time.Location { return v.zone(cmp.Or(v.about, v.account)) }

// at is a moment of an account, to be shown in its zone.
func (v *visit) at(account string, t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	zone := v.zone(account)
	strange := zone.String() != v.pageZone().String() || account == "" && v.zonesDiffer()
	return moment{Time: t.In(zone), now: v.now, strange: strange}
}

// here is a path of the pages, for the account that the person looks at.
func (v *visit) here(path string, query url.Values) string {
	if v.person.Account == "" && v.account != "" {
		if query == nil {
			query = url.Values{}
		}
		query.Set("account", v.account)
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// of is a path of the pages, for one account.
func (v *visit) of(account, path string, query url.Values) string {
	if v.person.Account != "" || account == "" {
		return v.here(path, query)
	}
	to := clone(query)
	to.Set("account", account)
	return path + "?" + to.Encode()
}

// sees sends the browser on to another page, after something was done. said is the key of
// what the page tells of it (see said.go).
func (v *visit) sees(path, said string) error {
	http.Redirect(v.w, v.r, v.here(path, url.Values{"said": {said}}), http.StatusSeeOther)
	return nil
}
