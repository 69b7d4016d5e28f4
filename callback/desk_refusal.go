package callback

import "time"

// AskRefusal is a callback that isn't promised, or a change of one that isn't made:
// nothing was stored. Its words say what to do.
type AskRefusal struct {
	Reason AskReason
	Field  AskField // what to change; "" where it isn't the request's fault
	Why    string
	// Again is when the same may be asked again and succeed, for reasons that pass.
	Again time.Time
	// Opens is the next opening after a time that is refused as closed; zero: there is none.
	Opens time.Time
	// Task is the customer's open task that a duplicate is refused for; else 0.
	Task int64
}

func (e *AskRefusal) Error() string { return e.Why }

// AskField names a part of a request.
type AskField string

// The fields.
const (
	FieldAccount  AskField = "account"
	FieldNumber   AskField = "number"
	FieldTarget   AskField = "target"
	FieldAt       AskField = "at"
	FieldNote     AskField = "note"
	FieldLanguage AskField = "language"
	FieldSource   AskField = "source"
	FieldPrevious AskField = "previous"
	FieldOwner    AskField = "owner"
	FieldAgent    AskField = "agent" // who takes it
	FieldKey      AskField = "Idempotency-Key"

	FieldBook           AskField = "schedule" // of appointments
	FieldStart          AskField = "start"    // of an appointment
	FieldIdentification AskField = "identification"
)

// AskReason says why a request is refused. The words of reasons that missed calls have
// too are the same.
type AskReason string

// The reasons. What each means says Meaning.
const (
	RefusedKeyUsed            AskReason = "key_used"
	RefusedNoAccount          AskReason = "no_account"
	RefusedRequestsOff        AskReason = "requests_off"
	RefusedAppointmentsOff    AskReason = "appointments_off"
	RefusedBookUnknown        AskReason = "schedule_unknown"
	RefusedTextInvalid        AskReason = "text_invalid"
	RefusedSourceUnknown      AskReason = "source_unknown"
	RefusedPrevious           AskReason = "previous_invalid"
	RefusedNumberInvalid      AskReason = AskReason(ReasonNumberInvalid)
	RefusedOwnNumber          AskReason = AskReason(ReasonOwnNumber)
	RefusedCountryNotCallable AskReason = AskReason(ReasonCountryNotCallable)
	RefusedPrefix             AskReason = AskReason(ReasonPrefixRefused)
	RefusedDoNotCall          AskReason = AskReason(ReasonDoNotCall)
	RefusedTargetUnknown      AskReason = AskReason(ReasonTargetUnknown)
	RefusedTargetOfRule       AskReason = "target_of_rule"
	RefusedTaken              AskReason = "taken"
	RefusedOwnerInvalid       AskReason = "owner_invalid"
	RefusedNoTimezone         AskReason = AskReason(ReasonNoTimezone)
	RefusedIdentification     AskReason = "identification_invalid"
	RefusedTimePast           AskReason = "time_past"
	RefusedTooSoon            AskReason = "too_soon"
	RefusedTimeTooFar         AskReason = "time_too_far"
	RefusedClosed             AskReason = "closed"
	RefusedNoSlot             AskReason = "no_slot"
	RefusedSlotFull           AskReason = "slot_full"
	RefusedCapReached         AskReason = AskReason(ReasonCapReached)
	RefusedDuplicate          AskReason = "duplicate"
	RefusedAreaFull           AskReason = AskReason(ReasonAreaFull)
	RefusedQueueFull          AskReason = AskReason(ReasonQueueFull)
)

// askReasons is the closed list, about in the order in which they are looked for: those
// that last before those that pass.
var askReasons = []struct {
	reason  AskReason
	meaning string
}{
	{RefusedKeyUsed, "the Idempotency-Key was used for another request in the last 24 hours"},
	{RefusedNoAccount, "no account of that name has rules in force"},
	{RefusedRequestsOff, "the account's file has no section `requests`"},
	{RefusedAppointmentsOff, "the account's file has no section `appointments`"},
	{RefusedBookUnknown, "the section `appointments` has no schedule of that name"},
	{RefusedTextInvalid, "the note or the language isn't what it may be"},
	{RefusedSourceUnknown, "the source isn't one of the list, or isn't one of the token's role"},
	{RefusedPrevious, "the task that this one is to follow isn't there, isn't this customer's, or is still open; or the token's role may follow none"},
	{RefusedNumberInvalid, "what is written isn't a telephone number that exists"},
	{RefusedOwnNumber, "the number is one of the account's own (`numbers`)"},
	{RefusedCountryNotCallable, "the number belongs to a country that the account doesn't call (`callable.countries`)"},
	{RefusedPrefix, "a premium-rate, satellite or other special number, or one that begins as `callable.refuse` says"},
	{RefusedDoNotCall, "the number is on the account's do-not-call list"},
	{RefusedTargetUnknown, "the file doesn't list the queue, agent or group, or none is named and `requests` has no `queue`"},
	{RefusedTargetOfRule, "target and language of a task from missed calls are its rule's"},
	{RefusedTaken, "another agent has it"},
	{RefusedOwnerInvalid, "the owner has no hours from 1 to 240, goes to nobody else afterwards, or to another than `target`"},
	{RefusedNoTimezone, "nobody can tell when it is day where the customer is"},
	{RefusedIdentification, "the appointment is booked with so many digits as `identification` says, and nothing else; or without, where it says none"},
	{RefusedTimePast, "the time isn't in the future"},
	{RefusedTooSoon, "the slot begins sooner than `at_least` allows"},
	{RefusedTimeTooFar, "the time lies farther ahead than `ahead` of `requests`, or of the appointments, allows"},
	{RefusedNoSlot, "no slot begins at that time"},
	{RefusedClosed, "the schedule is closed at that time by the customer's clock"},
	{RefusedCapReached, "the customer has been called as often as `callable.per_number` allows; only of requests at once"},
	{RefusedDuplicate, "the customer has such a request open, and `duplicates` is `refuse`; or has an appointment of the same schedule on the same day"},
	{RefusedSlotFull, "all seats of the slot are taken"},
	{RefusedAreaFull, "the area has as many open tasks of all kinds as its `max_tasks`"},
	{RefusedQueueFull, "the queue has as many open tasks of all kinds as its `max_tasks`"},
}

// AskReasons lists all reasons.
var AskReasons = func() (list []AskReason) {
	for _, r := range askReasons {
		list = append(list, r.reason)
	}
	return list
}()

// Meaning says in one line what a reason means; "" of one that isn't in the list.
func (r AskReason) Meaning() string {
	for _, known := range askReasons {
		if known.reason == r {
			return known.meaning
		}
	}
	return ""
}

// Passes reports whether the same request may succeed later.
func (r AskReason) Passes() bool {
	return r == RefusedCapReached || r == RefusedAreaFull || r == RefusedQueueFull
}
