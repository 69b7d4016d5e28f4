package catchup

// What Meter.LogTrouble is told; the alarm of each is logs_ and the same word.
const (
	TroubleUnreadable = "unreadable"  // a log can't be read
	TroubleWithoutIDs = "without_ids" // its rows don't say of which call they are
	TroubleLost       = "lost"        // a part of it is gone
	TroubleBroken     = "broken"      // some lines aren't Asterisk's
	TroubleForeign    = "foreign"     // they are another Asterisk's
)

// Troubles lists all of them.
var Troubles = []string{TroubleUnreadable, TroubleWithoutIDs, TroubleLost, TroubleBroken, TroubleForeign}

// What Meter.Disagreed is told: what the two witnesses may disagree on.
const (
	LiveMissed   = "live_missed_log_answered"
	LiveAnswered = "live_answered_log_missed"
	LiveUnseen   = "live_unseen" // no event told of the call
)

// Disagreements lists all of them.
var Disagreements = []string{LiveMissed, LiveAnswered, LiveUnseen}
