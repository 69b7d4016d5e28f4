package page

import (
	"strconv"
	"time"

	"callbackd/callback"
	"callbackd/internal/apiclient"
)

// withheldWhy is the text for what isn't a stranger's business: whoever writes a number need
// not be who has it.
const withheldWhy = "number_refused"

// refusalWords are why something isn't promised, for customers: the field that it is about,
// and the key of the text. Whether somebody asked never to be called isn't told.
var refusalWords = map[callback.AskReason]struct{ field, text string }{
	callback.RefusedNumberInvalid:      {"number", "wrong_number"},
	callback.RefusedOwnNumber:          {"number", withheldWhy},
	callback.RefusedDoNotCall:          {"number", withheldWhy},
	callback.RefusedCapReached:         {"number", withheldWhy},
	callback.RefusedNoTimezone:         {"number", withheldWhy},
	callback.RefusedCountryNotCallable: {"number", "wrong_country"},
	callback.RefusedPrefix:             {"number", "wrong_prefix"},
	callback.RefusedTextInvalid:        {"note", "wrong_note"},
	callback.RefusedSlotFull:           {"when", "time_taken"},
	callback.RefusedNoSlot:             {"when", "time_taken"},
	callback.RefusedTooSoon:            {"when", "time_too_soon"},
	callback.RefusedTimePast:           {"when", "time_past"},
	callback.RefusedTimeTooFar:         {"when", "time_too_far"},
	callback.RefusedClosed:             {"when", "time_closed"},
	callback.RefusedKeyUsed:            {"", "sent_before"},
	callback.RefusedDuplicate:          {"", "duplicate"},
	callback.RefusedQueueFull:          {"", "full"},
	callback.RefusedAreaFull:           {"", "full"},
}

// refusal is what the API has refused, in words. zone is that of times, country that of an
// example of a number.
func (s speech) refusal(refused *apiclient.RefusedError, zone *time.Location, country string) (field, words string) {
	known, ok := refusalWords[refused.Reason]
	if !ok {
		return "", s.say("refused")
	}
	if known.text == "time_closed" && !refused.Opens.IsZero() {
		return known.field, s.say("time_closed_until", "time", s.time(refused.Opens.In(zone)))
	}
	return known.field, s.say(known.text, "example", example(country), "most", strconv.Itoa(longestNote), "minutes", minutes(max(refused.Again, time.Minute)))
}
