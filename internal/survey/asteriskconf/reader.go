package asteriskconf

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	deepest      = 10       // how deep Asterisk follows includes
	mostFiles    = 1000     // are read
	mostBytes    = 16 << 20 // of all files together
	mostSettings = 200_000  // with those that sections begin with
	mostUnread   = 100      // lines are kept
)

// reader is one reading of a file with what it includes.
type reader struct {
	folder string
	file   *File
	open   []fs.FileInfo // the files in which we are, the outermost first
	room   int64         // bytes that may still be read
	files  int           // files that may still be read

	section *section            // of the line before, also across an #include; nil before the first
	first   map[string]*section // by name in lower case: Asterisk makes sections from the first that is named so
}

type section struct {
	name     string
	template bool
	settings []Setting
}

func newReader(folder string) *reader {
	return &reader{folder: folder, file: &File{}, first: map[string]*section{}, room: mostBytes, files: mostFiles}
}

var (
	errNotRegular = errors.New("not a regular file")
	errCircle     = errors.New("it includes itself")
	errTooMuch    = errors.New("too much to read")
)

// read reads one file. The error is that nothing of it could be.
func (r *reader) read(path string) error {
	text, info, err := r.text(path)
	if err != nil {
		return err
	}
	r.open = append(r.open, info)
	r.lines(path, text)
	r.open = r.open[:len(r.open)-1]
	return nil
}

// lines takes a file's lines, one after the other.
func (r *reader) lines(path, text string) {
	number, blocks := 0, 0
	for line := range strings.Lines(text) {
		number++
		line, blocks = uncommented(line, blocks)
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case line[0] == '#':
			r.directive(line)
		case line[0] == '[':
			r.begin(line[1:])
		default:
			key, value, assigned := strings.Cut(line, "=")
			if assigned {
				value = strings.TrimSpace(strings.TrimPrefix(value, ">"))
				r.add(Setting{Key: strings.TrimSpace(key), Value: value, File: path, Line: number})
			}
		}
	}
}

// text reads a regular file. Another one may never end, or never begin.
func (r *reader) text(path string) (string, fs.FileInfo, error) {
	info, err := os.Stat(path) // opening may do something to what isn't a regular file
	if err != nil {
		return "", nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return "", nil, &fs.PathError{Op: "read", Path: path, Err: errNotRegular}
	case slices.ContainsFunc(r.open, func(other fs.FileInfo) bool { return os.SameFile(info, other) }):
		return "", nil, errCircle
	case r.files == 0:
		return "", nil, errTooMuch
	}
	file, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, r.room+1))
	switch {
	case err != nil:
		return "", nil, err
	case int64(len(text)) > r.room:
		return "", nil, errTooMuch
	}
	r.room -= int64(len(text))
	r.files--
	return string(text), info, nil
}

// directive follows an #include or #tryinclude.
func (r *reader) directive(line string) {
	what, argument, _ := strings.Cut(strings.Join(strings.Fields(line), " "), " ")
	what, argument = strings.ToLower(what), strings.Trim(argument, `"<> `)
	if what != "#include" && what != "#tryinclude" || len(r.open) > deepest || argument == "" {
		r.unread(line)
		return
	}
	if !filepath.IsAbs(argument) {
		argument = filepath.Join(r.folder, argument)
	}
	paths, err := filepath.Glob(argument)
	if err != nil || len(paths) == 0 {
		paths = []string{argument}
	}
	for _, path := range paths {
		err := r.read(path)
		switch {
		case err == nil, what == "#tryinclude" && errors.Is(err, fs.ErrNotExist):
		case errors.Is(err, errTooMuch):
			r.unread(fmt.Sprintf("%s (%s)", line, err))
			return
		default:
			r.unread(fmt.Sprintf("%s (%s)", line, err))
		}
	}
}

func (r *reader) unread(what string) {
	if len(r.file.Unread) < mostUnread && !slices.Contains(r.file.Unread, what) {
		r.file.Unread = append(r.file.Unread, what)
	}
}

// begin begins a section, whose header is what follows the bracket: "csv](!,base)".
func (r *reader) begin(header string) {
	name, options, _ := strings.Cut(header, "]")
	name = strings.TrimSpace(name)
	r.section = &section{name: name}
	first, again := r.first[strings.ToLower(name)]
	if !again {
		r.first[strings.ToLower(name)] = r.section
	}
	options = strings.TrimSpace(options)
	if !strings.HasPrefix(options, "(") {
		return
	}
	options, _, _ = strings.Cut(options[1:], ")")
	for option := range strings.SplitSeq(options, ",") {
		switch option = strings.TrimSpace(option); option {
		case "!":
			r.section.template = true
		case "+":
			if again {
				r.section = first
			}
		default:
			if base, known := r.first[strings.ToLower(option)]; known {
				for _, s := range base.settings {
					if !r.add(s) {
						return
					}
				}
			}
		}
	}
}

// add adds a setting to the section in which we are, if there is room for it.
func (r *reader) add(s Setting) bool {
	if len(r.file.Settings) == mostSettings {
		r.unread(errTooMuch.Error())
		return false
	}
	if r.section != nil {
		s.Section, s.template = r.section.name, r.section.template
		r.section.settings = append(r.section.settings, s)
	}
	r.file.Settings = append(r.file.Settings, s)
	return true
}

// uncommented is a line without its comments, and how many block comments are open at its
// end: ;-- begins one unless a third hyphen follows, --; ends it, and they nest.
func uncommented(line string, open int) (string, int) {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		rest := line[i:]
		switch {
		case open > 0 && strings.HasPrefix(rest, "--;"):
			open--
			i += len("--;") - 1
		case strings.HasPrefix(rest, ";--") && !strings.HasPrefix(rest, ";---"):
			open++
			i += len(";--") - 1
		case open > 0:
		case strings.HasPrefix(rest, `\;`):
			b.WriteByte(';')
			i++
		case rest[0] == ';':
			return b.String(), open
		default:
			b.WriteByte(line[i])
		}
	}
	return b.String(), open
}
