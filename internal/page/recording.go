package page

import "strconv"

// playRecording sends a recording to the player of a page, or the part that it wants.
func playRecording(v *visit) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	return v.through("/api/v1/recordings/" + strconv.FormatInt(id, 10))
}

// followEvents streams what changes to the script of a page.
func followEvents(v *visit) error { return v.through("/api/v1/events") }
