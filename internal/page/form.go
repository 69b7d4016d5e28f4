package page

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// written is what a customer has written into the form.
type written struct {
	Key            string // made with the form: sent again, it is one request
	Topic          string // its place in the form's list
	Number         string
	When           string // asap, or when the slot begins
	Identification string
	Note           string
}

const (
	// asap is how a customer who wants no slot is called.
	asap = "asap"
	// longestNote is in characters; with the topic before it the API takes it.
	longestNote = 500
)

// trouble of the fields, by their names, in words.
type fieldTroubles map[string]string

// askCustomer shows the form.
func askCustomer(c *customer) error {
	if err := c.readForm(c.r.PathValue("account")); err != nil {
		return err
	}
	return c.showForm(http.StatusOK, written{When: asap}, "", nil)
}

// takeRequest asks for what a customer has written.
func takeRequest(c *customer) error {
	account := c.r.PathValue("account")
	if err := c.readForm(account); err != nil {
		return err
	}
	w := readWritten(c.r.PostForm)
	if c.r.PostFormValue("website") != "" {
		return c.showForm(http.StatusUnprocessableEntity, w, c.speech.say("robot"), nil)
	}
	number, wrong := c.check(w)
	if len(wrong) > 0 {
		return c.showForm(http.StatusUnprocessableEntity, w, "", wrong)
	}
	if limit, wait := c.limits.take(account, w.Key, number, visitorOf(c.r), c.now); limit != "" {
		c.w.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
		return c.showForm(http.StatusTooManyRequests, w, c.speech.say(string(limit), "minutes", minutes(wait)), nil)
	}
	promised, err := c.ask(account, w)
	if err != nil {
		return c.refuse(w, err)
	}
	next := "/request/" + url.PathEscape(account) + "/merged"
	if promised.Secret != "" {
		next = "/promise/" + promised.Secret
	}
	http.Redirect(c.w, c.r, c.here(next), http.StatusSeeOther)
	return nil
}

var formKey = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// readWritten reads the fields of the form. Of a note what can't be seen is left out, and
// its lines become one.
func readWritten(fields url.Values) written {
	w := written{
		Key: fields.Get("key"), Topic: fields.Get("topic"), Number: visible(fields.Get("number")), When: fields.Get("when"),
		Identification: visible(fields.Get("identification")), Note: oneLine(fields.Get("note")),
	}
	if w.When == "" {
		w.When = asap
	}
	return w
}

// check finds what the API would refuse in words that aren't for customers, and the number
// as it is called.
func (c *customer) check(w written) (number string, wrong fieldTroubles) {
	wrong = fieldTroubles{}
	if _, ok := c.topic(w); !ok {
		wrong["topic"] = c.speech.say("wrong_topic")
	}
	number, err := callback.ParseNumber(w.Number, c.form.Country)
	if err != nil || utf8.RuneCountInString(w.Number) > 40 {
		wrong["number"] = c.speech.say("wrong_number", "example", example(c.form.Country))
	}
	if start, ok := w.slot(); !ok || !start.IsZero() && c.form.Appointments == nil {
		wrong["when"] = c.speech.say("wrong_time")
	} else if digits := c.digits(); digits != "" && !start.IsZero() && !c.identifies(w.Identification) {
		wrong["identification"] = c.speech.say("wrong_identification", "digits", digits)
	}
	if utf8.RuneCountInString(w.Note) > longestNote {
		wrong["note"] = c.speech.say("wrong_note", "most", strconv.Itoa(longestNote))
	}
	return number, wrong
}

// topic is what the customer has chosen, of those that there are.
func (c *customer) topic(w written) (httpapi.FormTopic, bool) {
	if len(c.form.Topics) == 0 {
		return httpapi.FormTopic{}, true
	}
	i, err := strconv.Atoi(w.Topic)
	if err != nil || i < 0 || i >= len(c.form.Topics) {
		return httpapi.FormTopic{}, false
	}
	return c.form.Topics[i], true
}

// slot is when the slot begins that was chosen; zero: none was.
func (w written) slot() (time.Time, bool) {
	if w.When == asap {
		return time.Time{}, true
	}
	start, err := time.Parse(time.RFC3339, w.When)
	return start, err == nil
}

// digits says how many digits the customers' numbers have; "" where none is asked for.
func (c *customer) digits() string {
	book := c.form.Appointments
	switch {
	case book == nil || book.Identification == nil:
		return ""
	case book.Identification.Least == book.Identification.Most:
		return strconv.Itoa(book.Identification.Most)
	}
	return strconv.Itoa(book.Identification.Least) + "–" + strconv.Itoa(book.Identification.Most)
}

func (c *customer) identifies(text string) bool {
	asked := c.form.Appointments.Identification
	return len(text) >= asked.Least && len(text) <= asked.Most && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// ask asks the API. What it is about stands before the note, for whoever calls.
func (c *customer) ask(account string, w written) (httpapi.Promised, error) {
	topic, _ := c.topic(w)
	note := topic.Name
	if w.Note != "" {
		note = strings.TrimPrefix(note+": "+w.Note, ": ")
	}
	client := c.client
	if formKey.MatchString(w.Key) { // else nobody can tell whether it is sent again
		client = client.Under(w.Key)
	}
	start, _ := w.slot()
	if start.IsZero() {
		promised, _, err := client.Ask(c.ctx(account), httpapi.CallbackRequest{
			Account: account, Number: w.Number, Target: topic.Target, Note: note, Language: c.speech.Code, Source: callback.ViaWeb,
		})
		return promised, err
	}
	identification := ""
	if c.digits() != "" {
		identification = w.Identification
	}
	return client.Book(c.ctx(account), account, c.form.Appointments.Name, httpapi.BookingRequest{
		Number: w.Number, Start: start, Identification: identification, Note: note, Language: c.speech.Code, Source: callback.ViaWeb,
	})
}

// refuse shows the form again with why the API doesn't promise what is written.
func (c *customer) refuse(w written, err error) error {
	var refused *apiclient.RefusedError
	if !errors.As(err, &refused) || refused.Problem.Status >= http.StatusInternalServerError {
		return err
	}
	field, words := c.speech.refusal(refused, c.zone(), c.form.Country)
	if refused.Reason == callback.RefusedKeyUsed {
		w.Key = "" // what is sent next is another request
	}
	if refusalWords[refused.Reason].text == withheldWhy {
		refused.Problem.Status, refused.Again = http.StatusUnprocessableEntity, 0 // which tell, too
	}
	if refused.Again > 0 {
		c.w.Header().Set("Retry-After", strconv.Itoa(seconds(refused.Again)))
	}
	if refused.Problem.Status == http.StatusNotFound {
		refused.Problem.Status = http.StatusConflict // the rules have changed meanwhile
	}
	if field == "" {
		return c.showForm(refused.Problem.Status, w, words, nil)
	}
	return c.showForm(refused.Problem.Status, w, "", fieldTroubles{field: words})
}

// newFormKey makes what tells one form from another.
func newFormKey() string {
	var random [16]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(random[:])
}

func minutes(d time.Duration) string { return strconv.Itoa(int((d + time.Minute - 1) / time.Minute)) }

// tellMerged says that an open request has taken in what was asked for.
func tellMerged(c *customer) error {
	if err := c.readForm(c.r.PathValue("account")); err != nil {
		return err
	}
	return c.tell(http.StatusOK, "merged")
}
