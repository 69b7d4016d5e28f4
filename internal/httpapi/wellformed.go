package httpapi

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// wellFormed refuses requests in which it isn't plain what is meant, before the operation
// reads them: huma takes the first of two values and never looks at what it doesn't
// expect, so that another program on the way may have understood something else.
func wellFormed(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		status, err := http.StatusUnsupportedMediaType, unreadable(ctx)
		if err == nil {
			status, err = http.StatusUnprocessableEntity, malformed(ctx)
		}
		if err != nil {
			_ = huma.WriteErr(api, ctx, status, "validation failed", err) // a client that has gone can't be told about it
			return
		}
		next(ctx)
	}
}

// malformed is what is wrong with a request, nil if nothing is.
func malformed(ctx huma.Context) error {
	address := ctx.URL()
	query, err := url.ParseQuery(address.RawQuery)
	if err != nil {
		return &huma.ErrorDetail{Location: "query", Message: "what stands behind ? isn't escaped as an address wants it"}
	}
	op := ctx.Operation()
	for _, p := range op.Parameters {
		where, values := p.In+"."+p.Name, []string(nil)
		switch p.In {
		case "path":
			values = []string{ctx.Param(p.Name)}
		case "query":
			values = query[p.Name]
		case "header":
			values = headerValues(ctx, p.Name)
		}
		if len(values) > 1 && p.Schema.Type != huma.TypeArray {
			return &huma.ErrorDetail{Location: where, Message: "it is there more than once: write it once"}
		}
		if slices.ContainsFunc(values, unseen) {
			return &huma.ErrorDetail{Location: where, Message: "there are characters in it that can't be seen: write visible text in UTF-8"}
		}
	}
	if op.RequestBody == nil && !saysNothing(ctx.BodyReader()) {
		return &huma.ErrorDetail{Location: "body", Message: "this takes no body: send none"}
	}
	return nil
}

// unreadable is why a body of this kind can't be read, nil where it can, or where none is
// expected. Which types an operation takes huma knows.
func unreadable(ctx huma.Context) error {
	if ctx.Operation().RequestBody == nil {
		return nil
	}
	if packed := headerValues(ctx, "Content-Encoding"); len(packed) > 0 {
		return &huma.ErrorDetail{Location: "header.Content-Encoding", Message: "the body is packed: send it as it is, without this header"}
	}
	kinds := headerValues(ctx, "Content-Type")
	if len(kinds) == 0 {
		return nil
	}
	_, parameters, err := mime.ParseMediaType(kinds[0])
	charset, named := parameters["charset"]
	switch {
	case len(kinds) > 1:
		return &huma.ErrorDetail{Location: "header.Content-Type", Message: "it is there more than once: write it once"}
	case err != nil:
		return &huma.ErrorDetail{Location: "header.Content-Type", Message: "it is none: write " + strings.Join(slices.Sorted(maps.Keys(ctx.Operation().RequestBody.Content)), " or ")}
	case named && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii"):
		return &huma.ErrorDetail{Location: "header.Content-Type", Message: "the body is read as UTF-8: send it so"}
	}
	return nil
}

// inUTF8 is JSON as huma reads it, but for text that isn't UTF-8: of that nobody would get
// back what was sent.
var inUTF8 = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if !utf8.Valid(data) {
			return errors.New("it isn't in UTF-8")
		}
		return huma.DefaultJSONFormat.Unmarshal(data, v)
	},
}

// headerValues are all values of a header.
func headerValues(ctx huma.Context, name string) (values []string) {
	ctx.EachHeader(func(found, value string) {
		if strings.EqualFold(found, name) {
			values = append(values, value)
		}
	})
	return values
}

// unseen reports whether a text would read otherwise than it is.
func unseen(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
	})
}

// saysNothing reports whether a body is none, or {}, which programs send that always send
// one.
func saysNothing(body io.Reader) bool {
	if body == nil {
		return true
	}
	const enough = 64 // for {} and blanks
	text, err := io.ReadAll(io.LimitReader(body, enough))
	text = bytes.TrimSpace(text)
	return err == nil && (len(text) == 0 || string(text) == "{}")
}
