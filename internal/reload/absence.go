package reload

// Absence says why no file has an account that is in force. The zero Absence is
// an account that has one.
type Absence struct {
	Why AbsenceReason
	Now string // for AbsentOther: the account that the file is about
}

// IsZero reports whether a file has the account.
func (a Absence) IsZero() bool { return a == Absence{} }

// AbsenceReason is why no file has an account. Only where the file is gone can
// it be that the account is no more.
type AbsenceReason string

// The reasons.
const (
	AbsentGone     AbsenceReason = "gone"            // the file isn't there
	AbsentOther    AbsenceReason = "another_account" // the file is about another account now
	AbsentUnlisted AbsenceReason = "folder"          // the files can't be listed, or there are none at all
)

// absence tells why no file has the account of rules. mu is held.
func (r *Reloader) absence(rules inForce) Absence {
	if r.listing != nil {
		return Absence{Why: AbsentUnlisted}
	}
	if now, there := r.files[rules.file.Path]; there && now.account != "" && now.account != rules.file.Name {
		return Absence{Why: AbsentOther, Now: now.account}
	}
	return Absence{Why: AbsentGone}
}
