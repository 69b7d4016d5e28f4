//go:build !race

package hours

const raced = false
