package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/internal/config"
)

// office is a folder of rules that an admin edits, and what is in force.
type office struct {
	t       *testing.T
	folder  string
	inForce []config.RulesFile
}

func newOffice(t *testing.T) *office { return &office{t: t, folder: t.TempDir()} }

// write saves the rules of account, which has numbers unless they are "", as file.
func (o *office) write(file, account, numbers string) {
	o.t.Helper()
	if numbers != "" {
		numbers = "numbers: " + numbers + "\n"
	}
	text := fmt.Sprintf("account: %s\ncountry: SE\n%sregions: {sweden: {pbx: pbx1, trunks: [PJSIP/pstn], dial: \"PJSIP/{number}@pstn\"}}\nrules: []\n", account, numbers)
	require.NoError(o.t, os.WriteFile(filepath.Join(o.folder, file), []byte(text), 0o600))
}

func (o *office) remove(file string) {
	o.t.Helper()
	require.NoError(o.t, os.Remove(filepath.Join(o.folder, file)))
}

// reload reads the folder, takes what is good, and answers the errors of what
// isn't, by file.
func (o *office) reload() map[string][]string {
	o.t.Helper()
	files, err := config.ReadRules(operator(o.folder), config.InForce(o.inForce))
	require.NoError(o.t, err)
	faults := map[string][]string{}
	force := map[string]config.RulesFile{}
	for _, f := range o.inForce {
		force[f.Name] = f
	}
	for _, f := range files {
		if f.Account != nil {
			assert.Equal(o.t, f.Name, f.Account.Name)
			force[f.Name] = f
			continue
		}
		for _, p := range f.Problems.Errors() {
			name := filepath.Base(f.Path)
			faults[name] = append(faults[name], p.Message)
		}
	}
	o.inForce = nil
	for _, f := range force {
		o.inForce = append(o.inForce, f)
	}
	o.checkNumbers()
	return faults
}

// checkNumbers wants each number to be one account's.
func (o *office) checkNumbers() {
	o.t.Helper()
	owners := map[string]string{}
	for _, f := range o.inForce {
		for _, number := range f.Account.Numbers {
			assert.Empty(o.t, owners[number], number)
			owners[number] = f.Name
		}
	}
}

func (o *office) numbers(account string) []string {
	for _, f := range o.inForce {
		if f.Name == account {
			return f.Account.Numbers
		}
	}
	return nil
}

const (
	one = `["+4685550001"]`
	two = `["+4685550002"]`
)

// Whoever claims a number that another account has is at fault, whatever the
// files are called.
func TestANumberStaysWhereItIs(t *testing.T) {
	o := newOffice(t)
	o.write("beta.yaml", "beta", one)
	assert.Empty(t, o.reload())
	o.write("acme.yaml", "acme", one)
	assert.Equal(t, map[string][]string{"acme.yaml": {"+4685550001 is a number of account beta too"}}, o.reload())

	o.write("beta.yaml", "beta", two)
	assert.Empty(t, o.reload(), "beta has given it up")
	assert.Equal(t, []string{"+4685550001"}, o.numbers("acme"))
	assert.Equal(t, []string{"+4685550002"}, o.numbers("beta"))
}

// Of two new accounts the one whose file comes first gets the number.
func TestANumberThatTwoNewAccountsClaim(t *testing.T) {
	o := newOffice(t)
	o.write("beta.yaml", "beta", one)
	o.write("acme.yaml", "acme", one)
	assert.Equal(t, map[string][]string{"beta.yaml": {"+4685550001 is a number of account acme too"}}, o.reload())
}

// Both accounts are saved at once, and each takes what was the other's.
func TestNumbersChangePlaces(t *testing.T) {
	o := newOffice(t)
	o.write("acme.yaml", "acme", one)
	o.write("beta.yaml", "beta", two)
	assert.Empty(t, o.reload())
	o.write("acme.yaml", "acme", two)
	o.write("beta.yaml", "beta", one)
	assert.Empty(t, o.reload())
	assert.Equal(t, []string{"+4685550002"}, o.numbers("acme"))
}

// A file that is faulty or gone leaves its account's last good rules in force,
// numbers included.
func TestNumbersOfAnAccountWhoseFileIsFaultyOrGone(t *testing.T) {
	o := newOffice(t)
	o.write("beta.yaml", "beta", one)
	assert.Empty(t, o.reload())
	o.write("beta.yaml", "beta", "[nonsense]")
	o.write("acme.yaml", "acme", one)
	faults := o.reload()
	assert.Equal(t, []string{"+4685550001 is a number of account beta too"}, faults["acme.yaml"])
	assert.Len(t, faults["beta.yaml"], 1)

	o.remove("beta.yaml")
	assert.Equal(t, map[string][]string{"acme.yaml": {"+4685550001 is a number of account beta too"}}, o.reload())
	assert.Equal(t, []string{"+4685550001"}, o.numbers("beta"))
}

// A file that has to yield leaves in force what was, which stands in the way of
// a third.
func TestAFileThatYieldsKeepsItsNumbers(t *testing.T) {
	o := newOffice(t)
	o.write("gamma.yaml", "gamma", one)
	o.write("beta.yaml", "beta", two)
	assert.Empty(t, o.reload())
	o.write("beta.yaml", "beta", one) // gamma's
	o.write("acme.yaml", "acme", two) // which beta gives up, but can't
	assert.Equal(t, map[string][]string{
		"acme.yaml": {"+4685550002 is a number of account beta too"},
		"beta.yaml": {"+4685550001 is a number of account gamma too"},
	}, o.reload())
}

// A fault of one account's is none of another's, also if both claim a number.
func TestAFaultyFileTakesNoNumber(t *testing.T) {
	o := newOffice(t)
	o.write("acme.yaml", "acme", `["+4685550001", nonsense]`)
	o.write("beta.yaml", "beta", one)
	faults := o.reload()
	assert.Len(t, faults["acme.yaml"], 2, "its own, and that the number is beta's")
	assert.NotContains(t, faults, "beta.yaml")
	assert.Equal(t, []string{"+4685550001"}, o.numbers("beta"))
}

// A copy of a file, before or after it by name, changes nothing.
func TestTwoFilesOfOneAccount(t *testing.T) {
	o := newOffice(t)
	o.write("acme.yaml", "acme", one)
	assert.Empty(t, o.reload())
	o.write("a-copy.yaml", "acme", two)
	assert.Equal(t, map[string][]string{"a-copy.yaml": {"account acme has a file already"}}, o.reload())
	assert.Equal(t, []string{"+4685550001"}, o.numbers("acme"))

	o.remove("acme.yaml")
	assert.Empty(t, o.reload(), "renamed")
	assert.Equal(t, []string{"+4685550002"}, o.numbers("acme"))
}

// A file in which not even the account can be read is still that account's, so
// that a copy of it doesn't take its place.
func TestAnUnreadableFileIsStillItsAccounts(t *testing.T) {
	o := newOffice(t)
	o.write("acme.yaml", "acme", one)
	assert.Empty(t, o.reload())
	require.NoError(t, os.WriteFile(filepath.Join(o.folder, "acme.yaml"), []byte("account: [acme"), 0o600))
	o.write("copy.yaml", "acme", two)
	faults := o.reload()
	assert.Equal(t, []string{"account acme has a file already"}, faults["copy.yaml"])
	assert.Len(t, faults["acme.yaml"], 1)
	assert.Equal(t, []string{"+4685550001"}, o.numbers("acme"))

	files, err := config.ReadRules(operator(o.folder), config.InForce(o.inForce))
	require.NoError(t, err)
	assert.Equal(t, "acme", files[0].Name, "known by its path")
	files, err = config.ReadRules(operator(o.folder), config.InForce([]config.RulesFile{{Path: files[0].Path, Name: "acme"}}))
	require.NoError(t, err)
	assert.Equal(t, "acme", files[0].Name, "also where what was in force can't be used any more")
}

// The last good version of a file is read again after a restart.
func TestAKeptVersionIsReadByItself(t *testing.T) {
	o := newOffice(t)
	o.write("acme.yaml", "acme", one)
	assert.Empty(t, o.reload())
	kept := o.inForce[0]
	again := config.ParseRules(operator(o.folder), kept.Path, kept.Text)
	assert.Equal(t, kept, again)

	faulty := config.ParseRules(operator(o.folder), kept.Path, []byte("account: acme\ncountry: XX\nrules: []\n"))
	assert.Equal(t, "acme", faulty.Name)
	assert.Nil(t, faulty.Account)
	assert.Len(t, faulty.Problems.Errors(), 1)
}

// A file that is there with another account in it may be a slip. Advice to
// forget the account, which cancels its tasks, is for files that are gone.
func TestWhatToDoAboutRulesWithoutAFile(t *testing.T) {
	hint := func(o *office) string {
		files, err := config.ReadRules(operator(o.folder), config.InForce(o.inForce))
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.Len(t, files[0].Problems.Errors(), 1)
		return files[0].Problems.Errors()[0].Hint
	}
	o := newOffice(t)
	o.write("acme.yaml", "acme", one)
	assert.Empty(t, o.reload())
	acme := filepath.Join(o.folder, "acme.yaml")

	o.write("acme.yaml", "acme2", one)
	assert.Equal(t, acme+" is about account acme2 now, but the rules of acme stay in force: write account: acme there again", hint(o))

	o.remove("acme.yaml")
	o.write("beta.yaml", "beta", one)
	assert.Equal(t, acme+" is gone, but its rules stay in force until `callbackd accounts forget acme`", hint(o))
}

// A draft is judged against the accounts in force, with the place of the fault.
func TestADraftWithAnothersNumber(t *testing.T) {
	o := newOffice(t)
	o.write("acme.yaml", "acme", one)
	assert.Empty(t, o.reload())
	draft := "account: beta\ncountry: SE\nnumbers: [\"+4685550002\", \"+4685550001\"]\nregions: {}\nrules: []\n"
	f := config.ParseRules(operator(o.folder), "draft.yaml", []byte(draft), config.InForce(o.inForce))
	assert.Nil(t, f.Account)
	errs := f.Problems.Errors()
	require.Len(t, errs, 1)
	assert.Equal(t, "draft.yaml:3:26: +4685550001 is a number of account acme too\n    numbers: [\"+4685550002\", \"+4685550001\"]\n"+
		"                             ^ see "+filepath.Join(o.folder, "acme.yaml"), errs[0].String())
	assert.Equal(t, "numbers[1]", errs[0].Path)

	own := config.ParseRules(operator(o.folder), "draft.yaml", replace(o.inForce[0].Text, "rules: []", "min_talk: 2s\nrules: []"), config.InForce(o.inForce))
	assert.Empty(t, own.Problems.Errors(), "its own number")
}

// While an account is alone on a trunk it needs no numbers. With another there,
// calls to what nobody lists are nobody's, and whoever saves a file hears of it.
func TestATrunkOfTwoAccounts(t *testing.T) {
	warned := func(o *office) map[string]string {
		assert.Empty(t, o.reload())
		files, err := config.ReadRules(operator(o.folder), config.InForce(o.inForce))
		require.NoError(t, err)
		list := map[string]string{}
		for _, f := range files {
			for _, p := range f.Problems.Warnings() {
				if p.Path == "regions.sweden.trunks[0]" {
					list[filepath.Base(f.Path)] = p.Message
				}
			}
		}
		return list
	}
	const nobodys = ": calls on it to a number that no file lists are nobody's"
	o := newOffice(t)
	o.write("acme.yaml", "acme", one)
	o.write("beta.yaml", "beta", two)
	assert.Empty(t, warned(o), "both list their numbers")

	o.write("beta.yaml", "beta", "")
	assert.Equal(t, map[string]string{
		"acme.yaml": "trunk PJSIP/pstn is account beta's too, which has no numbers" + nobodys,
		"beta.yaml": "trunk PJSIP/pstn is account acme's too, and this file has no numbers" + nobodys,
	}, warned(o))
	o.remove("beta.yaml")
	assert.Equal(t, map[string]string{
		"acme.yaml": "trunk PJSIP/pstn is account beta's too, which has no numbers" + nobodys,
	}, warned(o), "what is in force without a file counts")
}
