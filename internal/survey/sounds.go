package survey

import "context"

// askSounds has each sound played, to nobody. An Asterisk that fetches them from callbackd
// is asked by the daemon, which alone has their addresses.
func (v *visit) askSounds(ctx context.Context) error {
	if v.pbx.Fetches {
		if v.thorough && len(v.wanted.sounds) > 0 {
			v.found(Finding{
				Severity: Note, Path: "asterisk." + v.pbx.Name + ".sounds_url",
				Message: "Asterisk " + v.pbx.Name + " fetches its sounds from callbackd, and isn't asked for them here",
				Hint:    "callbackd, when it runs, has each of them fetched ahead: alarm sound_not_fetched if that fails",
			})
		}
		return nil
	}
	for _, s := range v.wanted.sounds {
		path, err := v.soundPath(s.account, s.language, s.name)
		switch {
		case err != nil:
			continue // a fault of the library, which Asterisk knows nothing of
		case path == "":
			v.lacks(Note, s, "check again when callbackd has run", "can't be asked for sound %s, which is written out at callbackd's first start", s.name)
			continue
		}
		plays, err := v.plays(ctx, "sound:"+path)
		if err != nil {
			return err
		}
		if !plays {
			v.missing(s, "its user must be able to read the file, and to enter every folder above it; an Asterisk on another host needs it at the same place",
				"can't play %s.wav", path)
		}
	}
	return nil
}
