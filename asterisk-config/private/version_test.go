package private

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNewEnough(t *testing.T) {
	tests := []struct {
		printed string // by asterisk -V
		version string
		want    bool
	}{
		{"Asterisk 22.10.1", "22.10.1", true},
		{"Asterisk 22.10.1+dfsg+~cs6.17.60671434-1\n", "22.10.1", true},
		{"Asterisk 22.10.0", "22.10.0", false},
		{"Asterisk 22.9.3", "22.9.3", false}, // 9 is less than 10
		{"Asterisk 22.11.0", "22.11.0", true},
		{"Asterisk 23.0.0", "23.0.0", true},
		{"Asterisk 20.15.2~dfsg+~cs6.15", "20.15.2", false},
		{"Asterisk 22.11.0-rc1", "", false},
		{"Asterisk certified-22.8-cert1", "", false},
		{"Asterisk GIT-22-1a2b3c4", "", false},
		{"bash: asterisk: command not found", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.printed, func(t *testing.T) {
			assert.Equal(t, tt.version, versionIn(tt.printed))
			assert.Equal(t, tt.want, newEnough(versionIn(tt.printed)))
		})
	}
}
