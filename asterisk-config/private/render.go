package private

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"text/template"

	asteriskconfig "callbackd/asterisk-config"
)

//go:embed etc/*.conf
var templates embed.FS

// settings is what the templates below etc/ may use.
type settings struct {
	Config

	RunDir      string // where the control socket lies
	ModuleDir   string // empty for an Asterisk of the system
	DataDir     string
	SIPPort     int
	HTTPPort    int
	RTPFirst    int
	RTPLast     int
	ARIUser     string
	ARIPassword string
}

var functions = template.FuncMap{
	"seconds":   seconds,
	"interface": memberInterface,
	"yesno": func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	},
}

// defaults are the files that may be empty and must not be missing: Asterisk
// would log an error for each, and real errors would be lost among them.
var defaults = []string{
	"acl.conf", "ccss.conf", "cel.conf", "confbridge.conf", "geolocation.conf", "manager.conf",
	"pjproject.conf", "queuerules.conf", "res_parking.conf", "statsd.conf", "udptl.conf", "websocket_client.conf",
}

// render makes the files of Asterisk's etc folder, by name.
func render(s settings) (map[string][]byte, error) {
	parsed, err := template.New("").Funcs(functions).Option("missingkey=error").ParseFS(templates, "etc/*.conf")
	if err != nil {
		return nil, fmt.Errorf("parse the templates of the private Asterisk: %w", err)
	}
	files := map[string][]byte{"callbackd.conf": []byte(asteriskconfig.Dialplan)}
	for _, name := range defaults {
		files[name] = []byte("; Asterisk's defaults; without the file it complains.\n")
	}
	for _, t := range parsed.Templates() {
		var text bytes.Buffer
		if err := t.Execute(&text, s); err != nil {
			return nil, fmt.Errorf("render %s of the private Asterisk: %w", t.Name(), err)
		}
		files[t.Name()] = text.Bytes()
	}
	for name, text := range s.Further {
		files[name] = append(append(files[name], '\n'), text...)
	}
	return files, nil
}

// writeTo lays out the folder that Asterisk runs in. What an earlier run left
// there (logs, recordings, registrations) stays.
func (s settings) writeTo() error {
	files, err := render(s)
	if err != nil {
		return err
	}
	// Asterisk makes neither cdr-csv nor recording, and without them writes no
	// CDR and answers every recording with an error.
	for _, dir := range []string{"etc", "lib/moh", "spool/recording", "spool/tmp", "log/cdr-csv", "cache"} {
		if err := os.MkdirAll(filepath.Join(s.Dir, dir), 0o755); err != nil {
			return fmt.Errorf("lay out the folder of the private Asterisk: %w", err)
		}
	}
	for name, text := range files {
		// Passwords are in some of them.
		if err := os.WriteFile(filepath.Join(s.Dir, "etc", name), text, 0o600); err != nil {
			return fmt.Errorf("configure the private Asterisk: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "lib/moh/hold.wav"), holdMusic(), 0o644); err != nil {
		return fmt.Errorf("write the music on hold of the private Asterisk: %w", err)
	}
	return nil
}
