package callback

import (
	"crypto/sha256"
	"slices"
	"sync"
)

// Hashings counts how often passwords were hashed.
type Hashings struct {
	mu    sync.Mutex
	costs []cost
}

// Count is how often since the last Count.
func (h *Hashings) Count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(h.costs)
	h.costs = nil
	return n
}

// Same reports whether all since the last Count cost the same: as much time and memory.
func (h *Hashings) Same() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(slices.Compact(slices.Clone(h.costs))) <= 1
}

// CountHashings has s hash in no time, and counts it. before, if set, is called before
// each one.
func (s *Users) CountHashings(before func()) *Hashings {
	h := new(Hashings)
	s.passwords.derive = func(password, salt []byte, passes, memory uint32, threads uint8, keyLength uint32) []byte {
		if before != nil {
			before()
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.costs = append(h.costs, cost{memory: memory, passes: passes, threads: threads})
		key := sha256.Sum256(slices.Concat(salt, password, []byte{byte(memory), byte(passes)}))
		return key[:keyLength]
	}
	return h
}

// CheapHash is the hash of a password as it was made when it cost less.
func (s *Users) CheapHash(password string) PasswordHash {
	c, salt := cost{memory: 1024, passes: 1, threads: 1}, make([]byte, saltBytes)
	return phc(c, salt, s.passwords.derive([]byte(password), salt, c.passes, c.memory, c.threads, keyBytes))
}
