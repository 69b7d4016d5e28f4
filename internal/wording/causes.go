package wording

// causes is what the cause values of ITU-T Q.850 (05/2018), table 1, are
// called; of those that Asterisk gives, the ones that a call can end with.
var causes = map[int]string{
	1:   "unallocated number",
	2:   "no route to transit network",
	3:   "no route to destination",
	4:   "special information tone",
	5:   "misdialled trunk prefix",
	6:   "channel unacceptable",
	16:  "normal call clearing",
	17:  "user busy",
	18:  "no user responding",
	19:  "no answer from the user",
	20:  "subscriber absent",
	21:  "call rejected",
	22:  "number changed",
	23:  "redirection to a new destination",
	25:  "exchange routing error",
	26:  "non-selected user clearing",
	27:  "destination out of order",
	28:  "invalid number format",
	29:  "facility rejected",
	31:  "normal, unspecified",
	34:  "no circuit available",
	38:  "network out of order",
	41:  "temporary failure",
	42:  "switching equipment congestion",
	44:  "requested circuit not available",
	47:  "resource unavailable",
	50:  "requested facility not subscribed",
	52:  "outgoing calls barred",
	55:  "incoming calls barred",
	57:  "bearer capability not authorised",
	58:  "bearer capability not available",
	88:  "incompatible destination",
	102: "recovery on timer expiry",
	127: "interworking, unspecified",
}

// Cause is what a Q.850 cause value is called; "" of one that isn't in the list.
func Cause(value int) string { return causes[value] }
