package callback

// Reason says why a missed call isn't called back. The words are the same in
// the database, the log, the metrics and the API.
type Reason string

// The reasons. What each means says Meaning.
const (
	ReasonCallbackAsked      Reason = "callback_asked"
	ReasonAnonymous          Reason = "anonymous"
	ReasonNumberInvalid      Reason = "number_invalid"
	ReasonOwnNumber          Reason = "own_number"
	ReasonCountryNotCallable Reason = "country_not_callable"
	ReasonPrefixRefused      Reason = "prefix_refused"
	ReasonDoNotCall          Reason = "do_not_call"
	ReasonNumberLogOnly      Reason = "number_log_only"
	ReasonIgnored            Reason = "ignored"
	ReasonMessageLeft        Reason = "message_left"
	ReasonTooShort           Reason = "too_short"
	ReasonNoAccount          Reason = "no_account"
	ReasonTargetUnknown      Reason = "target_unknown"
	ReasonNoRule             Reason = "no_rule"
	ReasonAnsweredFirst      Reason = "answered_first"
	ReasonAccountFrozen      Reason = "account_frozen"
	ReasonRuleDisabled       Reason = "rule_disabled"
	ReasonNoTimezone         Reason = "no_timezone"
	ReasonCapReached         Reason = "cap_reached"
	ReasonAreaFull           Reason = "area_full"
	ReasonQueueFull          Reason = "queue_full"
)

// reasons is the closed list. It stands in the order in which an account looks for
// them, so that of several the one that lasts is told: see Account.decide.
var reasons = []struct {
	reason  Reason
	meaning string
}{
	{ReasonNoAccount, "several accounts share the trunk, and none of them owns the number that was dialled"},
	{ReasonCallbackAsked, "the caller has asked for a callback in this call, or made, moved or cancelled an appointment: that is kept"},
	{ReasonAnonymous, "the caller's number is withheld; it isn't kept either"},
	{ReasonNumberInvalid, "what the trunk delivered isn't a telephone number that exists"},
	{ReasonOwnNumber, "the caller's number is one of the account's own (numbers)"},
	{ReasonCountryNotCallable, "the number belongs to a country that the account doesn't call (callable.countries)"},
	{ReasonPrefixRefused, "a premium-rate, satellite or other special number, or one that begins as callable.refuse says"},
	{ReasonDoNotCall, "the number is on the account's do-not-call list: the customer pressed the stop key, or a person put it there"},
	{ReasonNumberLogOnly, "nobody could ask whether the number is withheld, because only a log knows the call or it was over too soon, and log_only_numbers is skip"},
	{ReasonIgnored, "the dialplan said so: CALLBACKD_MISSED=ignore"},
	{ReasonMessageLeft, "the customer left a message, and message_left is handled"},
	{ReasonTooShort, "the call was over sooner than callable.min_wait"},
	{ReasonTargetUnknown, "the file doesn't list the queue, agent or group that lost the call, or nobody knows who lost it"},
	{ReasonNoRule, "no rule is about such a loss"},
	{ReasonAnsweredFirst, "a person answered and passed the call on before it was lost, and no rule that is on and has after_transfer is about that"},
	{ReasonAccountFrozen, "the account is frozen by a person"},
	{ReasonRuleDisabled, "the rules about such a loss are off, by the file or by a person"},
	{ReasonNoTimezone, "nobody can tell when it is day where the customer is"},
	{ReasonCapReached, "the customer has been called as often as callable.per_number allows"},
	{ReasonAreaFull, "the area has as many open tasks as its max_tasks"},
	{ReasonQueueFull, "the queue has as many open tasks as its max_tasks"},
}

// Reasons lists all reasons, those that last before those that pass.
var Reasons = func() (list []Reason) {
	for _, r := range reasons {
		list = append(list, r.reason)
	}
	return list
}()

// Meaning says in one line what a reason means; "" of one that isn't in the list.
func (r Reason) Meaning() string {
	for _, known := range reasons {
		if known.reason == r {
			return known.meaning
		}
	}
	return ""
}
