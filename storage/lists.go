package storage

import (
	"strings"
	"time"

	"callbackd/callback"
)

// defaultLimit is how many rows a list has unless its filter says otherwise.
const defaultLimit = 100

// conditions collects what the rows of a list must fulfil.
type conditions struct {
	terms []string
	args  []any
}

func (c *conditions) add(term string, args ...any) {
	c.terms = append(c.terms, term)
	c.args = append(c.args, args...)
}

// equal wants a column to have a value, unless that is none.
func (c *conditions) equal(column, value string) {
	if value != "" {
		c.add(column+" = ?", value)
	}
}

// oneOf wants a column to have one of the values, unless there are none.
func (c *conditions) oneOf(column string, values []any) {
	if len(values) > 0 {
		c.add(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
	}
}

// within wants a time in a span.
func (c *conditions) within(column string, span callback.Span) {
	if !span.From.IsZero() {
		c.add(column+" >= ?", timeColumn{&span.From})
	}
	if !span.To.IsZero() {
		c.add(column+" < ?", roundedUp(span.To))
	}
}

// roundedUp is a time as a bound that none may reach: what the database cuts off must not
// let it come earlier.
func roundedUp(t time.Time) timeColumn {
	t = t.Add(time.Millisecond - time.Nanosecond)
	return timeColumn{&t}
}

func words[Word ~string](list []Word) []any {
	all := make([]any, len(list))
	for i, w := range list {
		all[i] = string(w)
	}
	return all
}

// complete adds the conditions, an order and a limit to a selection.
func (c *conditions) complete(selection, order string, limit int) (query string, args []any) {
	if limit == 0 {
		limit = defaultLimit
	}
	if len(c.terms) > 0 {
		selection += "WHERE " + strings.Join(c.terms, " AND ") + " "
	}
	return selection + "ORDER BY " + order + " LIMIT ?", append(c.args, limit)
}

// newestFirst completes a selection to one page: ids below before, 0 for any.
func (c *conditions) newestFirst(selection string, before int64, limit int) (query string, args []any) {
	if before != 0 {
		c.add("id < ?", before)
	}
	return c.complete(selection, "id DESC", limit)
}

// newestOf is newestFirst by an index in which all that the conditions are about stands:
// rows are read only of what fulfils them.
func (c *conditions) newestOf(t table, index string, before int64, limit int) (query string, args []any) {
	found, args := c.newestFirst("SELECT id FROM "+t.name+" INDEXED BY "+index+" ", before, limit)
	return t.selection + "WHERE id IN (" + found + ") ORDER BY id DESC", args
}
