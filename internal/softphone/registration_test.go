package softphone_test

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/softphone"
)

// registrar challenges every REGISTER, and passes on for how long those with
// alice's password want to be registered.
type registrar struct {
	addr    string
	expires chan time.Duration
}

func startRegistrar(t *testing.T, password string, granted time.Duration) registrar {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	agent, err := sipgo.NewUA()
	require.NoError(t, err)
	server, err := sipgo.NewServer(agent)
	require.NoError(t, err)

	r := registrar{addr: conn.LocalAddr().String(), expires: make(chan time.Duration, 100)}
	challenge := digest.Challenge{Realm: "asterisk", Nonce: "n1", Algorithm: "MD5", QOP: []string{"auth"}}
	server.OnRegister(func(request *sip.Request, tx sip.ServerTransaction) {
		response := sip.NewResponseFromRequest(request, 401, "Unauthorized", nil)
		response.AppendHeader(sip.NewHeader("WWW-Authenticate", challenge.String()))
		if header := request.GetHeader("Authorization"); header != nil {
			given, err := digest.ParseCredentials(header.Value())
			assert.NoError(t, err)
			right, err := digest.Digest(&challenge, digest.Options{
				Method: "REGISTER", URI: given.URI, Username: "alice", Password: password,
				Cnonce: given.Cnonce, Count: given.Nc,
			})
			assert.NoError(t, err)
			if given.Response == right.Response {
				seconds, err := strconv.Atoi(request.GetHeader("Expires").Value())
				assert.NoError(t, err)
				r.expires <- time.Duration(seconds) * time.Second
				response = sip.NewResponseFromRequest(request, 200, "OK", nil)
				contact := request.Contact().Clone()
				contact.Params.Add("expires", strconv.Itoa(int(granted.Seconds())))
				response.AppendHeader(contact)
			}
		}
		assert.NoError(t, tx.Respond(response))
	})
	served := make(chan error)
	go func() { served <- server.ServeUDP(conn) }()
	t.Cleanup(func() {
		assert.NoError(t, agent.Close())
		assert.NoError(t, conn.Close())
		assert.NoError(t, <-served)
	})
	return r
}

func (r registrar) registered(t *testing.T) time.Duration {
	t.Helper()
	select {
	case expires := <-r.expires:
		return expires
	case <-time.After(5 * time.Second):
		t.Fatal("no REGISTER came")
		return 0
	}
}

func TestRegistrationIsRenewedAndTakenBack(t *testing.T) {
	t.Parallel()
	r := startRegistrar(t, "secret", time.Second)
	alice, err := softphone.Start(t.Context(), softphone.Options{
		User: "alice", Password: "secret", Registrar: r.addr, Expires: 30 * time.Second,
	})
	require.NoError(t, err)
	assert.Equal(t, 30*time.Second, r.registered(t))

	before := time.Now()
	assert.Equal(t, 30*time.Second, r.registered(t))
	assert.WithinRange(t, time.Now(), before.Add(200*time.Millisecond), before.Add(time.Second),
		"half of the second that was granted")

	require.NoError(t, alice.Register(t.Context()))
	require.NoError(t, alice.Close())
	last := time.Duration(-1)
	for last != 0 {
		last = r.registered(t)
	}
	assert.Empty(t, r.expires, "nothing comes after the last one")
}

func TestWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	r := startRegistrar(t, "secret", time.Minute)
	_, err := softphone.Start(t.Context(), softphone.Options{User: "alice", Password: "wrong", Registrar: r.addr})
	var status *softphone.StatusError
	require.ErrorAs(t, err, &status)
	assert.Equal(t, 401, status.Code)
	require.ErrorContains(t, err, "register alice at "+r.addr+": 401 Unauthorized: check user and password")
}
