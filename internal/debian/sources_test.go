package debian

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The mirror is told from the machine's own apt sources, in every form in
// which Debian and its users write them.
func TestMirror(t *testing.T) {
	const debian = "http://deb.debian.org/debian"
	tests := []struct {
		name  string
		files map[string]string // below /etc/apt
		want  string            // empty: none is found
	}{
		{"one line", map[string]string{
			"sources.list": "deb http://deb.debian.org/debian bookworm main contrib\n",
		}, debian},
		{"one line with options", map[string]string{
			"sources.list": "deb [ arch=amd64,arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg ] http://deb.debian.org/debian\tbookworm main # chosen\n",
		}, debian},
		{"deb822", map[string]string{
			"sources.list.d/debian.sources": "Types: deb deb-src\n# the nearest\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
		}, debian},
		{"deb822, continued lines and other spelling", map[string]string{
			"sources.list.d/debian.sources": "types: deb\nuris:\n http://deb.debian.org/debian\nsuites: bookworm-updates\n bookworm\ncomponents: contrib main\n",
		}, debian},
		{"a suite by its turn", map[string]string{
			"sources.list": "deb https://ftp.se.debian.org/debian stable main\n",
		}, "https://ftp.se.debian.org/debian"},
		{"a list of mirrors", map[string]string{
			"sources.list.d/debian.sources": "Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm\nComponents: main\n",
		}, "mirror+file:///etc/apt/mirrors/debian.list"},
		{"after security and updates", map[string]string{
			"sources.list": "deb http://security.debian.org/debian-security bookworm-security main\n" +
				"deb http://updates.example/debian bookworm-updates main\n" +
				"deb http://backports.example/debian bookworm-backports main\n" +
				"deb http://deb.debian.org/debian bookworm main\n",
		}, debian},
		{"after the installation medium", map[string]string{
			"sources.list": "deb cdrom:[Debian GNU/Linux 12.11.0 _Bookworm_ - Official amd64 DVD]/ bookworm main\n" +
				"deb http://deb.debian.org/debian bookworm main\n",
		}, debian},
		{"beside others who name their suites after Debian's", map[string]string{
			"sources.list.d/a.list":         "deb [signed-by=/usr/share/keyrings/vendor.gpg] https://apt.vendor.example/debian bookworm main\n",
			"sources.list.d/b.list":         "deb https://packages.vendor.example/apt bookworm main\n",
			"sources.list.d/debian.sources": "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
			"sources.list.d/z.sources":      "Types: deb\nURIs: https://z.vendor.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----\n",
		}, debian},
		{"switched off and commented out", map[string]string{
			"sources.list":              "# deb http://old.example/debian bookworm main\ndeb-src http://src.example/debian bookworm main\n",
			"sources.list.d/a.sources":  "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n",
			"sources.list.d/b.list.bak": "deb http://bak.example/debian bookworm main\n",
			"sources.list.d/c.sources":  "Types: deb-src\nURIs: http://src.example/debian\nSuites: bookworm\nComponents: main\n\n\nTypes: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm\nComponents: main\n",
		}, debian},
		{"only others", map[string]string{
			"sources.list":          "deb http://security.debian.org/debian-security bookworm-security main\n",
			"sources.list.d/a.list": "deb [signed-by=/usr/share/keyrings/vendor.gpg] https://apt.vendor.example/debian bookworm main\n",
		}, ""},
		{"another release and another component", map[string]string{
			"sources.list": "deb http://deb.debian.org/debian bullseye main\ndeb http://deb.debian.org/debian bookworm contrib\n",
		}, ""},
		{"faulty lines", map[string]string{
			"sources.list":             "deb\ndeb [arch=amd64 http://x.example/debian bookworm main\ndeb http://y.example/debian\nnonsense\n",
			"sources.list.d/a.sources": " begins with a continuation\nno colon\n",
		}, ""},
		{"nothing", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "sources.list.d"), 0o755))
			for name, text := range tt.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
			}
			sources, err := readSources(dir)
			require.NoError(t, err)
			got, err := mirror(sources, "bookworm", "forky")
			if tt.want == "" {
				assert.ErrorContains(t, err, "bookworm")
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestOSRelease(t *testing.T) {
	id, codename := osRelease("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n")
	assert.Equal(t, "debian", id)
	assert.Equal(t, "bookworm", codename)

	id, _ = osRelease("NAME=Ubuntu\nID='ubuntu'\nID_LIKE=debian\n")
	assert.Equal(t, "ubuntu", id, "a relative of Debian isn't Debian")
}
