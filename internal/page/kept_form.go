package page

import (
	"net/http"
	"net/url"
	"strings"
)

// keptForm is a form that somebody sent when their session was over. It goes with them
// through the sign-in page, hidden in it, and is shown afterwards: they send it again with
// one button, or leave it. So nothing that was typed is lost, and nothing is done twice.
type keptForm struct {
	Action string // where it was sent to
	Fields []keptField
	Leave  string // where to go instead
}

type keptField struct{ Name, Value string }

// longestForm is how many bytes of a form are kept.
const longestForm = 64 << 10

// keepForm keeps what a request has sent, as a hidden field carries it; ok is false where
// it can't be kept. Passwords aren't.
func keepForm(w http.ResponseWriter, r *http.Request) (kept string, ok bool) {
	action := ownPath(r.URL.RequestURI())
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || action == "/" {
		return "", false
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		return "", false
	}
	form := url.Values{}
	for name, values := range r.PostForm {
		if strings.Contains(strings.ToLower(name), "password") {
			return "", false
		}
		for _, value := range values {
			form.Add(name, strings.ReplaceAll(value, "\r\n", "\n")) // browsers make it \r\n again
		}
	}
	return url.Values{"action": {action}, "fields": {form.Encode()}}.Encode(), true
}

// readKept reads what keepForm made and the browser has sent back, which may be anything.
func readKept(kept, leave string) (keptForm, bool) {
	both, err := url.ParseQuery(kept)
	if err != nil {
		return keptForm{}, false
	}
	f := keptForm{Action: ownPath(both.Get("action")), Leave: leave}
	if f.Action == "/" {
		return keptForm{}, false
	}
	for pair := range strings.SplitSeq(both.Get("fields"), "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if nameErr == nil && valueErr == nil && name != "" {
			f.Fields = append(f.Fields, keptField{name, value})
		}
	}
	return f, true
}
