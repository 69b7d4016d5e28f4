package storage

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"callbackd/callback"
)

// timeLayout is how times are stored: UTC, milliseconds, of one width, so that
// they sort as text. Anything finer is cut off.
const timeLayout = "2006-01-02T15:04:05.000Z"

// now is the present as the database will give it back.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// timeColumn stores and reads a time; the zero time is NULL.
type timeColumn struct{ t *time.Time }

func (c timeColumn) Value() (driver.Value, error) {
	if c.t.IsZero() {
		return nil, nil
	}
	return c.t.UTC().Format(timeLayout), nil
}

func (c timeColumn) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		*c.t = time.Time{}
	case string:
		*c.t, err = time.Parse(timeLayout, v)
	default:
		err = fmt.Errorf("a time is stored as %T", src)
	}
	return err
}

// targetColumn stores and reads a target as "queue:support".
type targetColumn struct{ t *callback.Target }

func (c targetColumn) Value() (driver.Value, error) { return c.t.String(), nil }

func (c targetColumn) Scan(src any) (err error) {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("a target is stored as %T", src)
	}
	*c.t, err = callback.ParseTarget(text)
	return err
}

// settingsColumn stores and reads an attempt's settings as JSON.
type settingsColumn struct{ s *callback.Settings }

func (c settingsColumn) Value() (driver.Value, error) {
	text, err := json.Marshal(c.s)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	return string(text), nil
}

func (c settingsColumn) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("settings are stored as %T", src)
	}
	*c.s = callback.Settings{}
	if err := json.Unmarshal([]byte(text), c.s); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return nil
}

// millisecondColumn stores and reads a duration as whole milliseconds.
type millisecondColumn struct{ d *time.Duration }

func (c millisecondColumn) Value() (driver.Value, error) { return c.d.Milliseconds(), nil }

func (c millisecondColumn) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a duration is stored as %T", src)
	}
	*c.d = time.Duration(n) * time.Millisecond
	return nil
}

// idColumn stores and reads a reference to another row; 0 is NULL.
type idColumn struct{ id *int64 }

func (c idColumn) Value() (driver.Value, error) {
	if *c.id == 0 {
		return nil, nil
	}
	return *c.id, nil
}

func (c idColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c.id = 0
	case int64:
		*c.id = v
	default:
		return fmt.Errorf("a reference is stored as %T", src)
	}
	return nil
}
