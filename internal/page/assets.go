package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// styleFile is what the files of the style are served as, all in one.
const styleFile = "style.css"

// asset is a file that pages need besides their HTML.
type asset struct {
	content []byte
	version string // of its content
}

var assets = readAssets(assetFiles)

func readAssets(files fs.FS) map[string]asset {
	read := map[string]asset{}
	add := func(name string, content []byte) {
		sum := sha256.Sum256(content)
		read[name] = asset{content, hex.EncodeToString(sum[:6])}
	}
	var style []byte
	err := fs.WalkDir(files, "assets", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, file)
		if path.Ext(file) == ".css" {
			style = append(style, content...)
		} else {
			add(path.Base(file), content)
		}
		return err
	})
	if err != nil {
		panic(err) // they are in the binary
	}
	add(styleFile, style)
	return read
}

// assetPath is the address of an asset as it is now: another version has another one, so
// browsers may keep what they have for ever.
func assetPath(name string) string { return "/assets/" + name + "?v=" + assets[name].version }

func serveAsset(w http.ResponseWriter, r *http.Request) {
	a, ok := assets[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	keep := "no-cache"
	if r.URL.Query().Get("v") == a.version {
		keep = "public, max-age=31536000, immutable"
	}
	w.Header().Set("Cache-Control", keep)
	w.Header().Set("ETag", `"`+a.version+`"`)
	http.ServeContent(w, r, r.PathValue("name"), time.Time{}, bytes.NewReader(a.content))
}
