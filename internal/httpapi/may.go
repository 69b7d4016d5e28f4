package httpapi

// May reports whether a person may do an operation, of whatever there is for them: for
// whoever offers it to them. Doing it asks the same table again.
func May(p Person, operation string) bool {
	if sightOf(operation, p.Role) == no {
		return false
	}
	return p.Account == "" || permissions[operation].reach.way != reachEverywhere
}

// Sees reports whether a person who may do an operation sees customers whole in its answer.
func Sees(p Person, operation string) bool { return sightOf(operation, p.Role) == whole }
