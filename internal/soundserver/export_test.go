package soundserver

// Offered counts the addresses that are remembered.
func (s *Server) Offered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.offered)
}
