package storage

import (
	"strings"

	"callbackd/callback"
)

// Tasks implements callback.ReadTx.
func (tx *readTx) Tasks(f callback.TaskFilter) ([]callback.Task, error) {
	query, args := taskList(f)
	return list(tx, "tasks", taskFields, query, args...)
}

// taskList goes by the index that leads to the fewest entries, none of which is a row:
// tasks_waiting has the open tasks only, tasks_search has all.
func taskList(f callback.TaskFilter) (query string, args []any) {
	var where conditions
	where.equal("account", f.Account)
	where.equal("number", f.Number)
	where.equal("kind", string(f.Kind))
	where.equal("rule", f.Rule)
	where.equal("target", f.Target.String())
	where.within("created", f.Created)
	where.within("due", f.Due)
	where.oneOf("state", words(f.States))
	where.search(f.Account, f.Search)
	filtered := f.Kind != "" || f.Rule != "" || !f.Target.IsZero() || f.Created != callback.Span{} || f.Search != callback.Search{}
	switch {
	case f.OpenOnly():
		return where.openTasks(f)
	case f.Number == "" && (filtered || f.Account != "" && len(f.States) > 0):
		return where.newestOf(tasksTable, "tasks_search", f.Before, f.Limit)
	}
	return where.newestFirst(tasksTable.selection, f.Before, f.Limit)
}

// orders are the orders of tasks, and what comes behind a place in each.
var orders = map[callback.TaskSort]struct{ by, behind string }{
	callback.SortDue:     {"due, id", "(due, id) > (?, ?)"},
	callback.SortWaiting: {"arrived, id", "(arrived, id) > (?, ?)"},
}

// openTasks completes the conditions to a list of open tasks.
func (c *conditions) openTasks(f callback.TaskFilter) (query string, args []any) {
	c.add("state IN ('scheduled', 'dialing', 'held')") // word by word as the index has it
	if f.Before != 0 {
		c.add("id < ?", f.Before)
	}
	order, ok := orders[f.Sort]
	switch {
	case !ok:
		order.by = "id DESC"
	case f.After.ID != 0:
		c.add(order.behind, timeColumn{&f.After.Time}, f.After.ID)
	}
	found, args := c.complete("SELECT id FROM tasks INDEXED BY tasks_waiting ", order.by, f.Limit)
	return tasksTable.selection + "WHERE id IN (" + found + ") ORDER BY " + order.by, args
}

// search wants what somebody looks for. The notes have an index of their own, so that
// those of tasks whose note isn't empty are all that is read of notes.
func (c *conditions) search(account string, s callback.Search) {
	var either conditions
	if s.Digits != "" {
		pattern := "%" + s.Digits + "%"
		if s.Begins {
			pattern = "+" + s.Digits + "%"
		}
		either.add("number LIKE ?", pattern)
	}
	if s.ID != 0 {
		either.add("id = ?", s.ID)
	}
	if s.Words != "" {
		of := ""
		var args []any
		if account != "" {
			of, args = "AND account = ? ", append(args, account)
		}
		either.add(`id IN (SELECT id FROM tasks INDEXED BY tasks_notes WHERE note <> '' `+of+`AND note LIKE ? ESCAPE '\')`, append(args, "%"+literal.Replace(s.Words)+"%")...)
	}
	if len(either.terms) > 0 {
		c.add("("+strings.Join(either.terms, " OR ")+")", either.args...)
	}
}

// literal has LIKE take text as it is.
var literal = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)
