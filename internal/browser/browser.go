package browser

import (
	"context"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Browser is a running Chromium.
type Browser struct {
	ctx context.Context // chromedp's, of the whole browser
}

// Start starts a Chromium, which ends with the test. Where none is installed it is
// installed first.
func Start(t testing.TB) *Browser {
	t.Helper()
	installed, err := Install(t.Context(), os.Stderr)
	require.NoError(t, err)
	ctx, end := chromedp.NewExecAllocator(context.Background(), installed.options(t.TempDir())...)
	t.Cleanup(end) // waits until it is gone
	ctx, closeBrowser := chromedp.NewContext(ctx)
	t.Cleanup(closeBrowser)
	require.NoError(t, chromedp.Do(ctx), "start Chromium")
	return &Browser{ctx: ctx}
}

// options say how Chromium is run. It has no sandbox: that needs root once, or user
// namespaces, which containers often forbid; and all that it ever opens are the
// pages that are under test.
func (i Installation) options(home string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(i.program), chromedp.NoInheritEnv, chromedp.Env(i.environment(home)...),
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("lang", "en-GB"),
	)
}
