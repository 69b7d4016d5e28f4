package storage

import "strings"

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

// newestFirst completes a selection to one page: ids below before, 0 for any.
func (c *conditions) newestFirst(selection string, before int64, limit int) (query string, args []any) {
	if before != 0 {
		c.add("id < ?", before)
	}
	if limit == 0 {
		limit = defaultLimit
	}
	if len(c.terms) > 0 {
		selection += "WHERE " + strings.Join(c.terms, " AND ") + " "
	}
	return selection + "ORDER BY id DESC LIMIT ?", append(c.args, limit)
}
