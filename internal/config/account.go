package config

import (
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // time zones mean the same on a host that has none of its own

	"github.com/nyaruka/phonenumbers"

	"callbackd/callback"
)

// accountFile is one rules file and the account that it makes.
type accountFile struct {
	*decoder
	config    *Config
	options   options
	account   callback.Account
	name      *node // where the account's name is written
	numbers   []ownNumber
	scenarios []string
	saidKeep  bool // the warning about recordings was given
}

// ownNumber is one of the account's numbers and where it is written.
type ownNumber struct {
	number string
	at     *node
}

// readAccount reads one rules file.
func readAccount(c *Config, o options, name string) *accountFile {
	src, root := readSource(name)
	f := &accountFile{decoder: &decoder{source: src}, config: c, options: o}
	if root == nil {
		return f
	}
	top := f.object(root)
	if top.node.kind == mapping {
		f.read(top)
	}
	return f
}

// read reads what is referred to before what refers to it, whatever the order
// of the file.
func (f *accountFile) read(o *object) {
	a := &f.account
	f.name = o.require("account", "write account: NAME")
	a.Name = f.accountName(f.name)
	a.Mode = oneOf(f.decoder, o.get("mode"), callback.ModeLive, callback.ModeLive)
	a.Country = f.country(o.require("country", `write country: "SE", how national numbers are read`))
	a.Location = f.timezone(o.get("timezone"))
	a.Numbers = f.ownNumbers(o.get("numbers"))
	a.Lines = f.integer(o.get("lines"), 1, f.config.LinesPerAccount, min(15, f.config.LinesPerAccount), "limits.lines_per_account in callbackd.yaml sets the most")
	a.MinTalk = f.duration(o.get("min_talk"), 0, time.Minute, time.Second)
	a.Regions = f.regions(o.get("regions"))
	a.Agents = f.agents(o.get("agents"))
	a.Groups = f.groups(o.get("groups"))
	a.Queues = f.queues(o.get("queues"))
	f.scenarios = f.readScenarios(o.get("scenarios"))
	rules := o.get("rules")
	a.Rules = f.rules(rules, f.readDefaults(o.get("defaults")))
	o.close()
	if rules.nothing() {
		f.warnf(o.node, "no rules: nobody is called back").Hint = "write rules: what is to become of missed calls"
	}
	if len(a.Regions) == 0 && o.node.kind == mapping {
		f.warnf(o.node, "no regions: none of the account's calls is seen").Hint = "name the trunks that customers' calls come in on"
	}
}

// accountForm is safe as the name of a folder.
var accountForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

func (f *accountFile) accountName(n *node) string {
	text := f.text(n)
	if text != "" && !accountForm.MatchString(text) {
		f.errorf(n, "%q can't name an account", text).Hint = "small letters and digits, and after the first also _ and -"
		return ""
	}
	return text
}

func (f *accountFile) country(n *node) string {
	text := strings.ToUpper(f.text(n))
	if text != "" && !phonenumbers.GetSupportedRegions()[text] {
		f.errorf(n, "there is no country %q", text).Hint = "write the two letters of ISO 3166: SE, NO, GB"
		return ""
	}
	return text
}

// timezone is nil where none is written: then a customer whose own zone can't
// be told has none.
func (f *accountFile) timezone(n *node) *time.Location {
	text := f.text(n)
	if text == "" {
		return nil
	}
	location, err := time.LoadLocation(text)
	if err != nil || text == "Local" {
		f.errorf(n, "there is no time zone %q", text).Hint = "write a name of the IANA database: Europe/Stockholm"
		return nil
	}
	return location
}

func (f *accountFile) ownNumbers(n *node) []string {
	var list []string
	for _, item := range f.list(n, `write numbers: ["+4685550000", "+46855501*"]`) {
		number := f.ownNumber(item)
		if number == "" {
			continue
		}
		if slices.Contains(list, number) {
			f.warnf(item, "%s is listed twice", number).Hint = "was another number meant?"
			continue
		}
		list = append(list, number)
		f.numbers = append(f.numbers, ownNumber{number, item})
	}
	return list
}

// prefixForm is the beginning of an account's own numbers. One that is nearly
// a country's would make customers' numbers the account's own.
var prefixForm = regexp.MustCompile(`^\+[1-9][0-9]{4,13}$`)

// ownNumber reads a number, or a prefix that ends in "*".
func (f *accountFile) ownNumber(n *node) string {
	text := f.text(n)
	prefix, isPrefix := strings.CutSuffix(text, "*")
	if !isPrefix {
		return f.number(n)
	}
	prefix = strings.NewReplacer(" ", "", "-", "").Replace(prefix)
	if !prefixForm.MatchString(prefix) {
		f.errorf(n, "%q isn't the beginning of a number", text).Hint = "write plus and at least five digits: +46855501*"
		return ""
	}
	return prefix + "*"
}

// number reads a telephone number into E.164.
func (f *accountFile) number(n *node) string {
	text := f.text(n)
	if text == "" || f.account.Country == "" && !strings.HasPrefix(text, "+") {
		return "" // without a country, which is an error already, a national number means nothing
	}
	number, err := callback.ParseNumber(text, f.account.Country)
	if err != nil {
		f.errorf(n, "%q isn't a telephone number", text).Hint = "write it with plus and country: +4685550000"
		return ""
	}
	return number
}
