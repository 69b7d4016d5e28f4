// Package architecture holds the test of the arrows between packages: who may
// know whom. The picture is in the README, the reasons are in each package's
// doc.go. What else holds for the whole source is tested here too: every alarm
// is in the documentation.
package architecture
