package httpapi

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// page cuts rows, of which limit+1 were asked for, to one page. next is the
// `before` of the following page, 0 on the last. Ids only grow, so the next page
// is right whatever is added meanwhile.
func page[Row any](rows []Row, limit int, id func(Row) int64) (cut []Row, next int64) {
	if len(rows) <= limit {
		return rows, 0
	}
	rows = rows[:limit]
	return rows, id(rows[limit-1])
}

// numberParam is a telephone number in a query. In a query + means a space, and
// people write it all the same; they may also leave it out.
type numberParam string

var _ huma.ResolverWithPath = (*numberParam)(nil)

// Resolve implements huma.ResolverWithPath.
func (n *numberParam) Resolve(_ huma.Context, path *huma.PathBuffer) []error {
	text := string(*n)
	if text == "" {
		return nil
	}
	number := "+" + strings.TrimLeft(text, " +")
	if !callback.Dialable(number) {
		return []error{&huma.ErrorDetail{
			Location: "query.number", Value: text,
			Message: "write the whole number with its country, %2B46701234567 or 46701234567",
		}}
	}
	*n = numberParam(number)
	return nil
}
