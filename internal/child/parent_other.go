//go:build !linux

package child

import "syscall"

// dieWithParent knows no way to have the child killed with its parent on this
// system: Stop or Kill has to run.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
