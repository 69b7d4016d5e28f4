package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// wrong is a request in which one thing is wrong.
type wrong struct {
	what        string
	method      string
	path        url.URL
	body        string
	contentType string
	headers     http.Header
	names       string // what the answer has to name: the field that is wrong
	harmless    bool   // it is no less than right where nothing is stored: a name that nothing has, in a filter
}

// schema is as much of a JSON schema as says what is wrong.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Enum       []any
	Properties map[string]schema
}

// is reports whether a schema takes values of a type.
func (s schema) is(kind string) bool {
	if list, ok := s.Type.([]any); ok {
		return slices.Contains(list, any(kind))
	}
	return s.Type == kind
}

// lots is 64 kB, which is more than any operation takes but for files.
const lots = 64 << 10

// invisible are characters that make a text read otherwise than it is.
var invisible = []string{"a\x00b", "a\nb", "a\r\nSet-Cookie: x=y", "\x1b[2J", "a\u202eb", "a\u2028b", "a\x7fb"}

const html = "<script>alert(1)</script>"

// freeText has any words, HTML too, and keeps them as they are written; nothing but JSON
// is ever made of them here.
var freeText = []string{"note", "reason", "password"}

// lookedFor are fields that are compared with what there is: what nothing has finds nothing.
var lookedFor = map[string][]string{"release-tasks": {"held_by"}, "diff-rules": {"name"}, "replay": {"name"}}

// asQuestion are fields that tell what would happen: to a call from a number that is none, too.
var asQuestion = map[string][]string{"explain": {"number", "dialled", "trunk"}, "explain-request": {"number"}, "replay": {"draft"}, "diff-rules": {"draft"}}

// toCome are operations whose times have to come yet.
var toCome = []string{"ask-callback", "reschedule-task", "book-appointment", "reschedule-promise"}

// wrongs lists everything wrong that can be sent to an operation, of which path and body
// are right.
func wrongs(t *testing.T, o operation, path, body string) []wrong {
	t.Helper()
	right, err := url.Parse(path)
	require.NoError(t, err)
	base := wrong{method: o.method, path: *right, body: body, contentType: "application/json"}
	list := base.bodies(o)
	list = append(list, base.headersOf(o)...)
	list = append(list, base.parameters(t, o, path)...)
	if o.takes("application/json") {
		list = append(list, base.fields(t, o)...)
	}
	return list
}

func (w wrong) with(what string, change func(*wrong)) wrong {
	w.what = what
	change(&w)
	return w
}

// bodies are whole bodies that are wrong for any operation.
func (w wrong) bodies(o operation) (list []wrong) {
	binary := make([]byte, lots)
	for i := range binary {
		binary[i] = byte(i * 7)
	}
	for what, body := range map[string]string{
		"64 kB of letters": strings.Repeat("x", lots), "64 kB of zeros": strings.Repeat("\x00", lots), "64 kB of bytes": string(binary),
		"64 kB of brackets": strings.Repeat("[", lots), "64 kB of nested arrays": strings.Repeat("[", lots/2) + strings.Repeat("]", lots/2),
		"64 kB of nested objects": strings.Repeat(`{"a":`, lots/6) + "1" + strings.Repeat("}", lots/6),
		"64 kB in a string":       `{"note":"` + strings.Repeat("ä", lots/2) + `"}`, "64 kB in a key": `{"` + strings.Repeat("k", lots) + `":1}`,
		"64 kB of HTML": `{"note":"` + strings.Repeat(html, lots/len(html)) + `"}`, "64 kB of digits": `{"previous":` + strings.Repeat("9", lots) + `}`,
		"10,000 fields": manyFields(), "nested arrays": strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"an array": `[]`, "a string": `"text"`, "a number": `7`, "half of it": `{"account": "acme"`, "two of them": `{}{}`, "a comment": `{/* */}`,
		"a byte order mark": "\ufeff{}", "UTF-16": "{\x00}\x00", "no JSON": "account=acme", "not a number": `{"id": NaN}`, "YAML": "account: acme",
	} {
		list = append(list, w.with(what, func(w *wrong) { w.body = body }))
	}
	return list
}

func manyFields() string {
	var text strings.Builder
	text.WriteString("{")
	for i := range 10_000 {
		fmt.Fprintf(&text, `"f%d":%d,`, i, i)
	}
	return text.String() + `"last":0}`
}

// headersOf are headers that leave it open what is meant.
func (w wrong) headersOf(o operation) (list []wrong) {
	const contentType, key = "Content-Type", "Idempotency-Key"
	if w.body == "" {
		w.body = "{}"
	}
	if o.takes("application/json") { // whether a file is a sound its content says
		for _, odd := range []string{"text/html", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ";;;", "a\x00b", strings.Repeat("x", 8000), "application/json; charset=utf-16"} {
			list = append(list, w.with("the content type "+start(odd), func(w *wrong) { w.headers = http.Header{contentType: {odd}} }))
		}
		list = append(list,
			w.with("two content types", func(w *wrong) { w.headers = http.Header{contentType: {w.contentType, "text/html"}} }),
			w.with("a packed body", func(w *wrong) { w.headers = http.Header{"Content-Encoding": {"gzip"}} }))
	}
	if o.has(key, "header") {
		list = append(list, w.with("two keys", func(w *wrong) { w.headers = http.Header{key: {"a", "b"}} }))
		for _, odd := range append(slices.Clone(invisible), "a b", "ä", strings.Repeat("k", lots), html+" ") {
			list = append(list, w.with(fmt.Sprintf("the key %.20q", odd), func(w *wrong) { w.headers = http.Header{key: {odd}} }))
		}
	}
	list = append(list, w.with("two tokens", func(w *wrong) { w.headers = http.Header{"Authorization": {"Bearer " + token, "Bearer x"}} }))
	return list
}

// parameters are paths and queries that are wrong.
func (w wrong) parameters(t *testing.T, o operation, path string) (list []wrong) {
	t.Helper()
	template := strings.Split(o.path, "/")
	segments := strings.Split(strings.Split(path, "?")[0], "/")
	for i, part := range template {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		name := strings.Trim(part, "{}")
		values := append(slices.Clone(invisible), html, strings.Repeat("x", lots), "a/../../b", "\xff\xfe")
		switch name {
		case "id":
			values = append(values, "0", "-1", "7a", "1e3", "0x10", "1.0", "99999999999999999999", "９", " 1", "%31")
		case "number":
			values = append(values, "07O1234567", "anonymous", "112", "+", "+4670123456789012345", "sip:alice@example.com", "0701234567;drop table tasks")
		}
		for _, value := range values {
			odd := slices.Clone(segments)
			odd[i] = url.PathEscape(value)
			list = append(list, w.with(fmt.Sprintf("%s is %.40q", part, value), func(w *wrong) { w.path = parsed(t, strings.Join(odd, "/")+"?"+w.path.RawQuery) }))
		}
	}
	for _, p := range o.Parameters {
		if p.In != "query" {
			continue
		}
		values, harmless := append(slices.Clone(invisible), "\xff\xfe"), []string{html, strings.Repeat("x", 2000)}
		if p.Schema.is("integer") {
			values = append(values, "0", "-1", "7a", "1e3", "0x10", "1.0", "99999999999999999999", "９", html)
			harmless = nil
		}
		if p.Schema.is("boolean") {
			values, harmless = append(values, "yes", "2", html), nil
		}
		if p.Schema.Format == "date-time" {
			values, harmless = append(values, "yesterday", "2026-11-27T10:00:00", "2026-02-30T10:00:00Z", "2026-11-27 10:00", html), nil
		}
		for _, value := range slices.Concat(values, harmless) {
			list = append(list, w.with(fmt.Sprintf("%s=%.40q", p.Name, value), func(w *wrong) {
				w.path.RawQuery = url.Values{p.Name: {value}}.Encode()
				w.harmless = slices.Contains(harmless, value)
			}))
		}
		if !p.Schema.is("array") {
			list = append(list, w.with("two times "+p.Name, func(w *wrong) { w.path.RawQuery = p.Name + "=1&" + p.Name + "=2" }))
		}
	}
	return append(list,
		w.with("an unknown parameter", func(w *wrong) { w.path.RawQuery = "nonsense=1"; w.names = "nonsense" }),
		w.with("a query that is broken", func(w *wrong) { w.path.RawQuery = "account=%zz" }))
}

func parsed(t *testing.T, path string) url.URL {
	t.Helper()
	u, err := url.Parse(path)
	require.NoError(t, err)
	return *u
}

// fields are bodies in which one field is wrong.
func (w wrong) fields(t *testing.T, o operation) (list []wrong) {
	t.Helper()
	properties := o.properties(t)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		for _, value := range properties[name].wrongValues(o, name) {
			list = append(list, w.with(fmt.Sprintf("%s is %s", name, start(value)), func(w *wrong) {
				w.body, w.names = withField(t, w.body, name, value), name
				if !utf8.ValidString(value) {
					w.names = "UTF-8"
				}
			}))
		}
	}
	for _, unknown := range []string{"nonsense", "__proto__", "ID", "At", "state", html} {
		if _, known := properties[strings.ToLower(unknown)]; known && unknown != "At" {
			continue
		}
		list = append(list, w.with("an unknown field "+unknown, func(w *wrong) { w.body = withField(t, w.body, unknown, `{}`) }))
	}
	return list
}

// wrongValues are those, as JSON, that a field may not have.
func (s schema) wrongValues(o operation, name string) (values []string) {
	values = []string{`{}`, `{"$ne": ""}`, `[[]]`}
	if !s.is("boolean") {
		values = append(values, `true`)
	}
	if !s.is("string") {
		values = append(values, `"letters"`, quoted(html), `"7a"`, `""`)
	}
	if s.is("integer") {
		values = append(values, `-1`, `1.5`, `1e30`, `99999999999999999999`, `[7]`)
	}
	if !s.is("string") {
		return values
	}
	values = append(values, `7`, `["a"]`)
	question := slices.Contains(asQuestion[o.OperationID], name)
	if s.Format != "date-time" && !question {
		for _, text := range invisible {
			values = append(values, quoted(text))
		}
		values = append(values, quoted(strings.Repeat("ä", 8000)), `"`+"\xff\xfe"+`"`)
	}
	if s.Format == "date-time" {
		for _, text := range []string{
			"tomorrow", "2027-03-28T02:30:00", "2027-03-28T02:30:00 Europe/Stockholm", "2027-03-28T02:30:00+01:00[Europe/Stockholm]", "2026-11-27 10:00", "2026-11-27",
			"2026-11-27T10:00:00", "2026-11-27T10:0O:00Z", "2026-02-30T10:00:00Z", "2026-11-27T24:00:00Z", "2026-11-27T10:00:00+25:00", "10000-01-01T00:00:00Z", "", html,
		} {
			values = append(values, quoted(text))
		}
	}
	if s.Format == "date-time" && slices.Contains(toCome, o.OperationID) {
		values = append(values, quoted("2020-01-01T10:00:00Z"), quoted(time.Now().Add(-time.Minute).Format(time.RFC3339)), quoted("0001-01-01T00:00:00Z"), quoted("9999-12-31T23:59:59-12:00"))
	}
	if !question && s.Format != "date-time" && !slices.Contains(freeText, name) && !slices.Contains(lookedFor[o.OperationID], name) {
		values = append(values, quoted(html), quoted("'; DROP TABLE tasks; --"))
	}
	return values
}

// quoted is a text as JSON has it.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text can be encoded
	return strings.TrimSpace(b.String())
}

// withField is a JSON object with a field that is raw JSON.
func withField(t *testing.T, body, name, value string) string {
	t.Helper()
	object := map[string]json.RawMessage{}
	if body != "" {
		require.NoError(t, json.Unmarshal([]byte(body), &object))
	}
	delete(object, name)
	text, err := json.Marshal(object)
	require.NoError(t, err)
	rest := strings.TrimPrefix(string(text), "{")
	comma := ","
	if rest == "}" {
		comma = ""
	}
	return "{" + quoted(name) + ":" + value + comma + rest
}
