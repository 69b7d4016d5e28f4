package casebook

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The table is one that can be played, and the third of it that every run of
// the tests plays has something of every row.
func TestTable(t *testing.T) {
	cases := All()
	names, live := map[string]bool{}, map[Row]bool{}
	third := 0
	for _, c := range cases {
		assert.False(t, names[c.Name], "two cases are called %s", c.Name)
		names[c.Name] = true
		assert.NotNil(t, c.Play, c.Name)
		assert.NotEmpty(t, c.Row, c.Name)
		assert.Equal(t, c.Kind == "", len(c.Truth) > 0, "%s: a customer's call has a truth, any other a kind", c.Name)
		assert.Equal(t, c.Kind == "", len(c.Dialplan) > 0, "%s: customers dial numbers", c.Name)
		if c.Live {
			live[c.Row] = true
			third++
		}
	}
	for _, c := range cases {
		assert.True(t, live[c.Row], "nothing of %q is played in every run", c.Row)
	}
	assert.GreaterOrEqual(t, third, len(cases)/3)
}

// A name that isn't an office's own would be shared by all of them.
func TestEveryNameIsAnOfficesOwn(t *testing.T) {
	b := newOffice(1)
	section := regexp.MustCompile(`(?m)^\[([^]]+)\]`)
	texts := []string{contexts}
	for _, text := range sections {
		texts = append(texts, text)
	}
	for _, text := range texts {
		for _, found := range section.FindAllStringSubmatch(text, -1) {
			assert.Equal(t, found[1]+"_b", b.Local(found[1]), "add it to the names")
		}
		assert.Equal(t, text, b.Common(b.Local(text)))
	}
	for _, c := range All() {
		steps := strings.Join(c.Dialplan, "\n")
		assert.Equal(t, steps, b.Common(b.Local(steps)), c.Name)
		for _, device := range regexp.MustCompile(`PJSIP/[a-z]+`).FindAllString(steps, -1) {
			assert.Equal(t, device+"_b", b.Local(device), c.Name)
		}
	}
}

func TestOfficeKnowsItsChannels(t *testing.T) {
	first, b := newOffice(0), newOffice(1)
	for channel, owner := range map[string]Office{
		"PJSIP/alice-0000000a":              first,
		"PJSIP/pstn2-0000000a":              first,
		"CBAnn/room-00000000;1":             first,
		"Local/alice@desk-00000001;2":       first,
		"PJSIP/alice_b-0000000a":            b,
		"Local/alice_b@desk_b-00000001;1":   b,
		"Local/clerk_b@pool-desk_b-0001;1":  b,
		"PJSIP/pstn_b-0000000a":             b,
		"Local/said@middle_b-0000000000f;2": b,
	} {
		for _, o := range []Office{first, b} {
			assert.Equal(t, o == owner, o.owns(channel), "%s in %+v", channel, o)
		}
	}
}

func TestWordsOfTheTruth(t *testing.T) {
	for words, c := range map[string]Case{
		"missed,missed":       {Truth: []Truth{missed("queue:support"), missed("queue:support")}},
		"answered,missed":     {Truth: []Truth{missed("queue:support"), answered()}},
		"answered":            {Truth: []Truth{answered()}},
		"answered(xfer lost)": {Truth: []Truth{answeredThenLost("agent:bob")}},
		"either":              {Truth: []Truth{missed("queue:support")}, Crossing: true},
		"outbound":            {Kind: Outbound},
		"missed":              {Kind: Unseen},
	} {
		assert.Equal(t, words, c.Words())
	}
	assert.True(t, slices.ContainsFunc(All(), func(c Case) bool { return c.Kind == Unseen }))
}
