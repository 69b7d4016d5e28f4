package softphone

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

const (
	defaultExpires   = time.Minute
	registerLimit    = 5 * time.Second // for one REGISTER
	registerInterval = 2 * time.Second // between two tries after a failure
)

// registration keeps the phone known to a registrar (RFC 3261 section 10).
type registration struct {
	phone     *Phone
	registrar sip.Uri
	callID    sip.CallIDHeader
	tag       string
	stop      context.CancelFunc // ends the renewal
	stopped   chan struct{}      // closed when the renewal has ended

	mu  sync.Mutex // one REGISTER at a time
	seq uint32
}

// startRegistration registers once, and goes on renewing.
func (p *Phone) startRegistration(ctx context.Context) error {
	r := &registration{
		phone:   p,
		callID:  sip.CallIDHeader(sip.GenerateTagN(24)),
		tag:     sip.GenerateTagN(16),
		stopped: make(chan struct{}),
	}
	if err := sip.ParseUri("sip:"+p.options.Registrar, &r.registrar); err != nil {
		return fmt.Errorf("registrar %q is no host:port: %w", p.options.Registrar, err)
	}
	granted, err := r.register(ctx, p.options.Expires)
	if err != nil {
		return err
	}
	renewal, stop := context.WithCancel(context.Background())
	r.stop = stop
	p.registration = r
	p.running.Go(func() {
		defer close(r.stopped)
		r.renew(renewal, granted)
	})
	return nil
}

// Register renews the registration now, for instance after the registrar was
// restarted and has forgotten it.
func (p *Phone) Register(ctx context.Context) error {
	if p.registration == nil {
		return fmt.Errorf("register phone %s: it has no registrar", p.options.User)
	}
	_, err := p.registration.register(ctx, p.options.Expires)
	return err
}

// renew registers again after half of what was granted; after a failure every
// two seconds until it succeeds.
func (r *registration) renew(ctx context.Context, granted time.Duration) {
	timer := time.NewTimer(granted / 2)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		granted, err := r.register(ctx, r.phone.options.Expires)
		if err != nil {
			r.phone.log.Warn("registration not renewed", "error", err)
			timer.Reset(registerInterval)
			continue
		}
		timer.Reset(granted / 2)
	}
}

// end stops the renewal and takes the registration back.
func (r *registration) end(ctx context.Context) error {
	r.stop()
	<-r.stopped
	_, err := r.register(ctx, 0)
	return err
}

// register sends one REGISTER, twice if it is challenged, and returns for how
// long it holds.
func (r *registration) register(ctx context.Context, expires time.Duration) (granted time.Duration, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx, stop := context.WithTimeout(ctx, registerLimit)
	defer stop()
	defer func() {
		if err != nil {
			err = fmt.Errorf("register %s at %s: %w", r.phone.options.User, r.phone.options.Registrar, err)
		}
	}()

	request := r.request(expires)
	response, err := r.phone.client.Do(ctx, request)
	if err != nil {
		return 0, err
	}
	if challenged(response) {
		request = request.Clone() // the transaction may still read the first
		response, err = r.phone.client.DoDigestAuth(ctx, request, response, sipgo.DigestAuth{
			Username: r.phone.options.User,
			Password: r.phone.options.Password,
		})
		if err != nil {
			return 0, err
		}
		r.seq = request.CSeq().SeqNo
		if challenged(response) {
			return 0, fmt.Errorf("%w: check user and password",
				&StatusError{Code: response.StatusCode, Phrase: response.Reason})
		}
	}
	if !response.IsSuccess() {
		return 0, &StatusError{Code: response.StatusCode, Phrase: response.Reason}
	}
	if expires > 0 {
		granted, err = grantedTime(response, expires)
	}
	return granted, err
}

// challenged tells whether the answer asks for the password.
func challenged(response *sip.Response) bool {
	return response.StatusCode == sip.StatusUnauthorized || response.StatusCode == sip.StatusProxyAuthRequired
}

func (r *registration) request(expires time.Duration) *sip.Request {
	r.seq++
	user := r.registrar
	user.User = r.phone.options.User
	request := sip.NewRequest(sip.REGISTER, r.registrar)
	request.AppendHeader(&sip.FromHeader{Address: user, Params: sip.HeaderParams{{K: "tag", V: r.tag}}})
	request.AppendHeader(&sip.ToHeader{Address: user})
	callID := r.callID
	request.AppendHeader(&callID)
	request.AppendHeader(&sip.CSeqHeader{SeqNo: r.seq, MethodName: sip.REGISTER})
	contact := r.phone.contact()
	request.AppendHeader(&contact)
	request.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires.Seconds()))))
	return request
}

// grantedTime reads how long the registrar keeps our contact: the contact's
// own parameter, else the Expires header, else what was asked for.
func grantedTime(response *sip.Response, asked time.Duration) (time.Duration, error) {
	value := ""
	if contact := response.Contact(); contact != nil {
		value, _ = contact.Params.Get("expires")
	}
	if header := response.GetHeader("Expires"); value == "" && header != nil {
		value = header.Value()
	}
	if value == "" {
		return asked, nil
	}
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds <= 0 {
		return 0, errors.New("the registrar grants " + strconv.Quote(value) + " seconds")
	}
	return time.Duration(seconds) * time.Second, nil
}
