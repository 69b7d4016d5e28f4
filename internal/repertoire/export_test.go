package repertoire

import (
	"context"

	"callbackd/callback"
)

// Planned has another one say what attempts may play.
func (r *Repertoire) Planned(planned func(context.Context) ([]callback.Sound, error)) {
	r.o.Planned = planned
}
