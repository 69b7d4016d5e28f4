package app

import (
	"callbackd/internal/recordings"
)

// newKeeper makes the keeper of what lies on all PBXs.
func (d *daemon) newKeeper() *recordings.Keeper {
	pbxs := make(map[string]recordings.PBX, len(d.pbxs))
	for name, x := range d.pbxs {
		pbxs[name] = x
	}
	return recordings.NewKeeper(d.store, pbxs, d.log)
}
