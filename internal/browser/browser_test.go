package browser

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"callbackd/internal/child"
)

// asVictim, set in the environment, makes TestVictim start a Chromium, say its
// process id, and wait to be killed.
const asVictim = "CALLBACKD_TEST_VICTIM"

func TestVictim(t *testing.T) {
	if os.Getenv(asVictim) == "" {
		return
	}
	b := Start(t)
	fmt.Printf("\nchromium %d\n", chromedp.FromContext(b.ctx).Browser.Process().Pid)
	select {}
}

// However a test ends, its Chromium ends too.
func TestChromiumDiesWithItsTest(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	cmd.Env = append(os.Environ(), asVictim+"=yes", "TMPDIR="+t.TempDir())
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	victim, err := child.Start(cmd)
	require.NoError(t, err)
	t.Cleanup(victim.Kill)
	chromium := 0
	for lines := bufio.NewScanner(out); chromium == 0 && lines.Scan(); {
		if id, found := strings.CutPrefix(lines.Text(), "chromium "); found {
			chromium, err = strconv.Atoi(id)
			require.NoError(t, err)
		}
	}
	require.DirExists(t, fmt.Sprintf("/proc/%d", chromium))
	victim.Kill()
	require.Eventually(t, func() bool {
		_, err := os.Stat(fmt.Sprintf("/proc/%d/exe", chromium))
		return err != nil
	}, 10*time.Second, 20*time.Millisecond)
}
