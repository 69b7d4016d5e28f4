package asteriskconf

import (
	"path/filepath"
	"slices"
	"strings"
)

// Setting is one line of a section.
type Setting struct {
	Section, Key, Value string
	File                string // where it is written
	Line                int    // from 1

	template bool // nobody but sections made from it has it
}

// File is a configuration file with what it includes, in the order in which Asterisk
// reads it.
type File struct {
	Settings []Setting
	// Unread are the lines that lead to what wasn't read, each once: an #exec, an #include
	// of a file that can't be.
	Unread []string
}

// Last is the setting that holds: the last of those written, of a section that is no
// template.
func (f *File) Last(section, key string) (Setting, bool) {
	for _, s := range slices.Backward(f.Settings) {
		if !s.template && strings.EqualFold(s.Section, section) && strings.EqualFold(s.Key, key) {
			return s, true
		}
	}
	return Setting{}, false
}

// Section are the settings of a section that is no template, in order.
func (f *File) Section(name string) (list []Setting) {
	for _, s := range f.Settings {
		if !s.template && strings.EqualFold(s.Section, name) {
			list = append(list, s)
		}
	}
	return list
}

// On reports whether Asterisk takes the value for a yes. Whatever else is written is a no to
// CDRs and the logger, also "enabled" (seen with 22.10.1).
func (s Setting) On() bool {
	return slices.Contains([]string{"yes", "true", "y", "t", "1", "on"}, strings.ToLower(s.Value))
}

// Read reads folder/name and what it includes. The error is that of opening that file;
// what an #include names may be missing.
func Read(folder, name string) (*File, error) {
	r := newReader(folder)
	if err := r.read(filepath.Join(folder, name)); err != nil {
		return nil, err
	}
	return r.file, nil
}

// Parse reads a text that includes nothing; name is the file of its settings.
func Parse(name, text string) *File {
	r := newReader("")
	r.lines(name, text)
	return r.file
}
