package pbx

import (
	"context"
	"errors"
	"fmt"

	"callbackd/ari"
)

// answered reports whether Asterisk has answered a request at all.
func answered(err error) bool {
	failure := new(ari.Error)
	return errors.As(err, &failure) && failure.Status != 0
}

// refusal reports whether Asterisk has refused a request for what it says (4xx),
// so that nothing of it took effect. After any other failure, a 500 or silence,
// something may have.
func refusal(err error) bool {
	failure := new(ari.Error)
	return errors.As(err, &failure) && failure.Status >= 400 && failure.Status < 500 || errors.Is(err, ari.ErrInvalid)
}

// gone makes nil of the answer that something isn't there any more.
func gone(err error) error {
	if errors.Is(err, ari.ErrNotFound) {
		return nil
	}
	return err
}

// seen gives the cause of a context that ended a request, rather than the
// request's own words.
func seen(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// withoutNumber is what Asterisk said, without the dial string and the
// customer's number in it: errors get into logs.
func withoutNumber(err error) error {
	failure := new(ari.Error)
	if !errors.As(err, &failure) {
		return err
	}
	if failure.Status == 0 {
		return fmt.Errorf("customer leg: no answer from Asterisk: %w", failure.Err)
	}
	return fmt.Errorf("customer leg: Asterisk answered %d: %s", failure.Status, failure.Message)
}
