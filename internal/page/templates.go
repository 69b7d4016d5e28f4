package page

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages by the names of their files, each within the layout and with the
// parts that several of them use.
var templates = readTemplates(templateFiles)

const (
	layoutFile = "templates/layout.html"
	partsFile  = "templates/parts.html"
)

func readTemplates(files fs.FS) map[string]*template.Template {
	layout := template.Must(template.New("").Funcs(template.FuncMap{
		"asset":   assetPath,
		"number":  number,
		"count":   count,
		"options": options,
	}).ParseFS(files, layoutFile, partsFile))
	found, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	pages := map[string]*template.Template{}
	for _, file := range found {
		if file == layoutFile || file == partsFile {
			continue
		}
		page := template.Must(template.Must(layout.Clone()).ParseFS(files, file))
		pages[strings.TrimSuffix(path.Base(file), ".html")] = page
	}
	return pages
}

// named is a set of choices with the name of its field.
type named struct {
	Name    string
	Choices []choice
}

func options(name string, choices []choice) named { return named{name, choices} }
