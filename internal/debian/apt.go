package debian

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"callbackd/internal/child"
)

// keyrings are where Debian's keys lie; the second name is the newer one.
var keyrings = []string{
	"/usr/share/keyrings/debian-archive-keyring.gpg",
	"/usr/share/keyrings/debian-archive-keyring.pgp",
}

// apt runs apt-get beside the machine's own: with other sources, and its own
// notes of what is there and what is installed, which is nothing.
type apt struct {
	program Program
	dir     string // everything of it lies here
	config  string // its configuration file
	mirror  string
	report  *progress
}

// newApt lays out dir. What lies there from an earlier try stays; fetch sees
// what it is good for.
func newApt(p Program, dir, mirror, arch string, report *progress) (*apt, error) {
	i := slices.IndexFunc(keyrings, func(file string) bool {
		_, err := os.Stat(file)
		return err == nil
	})
	if i < 0 {
		return nil, fmt.Errorf("none of Debian's keyrings is there (%s): install the package debian-archive-keyring, %s",
			strings.Join(keyrings, ", "), p.OtherWay)
	}
	a := &apt{program: p, dir: dir, config: filepath.Join(dir, "apt.conf"), mirror: mirror, report: report}
	for _, sub := range []string{"state/lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, err
		}
	}
	files := map[string]string{
		"status":       "", // nothing is installed, so every dependency is fetched
		"sources.list": fmt.Sprintf("deb [arch=%s signed-by=%s target=Packages] %s %s main\n", arch, keyrings[i], mirror, p.Suite),
		"apt.conf":     fmt.Sprintf(aptConf, dir),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// aptConf is read after the machine's own configuration, whose proxy and
// passwords hold here too. %[1]s is the folder.
const aptConf = `Dir::State "%[1]s/state";
Dir::State::lists "%[1]s/state/lists";
Dir::State::status "%[1]s/status";
Dir::Cache "%[1]s/cache";
Dir::Cache::archives "%[1]s/cache/archives";
Dir::Etc::sourcelist "%[1]s/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";

// As root, apt would fetch as the user _apt, who can't reach a home folder.
APT::Sandbox::User "root";

// A mirror that is weeks behind, or a snapshot of one, is good enough for tests:
// signatures are checked, and what is too old its user refuses.
Acquire::Check-Valid-Until "false";

// Whatever the machine's own configuration allows.
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";

APT::Default-Release "";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";

// What the machine does after its own updates is none of our business.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
`

// fetch downloads the packages, signatures checked, and returns the files of those
// that are to be unpacked.
func (a *apt) fetch(ctx context.Context) ([]string, error) {
	a.report.line("fetching %s from %s (%s)", a.program.Name, a.mirror, a.program.Suite)
	if _, err := a.run(ctx, "the list of packages", "update"); err != nil {
		return nil, err
	}
	wanted, err := a.wanted(ctx)
	if err != nil {
		return nil, err
	}
	// Of what lies there already, apt-get would look at the size alone.
	if err := removeOthers(a.archives(), wanted); err != nil {
		return nil, err
	}
	args := append([]string{"install", "--yes", "--download-only"}, a.program.Packages...)
	if _, err := a.run(ctx, "packages", args...); err != nil {
		return nil, err
	}
	var files []string
	for _, w := range wanted {
		if name, _, _ := strings.Cut(w.name, "_"); !slices.Contains(a.program.Provided, name) {
			files = append(files, filepath.Join(a.archives(), w.name))
		}
	}
	return files, nil
}

// archives is where apt-get puts packages.
func (a *apt) archives() string { return filepath.Join(a.dir, "cache/archives") }

// run runs apt-get, shows its progress, and returns what it prints.
func (a *apt) run(ctx context.Context, what string, args ...string) (string, error) {
	status, statusEnd, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer status.Close()
	// apt-get writes "dlstatus:ITEM:PERCENT:TEXT" to descriptor 3.
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-c", a.config, "-q", "-o", "APT::Status-Fd=3"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	cmd.ExtraFiles = []*os.File{statusEnd}
	// The programs that apt-get downloads with are in its process group.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var said aptOutput
	cmd.Stdout, cmd.Stderr = &said, &said
	p, err := child.Start(cmd)
	_ = statusEnd.Close() // apt-get has its own
	if err != nil {
		return "", err
	}
	lines := bufio.NewScanner(status)
	for lines.Scan() {
		fields := strings.SplitN(lines.Text(), ":", 4)
		if len(fields) == 4 && fields[0] == "dlstatus" {
			if percent, err := strconv.ParseFloat(fields[2], 64); err == nil {
				a.report.update("fetching %s%s: %.0f %%", what, said.size(), percent)
			}
		}
	}
	if err := p.Wait(); err != nil {
		return "", fmt.Errorf("apt-get %s from %s: %w (%s): check that this machine reaches its Debian mirror (a proxy goes into http_proxy), %s",
			args[0], a.mirror, err, said.complaints(), a.program.OtherWay)
	}
	return said.String(), nil
}

// aptOutput is what apt-get has printed so far.
type aptOutput struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *aptOutput) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *aptOutput) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var needToGet = regexp.MustCompile(`(?m)^Need to get (.+) of archives\.$`)

// size is how much is to be fetched, as " (97.3 MB)", if apt-get has said so.
func (o *aptOutput) size() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m := needToGet.FindSubmatch(o.text.Bytes()); m != nil {
		return fmt.Sprintf(" (%s)", m[1])
	}
	return ""
}

// complaints are the lines in which apt-get says what is wrong.
func (o *aptOutput) complaints() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var found []string
	for line := range strings.Lines(o.text.String()) {
		if strings.HasPrefix(line, "E: ") || strings.HasPrefix(line, "W: ") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return strings.Join(found, " ")
}
