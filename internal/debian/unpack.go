package debian

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"callbackd/internal/child"
)

// unpack puts the content of all packages into one folder, which is emptied
// first: it may hold half of an earlier try.
func unpack(ctx context.Context, debs []string, root string, report *progress) error {
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	report.line("unpacking %d packages", len(debs))
	for i, deb := range debs {
		report.update("unpacking packages: %d of %d", i+1, len(debs))
		// dpkg-deb runs tar, which ends when its input does.
		var complaint strings.Builder
		cmd := exec.CommandContext(ctx, "dpkg-deb", "--extract", deb, root)
		cmd.Stderr = &complaint
		p, err := child.Start(cmd)
		if err == nil {
			err = p.Wait()
		}
		if err != nil {
			return fmt.Errorf("unpack %s: %w: %s", deb, err, strings.TrimSpace(complaint.String()))
		}
	}
	return nil
}
