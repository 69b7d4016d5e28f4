package storage

var (
	logPositionQuery   = `SELECT position FROM log_positions WHERE pbx = ?`
	logPositionCommand = `INSERT INTO log_positions (pbx, position) VALUES (?, ?)
		ON CONFLICT (pbx) DO UPDATE SET position = excluded.position`
)

// LogPosition implements callback.ReadTx.
func (tx *readTx) LogPosition(pbx string) ([]byte, error) {
	return find(tx, "position in the logs of "+pbx, func(p *[]byte) []any { return []any{p} }, logPositionQuery, pbx)
}

// SetLogPosition implements callback.Tx.
func (tx *writeTx) SetLogPosition(pbx string, position []byte) error {
	_, err := tx.exec("store how far the logs of "+pbx+" are read", logPositionCommand, pbx, string(position))
	return err
}
