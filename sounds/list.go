package sounds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// List gives every sound that the account may use, or all that are shared if account is
// "": its own, the shared ones and the shipped ones, in each language. They are sorted by
// name; of several of one name and language the one that is heard comes first. A file that
// Asterisk can't play is listed with its Problem.
func (l *Library) List(account string) ([]Sound, error) {
	if err := checkAccount(account); err != nil {
		return nil, err
	}
	var list []Sound
	for _, of := range owners(account) {
		found, err := l.listAccount(of)
		if err != nil {
			return nil, fmt.Errorf("list the sounds in %s: %w", l.folder.folder, err)
		}
		list = append(list, found...)
	}
	for _, name := range Shipped() {
		list = append(list, look(place{tree: l.written, key: Key{Language: ShippedLanguage, Name: name}, source: FromBinary}))
	}
	slices.SortStableFunc(list, func(a, b Sound) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Language, b.Language))
	})
	return list, nil
}

// listAccount lists the sounds of an account, or the shared ones, in all languages.
func (l *Library) listAccount(account string) (list []Sound, err error) {
	entries, err := l.folder.list(exactPlace(l.folder, Key{Account: account}).folder)
	if err != nil {
		return nil, err
	}
	languages := []string{""}
	for _, entry := range entries {
		if entry.IsDir() && languageForm.MatchString(entry.Name()) {
			languages = append(languages, entry.Name())
		}
	}
	for _, language := range languages {
		k := Key{Account: account, Language: language}
		entries, err := l.folder.list(exactPlace(l.folder, k).folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if name, ok := strings.CutSuffix(entry.Name(), narrowSuffix); ok && nameForm.MatchString(name) {
				k.Name = name
				list = append(list, look(exactPlace(l.folder, k)))
			}
		}
	}
	return list, nil
}

// look reads the sound in a place where there is one.
func look(p place) Sound {
	sound, file, err := p.read()
	if err != nil {
		sound.Problem = err
		return sound
	}
	file.Close()
	return sound
}
