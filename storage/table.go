package storage

import "strings"

// table makes the statements about one table from the list of its columns, so
// that each column is named once in the code. The list begins with id; a
// function beside each table gives the fields in the same order, for reading
// and for writing.
type table struct {
	name      string
	selection string // SELECT every column FROM the table, to be completed
	insert    string // every column but id, which SQLite gives
	update    string // every column but id; WHERE id = ? AND state = ?
}

func newTable(name string, columns ...string) table {
	data := columns[1:]
	return table{
		name:      name,
		selection: "SELECT " + strings.Join(columns, ", ") + " FROM " + name + " ",
		insert: "INSERT INTO " + name + " (" + strings.Join(data, ", ") + ") VALUES (?" +
			strings.Repeat(", ?", len(data)-1) + ")",
		update: "UPDATE " + name + " SET " + strings.Join(data, " = ?, ") + " = ? WHERE id = ? AND state = ?",
	}
}
