package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// formView is the form as its template shows it.
type formView struct {
	Action  string
	Written written
	Topics  []choice
	Example string // of a number
	// Books: customers may choose a slot.
	Books    bool
	Days     []slotDay
	Zone     string // in which slots are
	Digits   string // of the number by which customers are known, "" if none is asked for
	Trouble  string // with the form as a whole
	Troubles fieldTroubles
}

// Wrong is what is wrong with a field, "" if nothing is.
func (f formView) Wrong(field string) string { return f.Troubles[field] }

// slotDay has the slots of one day.
type slotDay struct {
	Name  string
	Open  bool // it is shown at first
	Slots []slotChoice
}

type slotChoice struct {
	Value, Clock string
	Chosen       bool
}

func (c *customer) showForm(status int, w written, trouble string, wrong fieldTroubles) error {
	if !formKey.MatchString(w.Key) {
		w.Key = newFormKey()
	}
	account := c.r.PathValue("account")
	view := formView{
		Action: c.here("/request/" + account), Written: w, Example: example(c.form.Country), Trouble: trouble, Troubles: wrong,
		Books: c.form.Appointments != nil, Digits: c.digits(), Zone: c.zoneName(),
	}
	for i, topic := range c.form.Topics {
		value := strconv.Itoa(i)
		view.Topics = append(view.Topics, choice{Value: value, Label: topic.Name, Chosen: value == w.Topic})
	}
	if view.Books {
		list, err := c.client.Slots(c.ctx(account), account, c.form.Appointments.Name, apiclient.Span{Limit: mostSlots})
		if err != nil {
			return err
		}
		view.Days = c.daysIn(list, w.When, c.zone())
	}
	return c.send(status, "request", c.form.Title, view)
}

// mostSlots is how many slots are read, the soonest, of which those are shown that are free.
const mostSlots = 500

// daysIn are the free slots of a list by the day on which they are. The first is shown, and
// that with the one that is chosen.
func (c *customer) daysIn(list httpapi.SlotList, chosen string, zone *time.Location) (days []slotDay) {
	for _, slot := range list.Slots {
		if slot.Free == 0 {
			continue
		}
		start := slot.Start.In(zone)
		name := c.speech.day(start)
		if len(days) == 0 || days[len(days)-1].Name != name {
			days = append(days, slotDay{Name: name, Open: len(days) == 0})
		}
		day := &days[len(days)-1]
		this := slotChoice{Value: slot.Start.UTC().Format(time.RFC3339), Clock: start.Format("15:04")}
		if this.Chosen = this.Value == chosen; this.Chosen {
			day.Open = true
		}
		day.Slots = append(day.Slots, this)
	}
	return days
}

// zone is the clock by which customers read times: that of the appointments, or of the
// account.
func (c *customer) zone() *time.Location {
	name := c.form.Timezone
	if book := c.form.Appointments; book != nil {
		name = book.Timezone
	}
	return zoneCalled(name)
}

func zoneCalled(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return time.UTC
	}
	return zone
}

func (c *customer) zoneName() string { return nameOfZone(c.zone(), c.now) }

// nameOfZone names a zone by its place, and as it is called there now.
func nameOfZone(zone *time.Location, now time.Time) string {
	place := strings.ReplaceAll(zone.String(), "_", " ")
	if short, _ := now.In(zone).Zone(); short != place && !strings.ContainsAny(short, "+-") {
		return place + " (" + short + ")"
	}
	return place
}

// example is a telephone number as people of a country write theirs.
func example(country string) string {
	number := phonenumbers.GetExampleNumberForType(country, phonenumbers.MOBILE)
	if number == nil {
		number = phonenumbers.GetExampleNumber(country)
	}
	if number == nil {
		return "+46 70 123 45 67"
	}
	return phonenumbers.Format(number, phonenumbers.NATIONAL)
}
