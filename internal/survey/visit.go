package survey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"callbackd/ari"
)

// visit is one PBX being asked.
type visit struct {
	pbx       PBX
	wanted    *wanted
	soundPath func(account, language, name string) (string, error)
	thorough  bool

	*connection                 // nil before there is one
	modules     map[string]bool // those that run
	noAgents    bool            // there is no context callbackd-agent
	findings    []finding
}

// run asks everything. What keeps it from asking is the last finding.
func (v *visit) run(ctx context.Context) {
	ctx, cancel := context.WithTimeoutCause(ctx, Limit, errSlow)
	defer cancel()
	if err := v.ask(ctx); err != nil {
		v.found(v.unasked(ctx, err))
	}
}

// errSlow is an Asterisk that answers, and not in time.
var errSlow = fmt.Errorf("not all was answered within %s", Limit)

func (v *visit) ask(ctx context.Context) error {
	var err error
	if v.connection, err = reach(ctx, v.pbx); err != nil {
		return err
	}
	v.askVersion()
	if more, err := v.askModules(ctx); err != nil || !more {
		return err
	}
	defer v.close(ctx)
	if err := v.open(ctx); err != nil {
		return err
	}
	questions := []func(context.Context) error{
		v.askRegions, v.askDialplan, v.askQueues, v.askPhones, v.askContexts, v.askSounds,
	}
	if v.thorough {
		questions = append(questions, v.sumUp, v.askClock, v.askArrivals)
	}
	for _, ask := range questions {
		if err := ask(ctx); err != nil {
			return err
		}
	}
	return nil
}

// missing notes that the PBX lacks what a file refers to: lacks says what, "has no queue
// support".
func (v *visit) missing(ref reference, hint, lacks string, args ...any) {
	severity := Error
	if !ref.needed {
		severity, hint = Warning, hint+"; no rule that is on needs it"
	}
	v.lacks(severity, ref, hint, lacks, args...)
}

// lacks is missing with a severity of its own.
func (v *visit) lacks(severity Severity, ref reference, hint, lacks string, args ...any) {
	f := finding{lacks: fmt.Sprintf(lacks, args...), anyOne: ref.anyOne}
	f.Finding = Finding{
		Severity: severity, PBX: v.pbx.Name, Account: ref.account, Path: ref.path,
		Message: "Asterisk " + v.pbx.Name + " " + f.lacks, Hint: hint,
	}
	v.findings = append(v.findings, f)
}

// found notes something about the PBX itself.
func (v *visit) found(f Finding) {
	f.PBX = v.pbx.Name
	if f.Path == "" {
		f.Path = "asterisk." + v.pbx.Name
	}
	v.findings = append(v.findings, finding{Finding: f})
}

// sumUp sums up what the rules files refer to.
func (v *visit) sumUp(context.Context) error {
	if !slices.ContainsFunc(v.findings, func(f finding) bool { return f.Severity == Error || f.Severity == Warning }) {
		v.fine("has what the rules files refer to")
	}
	return nil
}

// fine notes what was asked and is in order.
func (v *visit) fine(format string, args ...any) {
	if v.thorough {
		v.found(Finding{Severity: OK, Message: fmt.Sprintf("Asterisk %s ", v.pbx.Name) + fmt.Sprintf(format, args...)})
	}
}

// unasked says why a PBX couldn't be asked, or not for all.
func (v *visit) unasked(ctx context.Context, err error) Finding {
	who := fmt.Sprintf("Asterisk %s at %s", v.pbx.Name, v.pbx.URL)
	f := Finding{Severity: Error, Message: fmt.Sprintf("%s can't be asked: %s", who, err)}
	refusal := new(ari.Error)
	refused := errors.As(err, &refusal)
	switch {
	case errors.Is(context.Cause(ctx), errSlow):
		f.Message = fmt.Sprintf("%s: %s", who, errSlow)
		f.Hint = "ask again when it has less to do"
	case ctx.Err() != nil:
		f.Message = who + " wasn't asked to the end: interrupted"
	case refused && refusal.Status == http.StatusForbidden:
		f.Message = fmt.Sprintf("%s lets user %s look and change nothing", who, v.pbx.Username)
		f.Hint = "in Asterisk's ari.conf the user needs read_only = no"
	case errors.Is(err, ari.ErrUnauthorized):
		f.Message = fmt.Sprintf("%s doesn't take user %s with this password", who, v.pbx.Username)
		f.Hint = "compare username and password with the user in Asterisk's ari.conf"
	case errors.Is(err, ari.ErrNotFound) && v.connection == nil:
		f.Message = who + " has no ARI"
		f.Hint = "is this the address of Asterisk's HTTP server, with the prefix of its http.conf? Then ari.conf needs enabled = yes, and res_ari.so and res_ari_asterisk.so must run"
	case refused && refusal.Status == 0 && errors.Is(err, context.DeadlineExceeded):
		f.Message = fmt.Sprintf("%s doesn't answer within %s", who, answerLimit)
		f.Hint = "is it running, and is this the address of its http.conf?"
	case refused && refusal.Status == 0:
		f.Message = fmt.Sprintf("%s doesn't answer: %s", who, refusal.Err)
		f.Hint = "is it running, and is this the address of its http.conf?"
	}
	return f
}
