package doctor

import (
	"context"
	"path/filepath"
)

// records reports whether a rule in force may record on a PBX.
func (e *examination) records(pbx string) bool {
	for _, account := range e.accounts() {
		there := false
		for _, region := range account.Regions {
			there = there || region.PBX == pbx
		}
		for _, rule := range account.Calling() {
			if there && rule.Enabled && rule.Recording != nil {
				return true
			}
		}
	}
	return false
}

// examineRecordings looks at the folder of ARI's recordings. Asterisk makes folders in it,
// and never it.
func (h *host) examineRecordings(ctx context.Context) {
	h.examineFolder(ctx, filepath.Join(h.directory("astspooldir", "/var/spool/asterisk"), "recording"),
		"where recordings are kept", "no conversation is recorded")
}
