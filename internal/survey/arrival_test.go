package survey

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// own are the notations of acme's number in these tests, other those of the number that
// nobody has which is made up after it.
var (
	own   = []string{"+4685550000", "4685550000", "085550000"}
	other = []string{"+4685559999", "4685559999", "085559999"}
)

// thorough asks an Asterisk that has everything, and whose context from-pstn has extensions
// for these numbers.
func thorough(t *testing.T, change func(*aritest.Server, *callback.Account, *PBX), numbers ...string) (findings []Finding) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv, account := aritest.New(t), acme()
		account.Numbers = []string{"+4685550000"}
		complete(srv)
		srv.SetFunctionFunc("EPOCH", func(string) (string, bool) { return fmt.Sprint(time.Now().Unix()), true })
		srv.SetFunction("PJSIP_ENDPOINT(pstn,context)", "from-pstn")
		srv.SetFunction("PJSIP_ENDPOINT(pstn,trust_id_inbound)", "false")
		for _, number := range numbers {
			srv.SetFunction("DIALPLAN_EXISTS(from-pstn,"+number+",1)", "1")
		}
		pbx := pbxOf("pbx1", srv)
		if change != nil {
			change(srv, account, &pbx)
		}
		findings = Run(t.Context(), Options{
			PBXs: []PBX{pbx}, Accounts: []*callback.Account{account}, SoundPath: soundPath, Thorough: true,
		})
		nothingLeft(t, srv)
	})
	return findings
}

// wrong are the findings that aren't OK.
func wrong(findings []Finding) (list []Finding) {
	for _, f := range findings {
		if f.Severity != OK {
			list = append(list, f)
		}
	}
	return list
}

func TestWhereNothingGetsLost(t *testing.T) {
	findings := thorough(t, nil, append(own, other...)...)
	require.ElementsMatch(t, []string{
		"ok asterisk.pbx1: Asterisk pbx1 is version 22.10.1",
		"ok asterisk.pbx1: Asterisk pbx1 has what the rules files refer to",
		"ok asterisk.pbx1: Asterisk pbx1 has the same time as this machine",
		"ok asterisk.pbx1: Asterisk pbx1 has an extension for every number in context from-pstn, where customers' calls arrive",
	}, lines(findings))
}

func TestNumbersThatLeadNowhere(t *testing.T) {
	const noCatchAll = "warning acme: regions.sweden.trunks[0]: Asterisk pbx1 has no catch-all in context from-pstn, where calls on PJSIP/pstn arrive: " +
		"a call to a number without an extension, like +4685559999, leaves no trace anywhere"
	for name, row := range map[string]struct {
		numbers []string
		want    []string
	}{
		"the account's own and no other":            {own[:1], []string{noCatchAll}},
		"the trunk's plus, and a catch-all without": {append(other[1:], own...), []string{noCatchAll}},
		"no plus, and a catch-all without":          {append(other[1:], own[1:]...), nil},
		"national numbers alone, and a catch-all":   {[]string{own[2], other[2]}, nil},
		"not even the account's own": {nil, []string{
			"warning acme: numbers[0]: Asterisk pbx1 has no extension for +4685550000 where calls on the account's trunks arrive", noCatchAll,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			findings := wrong(thorough(t, nil, row.numbers...))
			assert.Equal(t, row.want, lines(findings))
			if len(row.want) > 0 {
				assert.Contains(t, findings[len(findings)-1].Hint, "`exten => _+X!,1,Hangup(1)`")
			}
		})
	}
}

// Of an account with many numbers some are asked for: that is enough to see what is amiss.
func TestManyNumbers(t *testing.T) {
	findings := wrong(thorough(t, func(_ *aritest.Server, a *callback.Account, _ *PBX) {
		a.Numbers = nil
		for i := range mostNumbers + 10 {
			a.Numbers = append(a.Numbers, fmt.Sprintf("+46855500%02d", i))
		}
	}))
	require.Len(t, findings, 50+1)
	var paths []string
	for _, f := range findings {
		paths = append(paths, f.Path)
	}
	assert.Contains(t, paths, "numbers[49]")
	assert.NotContains(t, paths, "numbers[50]")
}

// A block of numbers is there if any of its numbers is.
func TestABlockOfNumbers(t *testing.T) {
	findings := thorough(t, func(_ *aritest.Server, a *callback.Account, _ *PBX) { a.Numbers = []string{"+46855501*"} },
		"+4685550100")
	require.Equal(t, []string{
		"warning acme: regions.sweden.trunks[0]: Asterisk pbx1 has no catch-all in context from-pstn, where calls on PJSIP/pstn arrive: " +
			"a call to a number without an extension, like +4685559999, leaves no trace anywhere",
	}, lines(wrong(findings)), "and nothing is said about the block")
}

// The account's number arrives on the other PBX.
func TestANumberOfAnotherPBX(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		account := acme()
		account.Numbers = []string{"+4685550000"}
		norway := account.Regions["sweden"]
		norway.Name, norway.PBX = "norway", "pbx2"
		account.Regions["norway"] = norway
		o := Options{Accounts: []*callback.Account{account}, SoundPath: soundPath, Thorough: true}
		for name, has := range map[string]string{"pbx1": "0", "pbx2": "1"} {
			srv := aritest.New(t)
			complete(srv)
			srv.SetFunctionFunc("EPOCH", func(string) (string, bool) { return fmt.Sprint(time.Now().Unix()), true })
			srv.SetFunction("PJSIP_ENDPOINT(pstn,context)", "from-pstn")
			srv.SetFunction("DIALPLAN_EXISTS(from-pstn,+4685550000,1)", has)
			o.PBXs = append(o.PBXs, pbxOf(name, srv))
		}
		for _, f := range Run(t.Context(), o) {
			assert.NotContains(t, f.Path, "numbers[0]")
		}
	})
}

func TestATrunkThatCannotBeAsked(t *testing.T) {
	findings := wrong(thorough(t, func(_ *aritest.Server, a *callback.Account, _ *PBX) {
		r := a.Regions["sweden"]
		r.Trunks = []string{"DAHDI/i1"}
		a.Regions["sweden"] = r
	}))
	require.Contains(t, lines(findings), "note acme: regions.sweden.trunks[0]: Asterisk pbx1 can't be asked where calls on DAHDI/i1 arrive")
	for _, f := range findings {
		assert.NotContains(t, f.Path, "numbers", "it may arrive there")
	}
}

func TestWithheldNumbersInTheLogs(t *testing.T) {
	logged := func(yes bool) func(string) bool { return func(string) bool { return yes } }
	for name, row := range map[string]struct {
		change func(*aritest.Server, *callback.Account, *PBX)
		advice bool
	}{
		"no logs are read":            {func(*aritest.Server, *callback.Account, *PBX) {}, false},
		"they come into the logs":     {func(_ *aritest.Server, _ *callback.Account, p *PBX) { p.WithheldLogged = logged(true) }, true},
		"the dialplan keeps them out": {func(_ *aritest.Server, _ *callback.Account, p *PBX) { p.WithheldLogged = logged(false) }, false},
		"the account leaves such numbers out": {func(_ *aritest.Server, a *callback.Account, p *PBX) {
			p.WithheldLogged, a.LogOnlyNumbers = logged(true), callback.LogOnlySkip
		}, false},
		"the trunk isn't trusted": {func(s *aritest.Server, _ *callback.Account, p *PBX) {
			p.WithheldLogged = logged(true)
			s.SetFunction("PJSIP_ENDPOINT(pstn,trust_id_inbound)", "false")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			findings := wrong(thorough(t, func(s *aritest.Server, a *callback.Account, p *PBX) {
				s.SetFunction("PJSIP_ENDPOINT(pstn,trust_id_inbound)", "true")
				row.change(s, a, p)
			}, append(own, other...)...))
			if !row.advice {
				require.Empty(t, findings)
				return
			}
			require.Len(t, findings, 1)
			assert.Equal(t, Advice, findings[0].Severity)
			assert.Contains(t, findings[0].Hint, `"${CALLERID(num-pres):0:6}" = "prohib"`)
			assert.Contains(t, findings[0].Hint, "log_only_numbers: skip")
		})
	}
}

func TestClocks(t *testing.T) {
	for off, want := range map[time.Duration][]string{
		0: nil, 4 * time.Second: nil, -4 * time.Second: nil,
		90 * time.Second: {"warning asterisk.pbx1: Asterisk pbx1's clock is 1m30s ahead of this machine's"},
		-time.Hour:       {"warning asterisk.pbx1: Asterisk pbx1's clock is 1h0m0s behind this machine's"},
	} {
		t.Run(off.String(), func(t *testing.T) {
			assert.Equal(t, want, lines(wrong(thorough(t, func(s *aritest.Server, _ *callback.Account, _ *PBX) {
				s.SetFunctionFunc("EPOCH", func(string) (string, bool) { return fmt.Sprint(time.Now().Add(off).Unix()), true })
			}, append(own, other...)...))))
		})
	}
}

// The number that is made up is nobody's, and of the right length.
func TestANumberThatNobodyHas(t *testing.T) {
	for name, row := range map[string]struct {
		country       string
		numbers, more []string // the account's, and another's on the same PBX
		want          string
	}{
		"one number":           {"SE", []string{"+4685550000"}, nil, "+4685559999"},
		"others have its like": {"SE", []string{"+4685550000", "+4685559999"}, []string{"+46855599*"}, "+4685559899"},
		"a block":              {"SE", []string{"+46855501*"}, nil, "+4685559999"},
		"no numbers in Norway": {"NO", nil, nil, "+4721239999"},
		"all numbers are its":  {"SE", []string{"+46*"}, nil, "+460000000"},
	} {
		t.Run(name, func(t *testing.T) {
			a := resident{&callback.Account{Country: row.country, Numbers: row.numbers}, 1}
			v := &visit{wanted: &wanted{accounts: []resident{a, {&callback.Account{Numbers: row.more}, 1}}}}
			assert.Equal(t, row.want, v.madeUp(a))
		})
	}
	assert.Equal(t, []string{"+46855501", "+468555010", "+4685550100", "+46855501000", "+468555010000", "+4685550100000", "+46855501000000"}, spelledOut("+46855501*"))
}
