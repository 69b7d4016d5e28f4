package page

import (
	"slices"
	"time"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// openBook is what a calendar is made of.
type openBook struct {
	name  string
	book  *httpapi.AppointmentBook // nil: it isn't in the file any more
	all   []httpapi.AppointmentBook
	zone  *time.Location
	week  week
	slots []httpapi.Slot
	tasks []httpapi.Task
}

// openBook reads the week of the book that the address names: the first there is if none.
func (v *visit) openBook() (b openBook, err error) {
	books, err := v.client.Books(v.ctx(), v.account)
	if err != nil {
		return b, err
	}
	b = openBook{name: v.r.PathValue("book"), all: books.Schedules, zone: v.zone(v.account)}
	if b.name == "" && len(b.all) > 0 {
		b.name = b.all[0].Name
	}
	if b.week, err = parseWeek(v.r.URL.Query().Get("week"), v.now.In(b.zone)); err != nil || b.name == "" {
		return b, err
	}
	from, to := b.week.within(b.zone)
	if i := slices.IndexFunc(b.all, func(book httpapi.AppointmentBook) bool { return book.Name == b.name }); i >= 0 {
		b.book = &b.all[i]
		if b.slots, err = v.slots(b.name, from, to); err != nil {
			return b, err
		}
	}
	b.tasks, err = v.booked(b.name, from, to)
	return b, err
}

// pageOfSlots is how much of a calendar is asked for at once.
const pageOfSlots = 1000

// slots reads all slots of a time, page by page.
func (v *visit) slots(book string, from, to time.Time) (all []httpapi.Slot, err error) {
	for {
		list, err := v.client.Calendar(v.ctx(), v.account, book, apiclient.Span{From: from, To: to, Limit: pageOfSlots})
		if err != nil {
			return nil, err
		}
		all = append(all, list.Slots...)
		if !list.More {
			return all, nil
		}
		from = all[len(all)-1].Start.Add(time.Second) // slots are minutes apart
	}
}

// booked reads what is booked in a time, page by page. At one time there may be many.
func (v *visit) booked(book string, from, to time.Time) (all []httpapi.Task, err error) {
	seen := map[int64]bool{}
	for {
		list, err := v.client.Appointments(v.ctx(), v.account, book, apiclient.Span{From: from, To: to, Limit: pageOfSlots})
		if err != nil {
			return nil, err
		}
		before := len(all)
		for _, t := range list.Appointments {
			if !seen[t.ID] {
				seen[t.ID] = true
				all = append(all, t)
			}
		}
		if !list.More || len(all) == before {
			return all, nil
		}
		from = all[len(all)-1].At
	}
}

// bookedBefore are the appointments of the last months whose day is over and that are still
// open.
func (v *visit) bookedBefore(b openBook) (list []bookedView, err error) {
	from, _ := b.week.within(b.zone)
	tasks, err := v.booked(b.name, from.AddDate(0, -3, 0), from)
	for _, t := range tasks {
		list = append(list, v.bookedView(b, t))
	}
	return list, err
}
