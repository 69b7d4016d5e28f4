package callback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// Links makes the secrets of links by which customers look at what they were promised,
// move it and cancel it. Nothing of them is stored: the same task has the same secret
// under the same key, and whoever changes the key ends all links. The zero Links has no
// key and opens nothing.
type Links struct{ key []byte }

// NewLinks makes links by a key, of whatever form, that nobody else knows.
func NewLinks(key []byte) Links { return Links{key} }

const (
	linkID  = 8 // bytes of a secret that name the task
	linkMAC = sha256.Size
)

// Secret is the last part of the link to a task that somebody asked for; "" of others:
// who called and reached nobody was promised nothing that could be cancelled.
func (l Links) Secret(t Task) string {
	if !t.askedFor() || len(l.key) == 0 {
		return ""
	}
	secret := binary.BigEndian.AppendUint64(nil, uint64(t.ID)) //nolint:gosec // ids are above 0
	return base64.RawURLEncoding.EncodeToString(append(secret, l.mac(t)...))
}

// mac proves that whoever shows it was given the link. With the account and the moment
// of the task's birth it is no other's, also where ids begin anew with a new database.
func (l Links) mac(t Task) []byte {
	mac := hmac.New(sha256.New, l.key)
	fmt.Fprintf(mac, "%d %d %s", t.ID, t.Created.UnixMilli(), t.Account) // never fails
	return mac.Sum(nil)
}

// Task is the id of the task that a secret says it is of. Whether it is, Opens tells.
func (l Links) Task(secret string) (id int64, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(raw) != linkID+linkMAC || raw[0] > 0x7f {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(raw)), true //nolint:gosec // its highest bit isn't set
}

// Opens reports whether a secret is that of a task. It takes as long for any wrong one.
func (l Links) Opens(t Task, secret string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return err == nil && t.askedFor() && len(l.key) > 0 && len(raw) == linkID+linkMAC && hmac.Equal(raw[linkID:], l.mac(t))
}
