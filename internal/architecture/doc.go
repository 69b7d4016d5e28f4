// Package architecture holds the test of the arrows between packages: who may
// know whom. The picture is in the README, the reasons are in each package's
// doc.go.
package architecture
