package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/httpapi"
)

func TestACustomerIsBlockedAndUnblocked(t *testing.T) {
	d := newDesk(t)
	d.miss("+46701234567")

	_, out, _ := d.run("customers", "list", "--account", "acme")
	assert.Equal(t, "Nobody is on the do-not-call list.\n", out)

	status, out, errs := d.run("customers", "block", "070-123 45 67", "--account", "acme", "--reason", "asked for it in a letter")
	assert.Zero(t, status, errs)
	assert.Equal(t, "+46701234567 isn't called by acme any more: 1 open task was cancelled. `callbackd customers unblock +46701234567 --account acme` ends that.\n", out)
	_, out, _ = d.run("customers", "block", "+46701234567", "--account", "acme")
	assert.Regexp(t, `^\+46701234567 is on the do-not-call list of acme already, since \S+ \S+, put there by admin: asked for it in a letter\.\n$`, out)
	_, out, _ = d.run("tasks", "show", "1")
	assert.Contains(t, out, "do_not_call")

	_, out, _ = d.run("customers", "list", "--account", "acme")
	assert.Regexp(t, `^NUMBER +SINCE +BY +REASON\n\+46701234567 +\S+ \S+ +admin +asked for it in a letter\n$`, out)
	_, out, _ = d.run("customers", "list", "--account", "acme", "--json")
	var list httpapi.DoNotCallList
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Customers, 1)

	_, out, _ = d.run("customers", "unblock", "0701234567", "--account", "acme")
	assert.Equal(t, "+46701234567 is off the do-not-call list of acme: the next missed call is called back.\n", out)
	_, out, _ = d.run("customers", "unblock", "0701234567", "--account", "acme")
	assert.Equal(t, "+46701234567 isn't on the do-not-call list of acme.\n", out)
}

func TestCustomersWantANumberAndAnAccount(t *testing.T) {
	d := newDesk(t)
	for _, row := range []struct {
		args []string
		says string
	}{
		{[]string{"block", "12", "--account", "acme"}, `"12" isn't a telephone number in account acme`},
		{[]string{"block", "070", "123", "--account", "acme"}, "wants one telephone number; put one with spaces in quotes"},
		{[]string{"block", "0701234567"}, `"account" not set`},
		{[]string{"unblock", "0701234567", "--account", "acne"}, `There is no account "acne". Did you mean "acme"?`},
		{[]string{"blok"}, "did you mean block"},
	} {
		status, _, errs := d.run(append([]string{"customers"}, row.args...)...)
		assert.NotZero(t, status, row.args)
		assert.Contains(t, errs, row.says)
	}
}

func TestALongDoNotCallListIsPaged(t *testing.T) {
	d := newDesk(t)
	for _, number := range []string{"+46701234561", "+46701234562", "+46701234563"} {
		status, _, errs := d.run("customers", "block", number, "--account", "acme")
		require.Zero(t, status, errs)
	}
	_, out, errs := d.run("customers", "list", "--account", "acme", "--limit", "2")
	assert.Contains(t, out, "+46701234562")
	assert.NotContains(t, out, "+46701234563")
	assert.Equal(t, "There are more: add --after +46701234562.\n", errs)
	_, out, errs = d.run("customers", "list", "--account", "acme", "--limit", "2", "--after", "+46701234562")
	assert.Contains(t, out, "+46701234563")
	assert.Empty(t, errs)
}
