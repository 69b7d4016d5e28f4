package callback

// Sound is what somebody hears: a sound of the library, or a text that is spoken. The
// zero Sound is none.
type Sound struct {
	Play string  `json:"play,omitempty"` // name in the sound library
	Say  *Speech `json:"say,omitempty"`
}

// IsZero reports whether nothing is heard.
func (s Sound) IsZero() bool { return s.Play == "" && s.Say == nil }

// Speech is a text that a program speaks before anybody is called.
type Speech struct {
	Language string `json:"language,omitempty"` // sv, en_GB; "": the voice's own
	Voice    string `json:"voice,omitempty"`    // of the speech command; "": the one named like the language
	Text     string `json:"text"`
}
