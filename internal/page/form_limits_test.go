package page

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is a form that is filled in again and again, at a time of its own.
type asked struct {
	formLimits
	now time.Time
}

func newAsked() *asked { return &asked{now: time.Date(2026, 11, 20, 13, 20, 1, 0, time.UTC)} }

func (a *asked) ask(number string, from netip.Addr) (limit, time.Duration) {
	return a.take("acme", "", number, from, a.now)
}

const somebody = "+46701234567"

// Whose number others write again and again is called so often and no oftener, from however
// many addresses.
func TestFormLimitsOfANumber(t *testing.T) {
	a := newAsked()
	times, last := 0, a.now
	for range 7 {
		found, _ := a.ask(somebody, nthAddress(times))
		require.Empty(t, found)
		times++
	}
	found, wait := a.ask(somebody, nthAddress(times))
	assert.Equal(t, limitNumber, found)
	assert.Equal(t, 15*time.Minute, wait)
	found, _ = a.ask("+46707654321", home)
	assert.Empty(t, found, "another number")

	a.now = a.now.Add(15*time.Minute - 1)
	found, wait = a.ask(somebody, home)
	assert.Equal(t, limitNumber, found)
	assert.Equal(t, time.Duration(1), wait)
	a.now = a.now.Add(1)
	for range 2 {
		found, _ = a.ask(somebody, home)
		require.Empty(t, found)
		times++
	}
	_, wait = a.ask(somebody, home)
	assert.Equal(t, 45*time.Minute, wait, "nine within the hour")

	for times < 15 {
		if found, wait = a.ask(somebody, home); found == "" {
			times++
			continue
		}
		a.now = a.now.Add(wait)
	}
	found, wait = a.ask(somebody, home)
	assert.Equal(t, limitNumber, found)
	assert.Equal(t, last.Add(24*time.Hour), a.now.Add(wait), "fifteen within the day")
	a.now = a.now.Add(wait)
	found, _ = a.ask(somebody, home)
	assert.Empty(t, found)
}

// One visitor asks for three numbers an hour, each as often as it may be.
func TestFormLimitsOfAVisitor(t *testing.T) {
	a := newAsked()
	for i := range 3 {
		found, _ := a.ask(nthNumber(i), home)
		require.Empty(t, found)
		a.now = a.now.Add(time.Minute)
	}
	found, wait := a.ask(nthNumber(3), home)
	assert.Equal(t, limitVisitor, found)
	assert.Equal(t, 57*time.Minute, wait)
	found, _ = a.ask(nthNumber(1), home)
	assert.Empty(t, found, "one of the three")
	found, _ = a.ask(nthNumber(3), abroad)
	assert.Empty(t, found, "from elsewhere")
	a.now = a.now.Add(wait)
	found, _ = a.ask(nthNumber(3), home)
	assert.Empty(t, found)
	found, _ = a.ask(nthNumber(4), home)
	assert.Equal(t, limitVisitor, found, "the other two are still counted")
}

// However many ask from wherever, an account's agents keep time for others; and what they
// ask takes no more memory than that.
func TestFormLimitsOfAnAccount(t *testing.T) {
	a := newAsked()
	for i := range perAccount[0].most {
		found, _ := a.ask(nthNumber(i), nthAddress(i))
		require.Empty(t, found, i)
	}
	for i := range 10_000 {
		found, wait := a.ask(nthNumber(1000+i), nthAddress(1000+i))
		require.Equal(t, limitAccount, found)
		require.Equal(t, time.Hour, wait)
	}
	assert.Len(t, a.numbers, perAccount[0].most)
	assert.Len(t, a.visitors, perAccount[0].most)
	found, _ := a.take("globex", "", nthNumber(0), home, a.now)
	assert.Empty(t, found, "another account")

	a.now = a.now.Add(24 * time.Hour)
	found, _ = a.ask(somebody, home)
	assert.Empty(t, found)
	assert.Len(t, a.numbers, 1, "the rest is forgotten")
	assert.Len(t, a.visitors, 1)
	assert.Len(t, a.accounts, 1)
}

func nthNumber(i int) string { return fmt.Sprintf("+4670%07d", i) }

func nthAddress(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

// A form that is sent twice, by a double click or a reload, is one request.
func TestAFormSentAgainIsCountedOnce(t *testing.T) {
	a := newAsked()
	for i := range 7 {
		for range 2 {
			found, _ := a.take("acme", fmt.Sprint("form ", i), somebody, home, a.now)
			require.Empty(t, found)
		}
	}
	found, _ := a.take("acme", "form 7", somebody, home, a.now)
	assert.Equal(t, limitNumber, found, "another form")
	found, _ = a.take("acme", "form 0", "+46707654321", home, a.now)
	require.Empty(t, found)
	for _, number := range []string{"+46707654322", "+46707654323"} {
		found, _ = a.take("acme", "form 0", number, home, a.now)
	}
	assert.Equal(t, limitVisitor, found, "the same form with other numbers is as many requests")

	a.now = a.now.Add(sentSpan)
	a.ask(somebody, home)
	assert.Empty(t, a.sent, "it is forgotten with the API's keys")
}
