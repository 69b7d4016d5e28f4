package softphone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// ErrClosed is what a phone returns that was closed.
var ErrClosed = errors.New("the phone is closed")

// Options describe a phone. The zero Options make one that listens on a free
// port, isn't registered anywhere, and says silence.
type Options struct {
	Listen string // address of SIP; default "127.0.0.1:0": a free port. Loopback only

	User     string // in From and Contact, and for challenges; default "phone"
	Password string // for challenges (digest)
	Name     string // display name of calls that it places

	Registrar string        // host:port to register at; empty: don't
	Expires   time.Duration // of the registration, renewed at half of it; default 60 s

	Codecs []Codec // that it takes, the best first; PCMU if empty
	Keeps  bool    // every packet of audio, for Call.Packets: 16 kB a second

	Sequence uint16 // of the first RTP packet of its calls; 0: any

	Says     Sound         // what its calls say until told otherwise
	Handler  func(*Call)   // takes incoming calls, each in a goroutine; nil: Incoming does
	Patience time.Duration // of the Must methods; default 20 s
	Logger   *slog.Logger  // nil: none
}

// Phone is a SIP phone, or the far end of a trunk: it takes calls to any
// number.
type Phone struct {
	options Options
	log     *slog.Logger
	ip      netip.Addr
	port    int

	conn         *signalSocket
	agent        *sipgo.UserAgent
	client       *sipgo.Client
	registration *registration // nil without Registrar
	incoming     chan *Call

	live     context.Context // ends when the socket is about to be closed
	die      context.CancelFunc
	running  sync.WaitGroup // goroutines that Close waits for
	replying sync.RWMutex   // held for reading while a request gets its reply

	mu     sync.Mutex
	closed bool
	calls  []*Call          // all that there ever were, in order
	byTag  map[string]*Call // by our tag in From or To
}

// allowed are the methods that a phone understands.
const allowed = "INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, NOTIFY"

// waitingCalls is how many incoming calls may wait for Incoming; the next is
// refused with 486.
const waitingCalls = 256

// Start opens a phone and, with a Registrar, registers it; ctx bounds that. A
// refused registration is a *StatusError. The phone lives until Close.
func Start(ctx context.Context, options Options) (*Phone, error) {
	p := &Phone{
		options:  options,
		log:      options.Logger,
		incoming: make(chan *Call, waitingCalls),
		byTag:    make(map[string]*Call),
	}
	p.live, p.die = context.WithCancel(context.Background())
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if p.options.User == "" {
		p.options.User = "phone"
	}
	if len(p.options.Codecs) == 0 {
		p.options.Codecs = []Codec{PCMU}
	}
	if p.options.Expires == 0 {
		p.options.Expires = defaultExpires
	}
	if p.options.Patience == 0 {
		p.options.Patience = 20 * time.Second
	}
	if err := p.listen(); err != nil {
		return nil, fmt.Errorf("start phone %s: %w", p.options.User, err)
	}
	if options.Registrar == "" {
		return p, nil
	}
	if err := p.startRegistration(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start phone %s: %w", p.options.User, err), p.Close())
	}
	return p, nil
}

// listen opens the socket and sets sipgo to work on it.
func (p *Phone) listen() error {
	address := p.options.Listen
	if address == "" {
		address = "127.0.0.1:0"
	}
	local, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if !local.Addr().IsLoopback() {
		return fmt.Errorf("listen on %s: phones without a real network's protection stay on loopback", local)
	}
	socket, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(local))
	if err != nil {
		return err
	}
	p.ip, p.port = local.Addr(), socket.LocalAddr().(*net.UDPAddr).Port
	p.conn = &signalSocket{PacketConn: socket, reading: make(chan struct{})}

	server, err := p.wire()
	if err != nil {
		return errors.Join(err, socket.Close())
	}
	p.running.Go(func() {
		if err := server.ServeUDP(p.conn); err != nil {
			p.log.Error("SIP socket", "error", err)
		}
	})
	<-p.conn.reading
	return nil
}

// wire sets sipgo up, its log ours.
func (p *Phone) wire() (*sipgo.Server, error) {
	var err error
	p.agent, err = sipgo.NewUA(
		sipgo.WithUserAgent("callbackd-softphone"),
		sipgo.WithUserAgentHostname(p.ip.String()),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(p.log)),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(p.log),
			sip.WithTransactionLayerUnhandledResponseHandler(func(r *sip.Response) {
				p.log.Debug("late response", "response", r.Short())
			}),
		),
	)
	if err != nil {
		return nil, err
	}
	p.client, err = sipgo.NewClient(p.agent,
		sipgo.WithClientLogger(p.log),
		sipgo.WithClientAddr(p.Addr()),
		sipgo.WithClientConnectionAddr(p.Addr()), // everything leaves from the one socket
	)
	if err != nil {
		return nil, err
	}
	server, err := sipgo.NewServer(p.agent, sipgo.WithServerLogger(p.log))
	if err != nil {
		return nil, err
	}
	server.OnInvite(p.takeInvite)
	server.OnUpdate(p.briefly(p.takeOffer))
	server.OnAck(p.briefly(p.takeAck))
	server.OnBye(p.briefly(p.takeBye))
	server.OnCancel(p.briefly(p.takeLateCancel))
	server.OnOptions(p.briefly(p.takeOK))
	server.OnNotify(p.briefly(p.takeOK))
	return server, nil
}

// Addr is where the phone takes SIP, "127.0.0.1:49152".
func (p *Phone) Addr() string {
	return netip.AddrPortFrom(p.ip, uint16(p.port)).String()
}

// URI is the address at which any user can be called here without a registrar,
// "sip:+46701234567@127.0.0.1:49152".
func (p *Phone) URI(user string) string { return "sip:" + user + "@" + p.Addr() }

// Incoming returns the next call that came in, in the order of arrival, as
// soon as there is one. It doesn't ring by itself: that is up to [Call.Ring].
// A call that its caller has given up meanwhile comes all the same.
func (p *Phone) Incoming(ctx context.Context) (*Call, error) {
	select {
	case c := <-p.incoming:
		return c, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("no call came to phone %s: %w", p.options.User, ctx.Err())
	}
}

// Calls are all calls that the phone ever had, in the order in which they
// began: how often it was rung, for instance.
func (p *Phone) Calls() []*Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

func (p *Phone) deliver(c *Call) {
	if handler := p.options.Handler; handler != nil {
		p.running.Go(func() { handler(c) })
		return
	}
	select {
	case p.incoming <- c:
	default:
		if err := c.Reject(486); err != nil {
			p.log.Warn("too many calls wait", "error", err)
		}
	}
}

// enter counts one more goroutine, unless the phone is closed.
func (p *Phone) enter() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.running.Add(1)
	return true
}

func (p *Phone) remember(tag string, c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, c)
	p.byTag[tag] = c
}

// closeLimit is how long Close waits for the other sides.
const closeLimit = 3 * time.Second

// Close hangs up every call (an incoming one that isn't answered gets 480),
// takes back the registration, and returns when nothing of the phone runs any
// more: at once, or after 3 seconds if somebody doesn't confirm, which is an
// error then; and not before a Handler has returned.
func (p *Phone) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	calls := slices.Clone(p.calls)
	p.mu.Unlock()

	ctx, stop := context.WithTimeout(context.Background(), closeLimit)
	defer stop()
	failures := make([]error, len(calls)+1)
	var farewells sync.WaitGroup
	for i, c := range calls {
		farewells.Go(func() { failures[i] = c.hangup(ctx, 480) })
	}
	if p.registration != nil {
		farewells.Go(func() { failures[len(calls)] = p.registration.end(ctx) })
	}
	farewells.Wait()
	return errors.Join(append(failures, p.shutDown(calls))...)
}

// shutDown closes the socket and waits for all that works on it.
func (p *Phone) shutDown(calls []*Call) error {
	for _, c := range calls {
		if c.invited != nil {
			_ = c.invited.Err() // returns when a 487 that sipgo is about to send is out
		}
	}
	p.conn.deafen()
	p.replying.Lock() // the other side's last BYE gets its 200
	defer p.replying.Unlock()
	p.die()
	failure := p.agent.Close()
	_ = p.conn.Close() // ends the reading; nothing is lost if it fails
	for _, c := range calls {
		c.finish(End{By: Near, How: Failed, Err: ErrClosed})
	}
	p.running.Wait()
	// A request that was on its way out when the socket went has opened another.
	return errors.Join(failure, p.agent.Close())
}
