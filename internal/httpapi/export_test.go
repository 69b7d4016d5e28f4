package httpapi

import (
	"callbackd/callback"
)

// How the table of roles writes its cells.
const (
	CellNo     = "–"
	CellMasked = "numbers masked"
	CellWhole  = "yes"
)

// Row is one row of the table of roles.
type Row struct {
	Cells map[callback.Role]string
	Reach string
}

// reachWords say how an operation is kept within the account of a token that is of one.
var reachWords = map[reachWay]string{
	reachEverywhere: "not for it",
	reachPath:       "its account only",
	reachQuery:      "its account's",
	reachID:         "its account's",
	reachAnswer:     "what is its account's",
}

// RoleTable is who may do what.
func RoleTable() map[string]Row {
	table := map[string]Row{}
	for operation, p := range permissions {
		row := Row{Cells: map[callback.Role]string{}, Reach: reachWords[p.reach.way]}
		for _, role := range callback.Roles {
			row.Cells[role] = map[sight]string{no: CellNo, masked: CellMasked, whole: CellWhole}[sightOf(operation, role)]
		}
		table[operation] = row
	}
	return table
}

// MetricsPage is the row that is no operation of the OpenAPI document.
const MetricsPage = metricsPage

// MaskDocument masks a document as an answer to a role that may not see customers' numbers.
var MaskDocument = maskDocument

// PromiseOf is a task as its customer is told of it.
var PromiseOf = promiseOf

// ProblemOf is a refusal of the desk as it is answered.
var ProblemOf = problemOf
