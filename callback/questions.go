package callback

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Sounds of the library that callers hear in more than one menu.
const (
	SoundNotUnderstood = "not-understood"
	SoundOfferNumber   = "offer-number"
	SoundOfferConfirm  = "offer-confirm"
	SoundEnterNumber   = "offer-enter-number"
	SoundNotCallable   = "offer-not-callable"
)

const (
	answerWithin = 6 * time.Second // a key after a question
	betweenKeys  = 4 * time.Second // one digit after the other; then the number is whole
	mostTries    = 3               // at one question
	mostDigits   = 20              // of a number that is typed
	backKey      = "#"
)

// ask asks a question until one of keys is pressed, or backKey, which leads back; "" is no
// answer, or none that could be understood. Keys that were pressed before the question
// count for nothing: hurried ones arrive twice.
func (c *conversation) ask(ctx context.Context, keys string, question ...Words) (key string, err error) {
	key, _, err = c.tellAndAsk(ctx, keys, nil, question...)
	return key, err
}

// tellAndAsk is ask, with news before the question; told says that the caller has heard
// them, or pressed a key before their end.
func (c *conversation) tellAndAsk(ctx context.Context, keys string, news []Words, question ...Words) (key string, told bool, err error) {
	for range mostTries {
		c.caller.Forget()
		if err := c.say(ctx, news...); err != nil {
			return "", told, err
		}
		told = true
		if err := c.say(ctx, question...); err != nil {
			return "", told, err
		}
		key, err := c.caller.Key(ctx, answerWithin)
		if err != nil || key == "" || strings.Contains(keys+backKey, key) {
			return key, told, err
		}
		c.caller.Forget()
		if err := c.say(ctx, play(SoundNotUnderstood)); err != nil {
			return "", told, err
		}
	}
	return "", told, nil
}

// typed has the caller type digits. They end with a # or a pause; "" is none.
func (c *conversation) typed(ctx context.Context, question ...Words) (text string, err error) {
	c.caller.Forget()
	if err := c.say(ctx, question...); err != nil {
		return "", err
	}
	within := answerWithin
	for len(text) < mostDigits {
		key, err := c.caller.Key(ctx, within)
		if err != nil || key == "" || key == "#" {
			return text, err
		}
		text, within = text+key, betweenKeys
	}
	return text, nil
}

func (c *conversation) say(ctx context.Context, words ...Words) error {
	return c.caller.Say(ctx, c.account.Name, words...)
}

// storing stores what the caller has asked for. Who hangs up meanwhile has asked for it all
// the same.
func (c *conversation) storing(ctx context.Context, do func(context.Context) (Task, error)) (Task, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	return do(ctx)
}

// farewell says what there is to say when all is stored: it is only good manners, so it
// isn't cut short by what ends a menu, and what can't be said isn't.
func (c *conversation) farewell(words ...Words) {
	ctx, cancel := context.WithTimeout(c.lifetime, farewellLimit)
	defer cancel()
	c.caller.Forget()
	err := c.say(ctx, words...)
	if err == nil || c.lifetime.Err() != nil || errors.Is(err, ErrCallerGone) || errors.Is(err, context.DeadlineExceeded) {
		return
	}
	c.event(c.o.Log.Error()).Str("alarm", "menu_failed").Err(err).Msg("a caller isn't told that it is stored")
}

// number finds out where the caller wants to be called, read back and confirmed: at own,
// or, if that is "" or isn't wanted, at a number that is typed. check tells whether one can
// be used, and how it is written. not is what came of a caller who goes back instead.
func (c *conversation) number(ctx context.Context, own string, check func(typed string) (string, *AskRefusal, error)) (number string, not Offered, err error) {
	number = own
	for range mostTries {
		if number == "" {
			if c.barred(&c.strangers) {
				return "", OfferedRefused, c.sayRefused(ctx, c.visit.Menu.refusal())
			}
			text, err := c.typed(ctx, play(SoundEnterNumber))
			if err != nil {
				return "", "", err
			}
			if text == "" {
				return "", OfferedNoAnswer, nil
			}
			var refusal *AskRefusal
			if number, refusal, err = check(text); err != nil {
				return "", "", err
			}
			if refusal != nil {
				c.caller.Forget()
				if err := c.say(ctx, play(SoundNotCallable)); err != nil {
					return "", "", err
				}
				continue
			}
		}
		key, err := c.ask(ctx, "12", play(SoundOfferNumber), digits(FormatNational.write(number, c.account.Country)), play(SoundOfferConfirm))
		switch {
		case err != nil:
			return "", "", err
		case key == "1":
			return number, "", nil
		case key != "2":
			return "", leftBy(key), nil
		}
		number = ""
	}
	return "", OfferedNoAnswer, nil
}

// leftBy is what came of a caller who didn't press what leads on.
func leftBy(key string) Offered {
	if key == "" {
		return OfferedNoAnswer
	}
	return OfferedDeclined
}
