package architecture

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrows says which packages of this module each package may import. A package
// that isn't here is a new decision: make it, and write it down.
var arrows = map[string][]string{
	"ari":                 {},
	"ari/aritest":         {"ari"},
	"callback":            {"callback/hours"},
	"callback/hours":      {},
	"storage":             {"callback"},
	"storage/storagetest": {"callback"},
	"sounds":              {},

	"asterisk-config":                 {},
	"asterisk-config/private":         {"asterisk-config", "internal/child", "internal/debian", "internal/lockfile"},
	"asterisk-config/private/install": {"asterisk-config/private"},

	"internal/pbx":                 {"ari", "callback", "internal/alarms"}, // the only one that acts on both
	"internal/survey":              {"ari", "callback"},                    // reads the one, asks the other, changes nothing
	"internal/survey/asteriskconf": {},
	"internal/survey/doctor":       {"asterisk-config", "callback", "sounds", "internal/config", "internal/survey", "internal/survey/asteriskconf", "internal/witness"},
	"internal/config":              {"callback", "callback/hours", "internal/spelling"},
	"internal/recordings":          {"callback"},
	"internal/reload":              {"callback", "internal/config"},
	"internal/soundserver":         {},
	"internal/repertoire":          {"callback", "sounds", "internal/alarms"},
	"internal/metrics":             {"callback", "storage", "internal/reload", "internal/catchup"},
	"internal/httpapi":             {"callback", "sounds", "internal/spelling", "internal/feed"},
	"internal/apiclient":           {"callback", "internal/config", "internal/httpapi"},
	"internal/wording":             {"callback", "internal/httpapi"},
	"internal/page":                {"callback", "internal/apiclient", "internal/httpapi", "internal/wording"},
	"internal/app":                 {"callback", "storage", "sounds", "internal/pbx", "internal/config", "internal/httpapi", "internal/reload", "internal/metrics", "internal/witness", "internal/catchup", "internal/recordings", "internal/repertoire", "internal/soundserver", "internal/survey", "internal/page", "internal/alarms", "internal/feed", "internal/survey/doctor"},
	"internal/witness":             {"callback"},
	"internal/witness/logtest":     {},
	"internal/catchup":             {"callback", "internal/witness", "internal/alarms"},
	"internal/callgen":             {"callback"},
	"internal/casebook":            {"ari", "asterisk-config/private", "internal/softphone"},
	"internal/spelling":            {},
	"internal/feed":                {},
	"internal/alarms":              {"docs"},
	"docs":                         {},
	"internal/child":               {},
	"internal/lockfile":            {},
	"internal/debian":              {"internal/child", "internal/lockfile"},
	"internal/browser":             {"internal/debian"},
	"internal/browser/install":     {"internal/browser"},
	"internal/softphone":           {},
	"internal/lab":                 {"ari", "asterisk-config/private", "internal/child", "internal/softphone", "internal/apiclient", "internal/httpapi"},
	"internal/endtoend":            {},
	"internal/pagetest":            {},
	"internal/torture":             {},
	"internal/architecture":        {},

	"cmd/callbackd": {"internal/wording", "internal/app", "internal/survey/doctor", "internal/apiclient", "internal/config", "internal/httpapi", "callback", "sounds"},
	"cmd/demo":      {"callback", "internal/lab", "internal/softphone", "internal/httpapi", "asterisk-config/private"},
}

// foreign are packages from outside that decide what a package is about: only
// those named may import them.
var foreign = map[string][]string{
	"database/sql":                     {"storage"},
	"github.com/mattn/go-sqlite3":      {"storage"},
	"github.com/coder/websocket":       {"ari", "ari/aritest"},
	"github.com/goccy/go-yaml":         {"internal/config"},
	"github.com/danielgtaylor/huma/v2": {"internal/httpapi"},
	"github.com/spf13/cobra":           {"cmd/callbackd"},
	"github.com/robfig/cron/v3":        {"internal/recordings", "internal/repertoire"},
	"github.com/fsnotify/fsnotify":     {"internal/reload"},
	"github.com/prometheus":            {"internal/metrics"},
	"github.com/chromedp":              {"internal/browser"},
	"github.com/emiago/sipgo":          {"internal/softphone"},
	"golang.org/x/crypto":              {"callback"},
	"github.com/nyaruka/phonenumbers":  {"callback", "callback/hours", "internal/config", "internal/survey", "internal/page"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "callbackd/")
		seen[name] = true
		allowed, known := arrows[name]
		if !known {
			t.Errorf("package %s isn't in the picture", name)
			continue
		}
		for _, path := range p.Imports {
			if to, ours := strings.CutPrefix(path, "callbackd/"); ours && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s: that arrow isn't in the picture", name, to)
			}
			for library, users := range foreign {
				if (path == library || strings.HasPrefix(path, library+"/")) && !slices.Contains(users, name) {
					t.Errorf("%s imports %s, which belongs to %v", name, path, users)
				}
			}
		}
	}
	for name := range arrows {
		if !seen[name] {
			t.Errorf("package %s is in the picture, but not in the module", name)
		}
	}
}

// The domain does no I/O but through its ports.
func TestTheDomainIsPure(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != "callbackd/callback" {
			continue
		}
		for _, path := range p.Imports {
			for _, forbidden := range []string{"net", "net/http", "os", "io/fs", "database/sql", "os/exec"} {
				require.NotEqual(t, forbidden, path)
			}
		}
		return
	}
	t.Fatal("package callback wasn't found")
}

// packages lists the module's packages as they are built, without their tests.
func packages(t *testing.T) (list []pkg) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "callbackd/...").Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		t.Fatalf("go list: %s", failed.Stderr)
	}
	require.NoError(t, err)
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else {
			require.NoError(t, err)
		}
		list = append(list, p)
	}
}
