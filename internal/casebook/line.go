package casebook

import (
	"context"
	"errors"

	"callbackd/internal/softphone"
)

// Answers picks up.
func (l *Line) Answers() *Line {
	l.scene.must(l.who+" answers", l.call.Answer())
	return l
}

// Refuses refuses with a status of SIP: 486 busy, 603 declined, 480, 404, 503.
func (l *Line) Refuses(status int) { l.scene.must(l.who+" refuses", l.call.Reject(status)) }

// Forwards sends the caller to another extension (302).
func (l *Line) Forwards(to string) {
	l.scene.must(l.who+" forwards", l.call.Redirect(l.scene.desk.uri(l.scene.desk.office.Local(to))))
}

// HangsUp ends the call, or gives it up.
func (l *Line) HangsUp() { l.scene.must(l.who+" hangs up", l.call.Hangup()) }

// IsAnswered waits for the other side's answer.
func (l *Line) IsAnswered() {
	l.wait("is answered", func(ctx context.Context) error {
		_, err := l.call.Answered(ctx)
		return err
	})
}

// HearsRinging waits until it rings at the other end, and a moment longer.
func (l *Line) HearsRinging() {
	l.wait("hears it ring", func(ctx context.Context) error {
		_, err := l.call.Rings(ctx)
		return err
	})
	l.scene.Waits(moment)
}

// Ends waits until the other side has ended the call.
func (l *Line) Ends() {
	l.wait("is hung up on", func(ctx context.Context) error {
		_, err := l.call.Ended(ctx)
		return err
	})
}

// Presses presses keys. The last one may be what ends the call.
func (l *Line) Presses(keys string) {
	l.wait("presses "+keys, func(ctx context.Context) error {
		err := l.call.SendDigits(ctx, keys)
		if ended := new(softphone.EndedError); errors.As(err, &ended) {
			return nil
		}
		return err
	})
}

// Says changes what the other side hears.
func (l *Line) Says(s softphone.Sound) { l.call.Say(s) }

// Holds puts the other side on hold.
func (l *Line) Holds() { l.wait("holds", l.call.Hold) }

// Unholds takes the other side back from hold.
func (l *Line) Unholds() { l.wait("unholds", l.call.Unhold) }

// Transfers passes the other side on to an extension, without asking there.
func (l *Line) Transfers(to string) {
	l.wait("transfers to "+to, func(ctx context.Context) error {
		return l.call.Transfer(ctx, l.scene.desk.uri(l.scene.desk.office.Local(to)))
	})
}

// TransfersTo passes the other side on to the other side of another call of
// the same phone.
func (l *Line) TransfersTo(other *Line) {
	l.wait("transfers", func(ctx context.Context) error { return l.call.TransferTo(ctx, other.call) })
}

func (l *Line) wait(what string, do func(context.Context) error) {
	ctx, stop := context.WithTimeout(l.scene.ctx, step)
	defer stop()
	l.scene.must(l.who+" "+what, do(ctx))
}
