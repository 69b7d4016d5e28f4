package page

// choice is one of several that a person can choose.
type choice struct {
	Value, Label string
	Chosen       bool
}

// choices marks the one that is chosen. One that isn't there is chosen all the same, so
// that a form that is refused shows what was asked for.
func choices(chosen string, from []choice) []choice {
	found := false
	for i := range from {
		from[i].Chosen = from[i].Value == chosen
		found = found || from[i].Chosen
	}
	if !found {
		from = append(from, choice{chosen, chosen, true})
	}
	return from
}

// labelled makes a choice of each word of a closed list.
func labelled[Word ~string](list []Word, label func(Word) string) []choice {
	var made []choice
	for _, word := range list {
		made = append(made, choice{Value: string(word), Label: label(word)})
	}
	return made
}

// plainly labels a word by itself.
func plainly[Word ~string](word Word) string { return string(word) }
