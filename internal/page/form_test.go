package page_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// site is the customers' pages of an account, as somebody sees them who never signs in.
type site struct {
	*world
	from     string // the address of the customer
	language string
}

var sales = callback.Target{Kind: callback.TargetQueue, Name: "sales"}

// newSite has a form in acme, with two topics and appointments of two an hour, and none
// in globex.
func newSite(t *testing.T, edits ...func(*callback.Account)) *site {
	t.Helper()
	w := newWorld(t)
	a := account(t, "acme", "Europe/Stockholm")
	a.Queues["sales"] = callback.Queue{Name: "sales"}
	a.Requests.Form = &callback.Form{
		Title: "We call you <b>back</b>", Language: "en", Appointments: "advice", Origins: []string{"https://www.example.com", "https://shop.example.com"},
		Topics: []callback.Topic{{Name: "My order", Queue: support}, {Name: "Offer & prices", Queue: sales}},
	}
	a.Requests.DialingIntervals = []time.Duration{0, 10 * time.Minute}
	book := a.Requests.Rule
	book.Name = callback.AppointmentsRule("advice")
	a.Appointments = map[string]*callback.AppointmentBook{"advice": {
		Rule: book, ID: "advice", Slot: 30 * time.Minute, PerSlot: 1, Office: callback.Office{Schedule: hours.Always(), Zone: a.Location},
		Ahead: 3 * 24 * time.Hour, AtLeast: time.Hour,
	}}
	for _, edit := range edits {
		edit(a)
	}
	w.rules.Replace(callback.NewRulebook(a, account(t, "globex", "America/New_York")))
	return &site{world: w, from: "192.0.2.7:40000"}
}

func (s *site) do(method, path string, fields url.Values, header ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(fields.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.RemoteAddr = s.from
	r.Header.Set("Accept-Language", s.language)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	s.handler.ServeHTTP(answer, r)
	assert.Empty(s.t, answer.Header().Values("Set-Cookie"), "there are no cookies in a page of another site")
	return answer
}

// read reads a page that is there.
func (s *site) read(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	answer := s.do(http.MethodGet, path, nil)
	require.Equal(s.t, http.StatusOK, answer.Code, answer.Body)
	return answer
}

// form is what a customer has before them: the hidden key, and the slots.
func (s *site) form() (fields url.Values, slots []string) {
	s.t.Helper()
	page := s.read("/request/acme").Body.String()
	for _, found := range regexp.MustCompile(`name="when" value="(2[^"]+)"`).FindAllStringSubmatch(page, -1) {
		slots = append(slots, html.UnescapeString(found[1]))
	}
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(page)
	require.NotNil(s.t, key)
	return url.Values{"key": {key[1]}, "topic": {"1"}, "number": {"070-123 45 67"}, "when": {"asap"}, "note": {""}}, slots
}

// sends sends the form, which is taken, and gives the address of what is promised.
func (s *site) sends(fields url.Values) string {
	s.t.Helper()
	answer := s.do(http.MethodPost, "/request/acme", fields)
	require.Equal(s.t, http.StatusSeeOther, answer.Code, plain(answer.Body.String()))
	return answer.Header().Get("Location")
}

// refused sends the form, which isn't taken, and gives what is said.
func (s *site) refused(fields url.Values, status int) string {
	s.t.Helper()
	answer := s.do(http.MethodPost, "/request/acme", fields)
	require.Equal(s.t, status, answer.Code, plain(answer.Body.String()))
	return plain(answer.Body.String())
}

func (s *site) tasks() (tasks []callback.Task) {
	s.t.Helper()
	require.NoError(s.t, s.db.View(s.t.Context(), func(tx callback.ReadTx) (err error) {
		tasks, err = tx.Tasks(callback.TaskFilter{Limit: 100})
		return err
	}))
	return tasks
}

// A customer asks to be called as soon as possible, looks at it and cancels.
func TestACustomerAsksToBeCalled(t *testing.T) {
	s := newSite(t)
	page := s.read("/request/acme")
	assert.Contains(t, page.Body.String(), "We call you &lt;b&gt;back&lt;/b&gt;")
	assert.Contains(t, plain(page.Body.String()), "For example 070-123 45 67.")
	assert.Contains(t, page.Header().Get("Content-Security-Policy"), "frame-ancestors https://www.example.com https://shop.example.com;")

	fields, _ := s.form()
	fields.Set("note", "about\r\nthe \u202Eoffer\x00")
	link := s.sends(fields)
	require.Regexp(t, `^/promise/[A-Za-z0-9_-]+\?lang=en$`, link)
	require.Len(t, s.tasks(), 1)
	task := s.tasks()[0]
	assert.Equal(t, callback.KindRequest, task.Kind)
	assert.Equal(t, "+46701234567", task.Number)
	assert.Equal(t, sales, task.Target)
	assert.Equal(t, "Offer & prices: about the offer", task.Note)
	assert.Equal(t, "en", task.Language)
	assert.Equal(t, string(callback.ViaWeb), task.Source)

	promise := s.read(link)
	assert.Contains(t, promise.Header().Get("Content-Security-Policy"), "frame-ancestors https://www.example.com")
	text := plain(promise.Body.String())
	assert.Contains(t, text, "We call you as soon as somebody is free.")
	assert.Contains(t, text, "+46*******67")
	assert.NotContains(t, text, "1234567")
	assert.NotContains(t, text, "about the offer", "whoever finds the link doesn't read what was written")

	path, _, _ := strings.Cut(link, "?")
	cancelled := s.do(http.MethodPost, path+"/cancel?lang=en", nil)
	require.Equal(t, http.StatusSeeOther, cancelled.Code)
	text = plain(s.read(cancelled.Header().Get("Location")).Body.String())
	assert.Contains(t, text, "The callback is cancelled.")
	assert.Contains(t, text, "Nobody calls you because of it.")
	assert.NotContains(t, text, "Yes, cancel it")
	assert.Equal(t, callback.TaskCancelled, s.tasks()[0].State)
	assert.Equal(t, callback.CancelByCustomer, s.tasks()[0].Reason)
}

// A customer books a slot in Swedish, and moves it; the place that is left is free again.
func TestACustomerBooksASlot(t *testing.T) {
	s := newSite(t)
	s.language = "sv-SE,sv;q=0.9,en;q=0.5"
	fields, slots := s.form()
	require.Greater(t, len(slots), 50)
	fields.Set("when", slots[3])
	link := s.sends(fields)
	require.Contains(t, link, "lang=sv")
	task := s.tasks()[0]
	assert.Equal(t, callback.KindAppointment, task.Kind)
	assert.Equal(t, slots[3], task.At.UTC().Format(time.RFC3339))
	assert.Equal(t, "sv", task.Language)
	assert.Equal(t, "Offer & prices", task.Note)

	_, left := s.form()
	assert.NotContains(t, left, slots[3], "it is full")
	other, _ := s.form()
	other.Set("number", "0707654321")
	other.Set("when", slots[3])
	assert.Contains(t, s.refused(other, http.StatusConflict), "Tiden har just blivit upptagen")

	zone, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	assert.Contains(t, plain(s.read(link).Body.String()), "kl. "+task.At.In(zone).Format("15:04"))
	path, _, _ := strings.Cut(link, "?")
	moved := s.do(http.MethodPost, path+"/time?lang=sv", url.Values{"when": {slots[5]}})
	require.Equal(t, http.StatusSeeOther, moved.Code, moved.Body)
	assert.Contains(t, plain(s.read(moved.Header().Get("Location")).Body.String()), "Tiden är ändrad.")
	assert.Equal(t, slots[5], s.tasks()[0].At.UTC().Format(time.RFC3339))
	again := s.do(http.MethodPost, path+"/time?lang=sv", url.Values{"when": {"tomorrow"}})
	assert.Equal(t, http.StatusUnprocessableEntity, again.Code)
	assert.Contains(t, plain(again.Body.String()), "Välj en av tiderna.")
}

// A request may be moved to any time at which customers are called, by the account's clock.
func TestACustomerChoosesAnotherTime(t *testing.T) {
	s := newSite(t)
	fields, _ := s.form()
	path, _, _ := strings.Cut(s.sends(fields), "?")
	zone, err := time.LoadLocation("Europe/Stockholm")
	require.NoError(t, err)
	at := time.Now().In(zone).AddDate(0, 0, 2)
	move := func(date, clock string) *httptest.ResponseRecorder {
		t.Helper()
		return s.do(http.MethodPost, path+"/time", url.Values{"date": {date}, "time": {clock}})
	}
	require.Equal(t, http.StatusSeeOther, move(at.Format(time.DateOnly), "10:30").Code)
	assert.Equal(t, time.Date(at.Year(), at.Month(), at.Day(), 10, 30, 0, 0, zone).UTC(), s.tasks()[0].At.UTC())
	for written, says := range map[[2]string]string{
		{"2020-01-01", "10:00"}: "That time is over.",
		{"2990-01-01", "10:00"}: "too far ahead",
		{"2027-03-28", "02:30"}: "That time doesn't exist",
		{"", ""}:                "Choose one of the times.",
		{"soon", "<b>"}:         "Choose one of the times.",
	} {
		answer := move(written[0], written[1])
		assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, written)
		assert.Contains(t, plain(answer.Body.String()), says, written)
		assert.NotContains(t, answer.Body.String(), "<b>")
	}
	assert.Equal(t, 10, s.tasks()[0].At.In(zone).Hour(), "nothing of that changed it")
}

// Back, reload, a double click: one form is one task, and another after it is said to be.
func TestAFormIsTakenOnce(t *testing.T) {
	s := newSite(t)
	fields, slots := s.form()
	fields.Set("when", slots[0])
	first := s.sends(fields)
	assert.Equal(t, first, s.sends(fields))
	assert.Len(t, s.tasks(), 1)

	fields.Set("note", "something else")
	answer := s.do(http.MethodPost, "/request/acme", fields)
	assert.Equal(t, http.StatusUnprocessableEntity, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), "This form was sent before.")
	assert.NotContains(t, answer.Body.String(), fields.Get("key"), "what is sent now is another")
	assert.Len(t, s.tasks(), 1)
}

// Whoever writes a number for which there is a promise learns that there is one, and gets
// no link to it: however often the form is sent.
func TestAMergedRequestHasNoLink(t *testing.T) {
	s := newSite(t)
	first, _ := s.form()
	s.sends(first)
	other, _ := s.form()
	for range 2 {
		link := s.sends(other)
		assert.Equal(t, "/request/acme/merged?lang=en", link)
		assert.Contains(t, plain(s.read(link).Body.String()), "A callback to this number was promised before.")
	}
	assert.Len(t, s.tasks(), 1)
}

// What is wrong is said at its field, with what to do, and what was typed is kept.
func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	s := newSite(t)
	fields, _ := s.form()
	for name, c := range map[string]struct{ field, value, says string }{
		"no topic":         {"topic", "", "Choose what it is about."},
		"an unknown topic": {"topic", "7", "Choose what it is about."},
		"no number":        {"number", "", "This isn't a telephone number that we can call."},
		"letters":          {"number", "070-CALL-ME", "write it like 070-123 45 67"},
		"emergency":        {"number", "112", "This isn't a telephone number"},
		"abroad":           {"number", "+44 20 7946 0958", "We can't call numbers in that country."},
		"premium":          {"number", "0900-123 45 67", "We can't call numbers of this kind."},
		"one's own":        {"number", "08-555 00 00", "We can't promise a callback to this number."},
		"no time":          {"when", "now", "Choose one of the times."},
		"a time that was":  {"when", "2026-01-01T00:00:00Z", "That time is over."},
		"no slot":          {"when", time.Now().Add(24 * time.Hour).UTC().Format("2006-01-02T15:04:01Z"), "That time has just been taken"},
		"a long note":      {"note", strings.Repeat("å", 501), "Write at most 500 characters."},
		"a robot":          {"website", "https://spam.example", "The last field has to stay empty"},
	} {
		t.Run(name, func(t *testing.T) {
			s.from = fmt.Sprintf("198.51.100.%d:1", len(name)) // limits are looked at elsewhere
			sent := url.Values{"key": fields["key"], "topic": {"0"}, "number": {"0701234567"}, "when": {"asap"}, "note": {"\"><script>alert(1)</script>"}}
			sent.Set(c.field, c.value)
			answer := s.do(http.MethodPost, "/request/acme", sent)
			assert.Equal(t, http.StatusUnprocessableEntity, answer.Code)
			page := answer.Body.String()
			assert.Contains(t, plain(page), c.says)
			assert.NotContains(t, page, "<script>")
			page = html.UnescapeString(page)
			assert.True(t, strings.Contains(page, sent.Get("note")), "what was typed is there")
			assert.True(t, strings.Contains(page, `value="`+sent.Get("number")+`"`), "what was typed is there")
		})
	}
	assert.Empty(t, s.tasks())
}

// Where the appointments ask who somebody is, so does the form, for a slot.
func TestCustomersSayWhoTheyAre(t *testing.T) {
	s := newSite(t, func(a *callback.Account) {
		a.Appointments["advice"].Identification = &callback.Identification{Least: 6, Most: 10}
	})
	fields, slots := s.form()
	fields.Set("when", slots[0])
	fields.Set("identification", "47-11")
	assert.Contains(t, s.refused(fields, http.StatusUnprocessableEntity), "Write your customer number: 6–10 digits.")
	fields.Set("identification", "4711000")
	s.sends(fields)
	assert.Equal(t, "4711000", s.tasks()[0].Identification)
	soon, _ := s.form()
	soon.Set("number", "0707654321")
	s.sends(soon)
}

// Limits say how long to wait.
func TestLimitsOfTheForm(t *testing.T) {
	s := newSite(t, func(a *callback.Account) { a.Requests.Duplicates = callback.DuplicatesAllow })
	for i := range 7 {
		s.from = fmt.Sprintf("192.0.2.%d:1", i)
		fields, _ := s.form()
		s.sends(fields)
	}
	fields, _ := s.form()
	answer := s.do(http.MethodPost, "/request/acme", fields)
	require.Equal(t, http.StatusTooManyRequests, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), "A callback to this number was asked for too often. Try again in 15 minutes, or call us.")
	assert.Regexp(t, `^(900|89\d)$`, answer.Header().Get("Retry-After"))

	s.from = "[2001:db8:1:2::1]:1"
	for i := range 3 {
		fields, _ := s.form()
		fields.Set("number", fmt.Sprintf("070765432%d", i))
		s.from = fmt.Sprintf("[2001:db8:1:2::%d]:1", i)
		s.sends(fields)
	}
	fields.Set("number", "0707654329")
	fields.Del("key")
	assert.Contains(t, s.refused(fields, http.StatusTooManyRequests), "Callbacks to several numbers were asked for from here.")
	s.from = "127.0.0.1:1"
	behind := s.do(http.MethodPost, "/request/acme", fields, "X-Forwarded-For", "2001:db8:1:2::77")
	assert.Equal(t, http.StatusTooManyRequests, behind.Code, "the proxy on this machine says who it is")
	behind = s.do(http.MethodPost, "/request/acme", fields, "X-Forwarded-For", "2001:db8:1:3::77")
	assert.Equal(t, http.StatusSeeOther, behind.Code)
}

// An address says nothing of which accounts and promises there are.
func TestNothingIsThere(t *testing.T) {
	s := newSite(t)
	nowhere := s.do(http.MethodGet, "/request/nosuch", nil)
	assert.Equal(t, http.StatusNotFound, nowhere.Code)
	assert.Contains(t, nowhere.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'")
	fields, _ := s.form()
	link := s.sends(fields)
	forged := strings.Replace(link, link[9:12], "AAB", 1)
	for _, path := range []string{"/request/globex", "/request/globex/merged", "/request/..", "/request/" + strings.Repeat("x", 5000), "/promise/nosuch", "/promise/" + strings.Repeat("A", 54), "/promise/" + strings.Repeat("x", 5000), forged} {
		answer := s.do(http.MethodGet, path, nil)
		if answer.Code == http.StatusTemporaryRedirect || answer.Code == http.StatusMovedPermanently {
			continue // to the clean form of the address
		}
		assert.Equal(t, http.StatusNotFound, answer.Code, path)
		assert.Contains(t, plain(answer.Body.String()), "There is nothing here", path)
		assert.NotContains(t, answer.Body.String(), "globex </", path)
	}
	assert.Equal(t, http.StatusNotFound, s.do(http.MethodPost, "/promise/nosuch/cancel", nil).Code)
	assert.Equal(t, http.StatusNotFound, s.do(http.MethodPost, "/request/globex", fields).Code)
}

// What other sites send, and what is no form, does nothing.
func TestWhatIsNoForm(t *testing.T) {
	s := newSite(t)
	fields, _ := s.form()
	foreign := s.do(http.MethodPost, "/request/acme", fields, "Sec-Fetch-Site", "cross-site", "Origin", "https://www.example.com")
	assert.Equal(t, http.StatusForbidden, foreign.Code)
	assert.Contains(t, plain(foreign.Body.String()), "This came from another site")
	large := url.Values{"key": fields["key"], "topic": {"0"}, "number": {"0701234567"}, "note": {strings.Repeat("x", 64<<10)}}
	answer := s.do(http.MethodPost, "/request/acme", large)
	assert.Equal(t, http.StatusRequestEntityTooLarge, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), "That was too much")
	broken := s.do(http.MethodPost, "/request/acme?lang=sv", nil, "Content-Type", "multipart/form-data")
	assert.Equal(t, http.StatusUnprocessableEntity, broken.Code, "nothing of it was read")
	assert.Empty(t, s.tasks())
	own := s.do(http.MethodPost, "/request/acme", fields, "Sec-Fetch-Site", "same-origin")
	assert.Equal(t, http.StatusSeeOther, own.Code, "within the page of another site the form is its own")
}

// An account in which nobody is called says so before anybody waits.
func TestAFormInShadow(t *testing.T) {
	s := newSite(t, func(a *callback.Account) { a.Mode = callback.ModeShadow })
	assert.Contains(t, plain(s.read("/request/acme").Body.String()), "nobody calls you")
}

// A full queue says when to come again.
func TestAFullQueue(t *testing.T) {
	s := newSite(t, func(a *callback.Account) { a.Queues["sales"] = callback.Queue{Name: "sales", MaxTasks: 1} })
	first, _ := s.form()
	s.sends(first)
	second, _ := s.form()
	second.Set("number", "0707654321")
	answer := s.do(http.MethodPost, "/request/acme", second)
	assert.Equal(t, http.StatusTooManyRequests, answer.Code)
	assert.Contains(t, plain(answer.Body.String()), "So many callbacks are asked for right now")
	assert.NotEmpty(t, answer.Header().Get("Retry-After"))
}
