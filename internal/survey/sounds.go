package survey

import "context"

// askSounds has each prompt played, to nobody.
func (v *visit) askSounds(ctx context.Context) error {
	for _, s := range v.wanted.sounds {
		path, err := v.soundPath(s.name)
		switch {
		case err != nil:
			continue // a fault of the library, which Asterisk knows nothing of
		case path == "":
			v.lacks(Note, s, "check again when callbackd has run", "can't be asked for sound %s, which is written out at callbackd's first start", s.name)
			continue
		case !v.modules["res_stasis_snoop.so"]:
			v.lacks(Note, s, "load res_stasis_snoop.so", "can't be asked for sound %s", s.name)
			continue
		}
		plays, err := v.plays(ctx, path)
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
