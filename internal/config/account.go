package config

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // time zones mean the same on a host that has none of its own

	"github.com/nyaruka/phonenumbers"

	"callbackd/callback"
	"callbackd/callback/hours"
)

// accountFile is one rules file and the account that it makes.
type accountFile struct {
	*decoder
	raw       []byte // the file's text
	was       string // the account that the path was about so far, if the file doesn't say
	config    *Config
	options   options
	account   callback.Account
	name      *node // where the account's name is written
	numbers   []ownNumber
	trunks    []ownTrunk
	schedules map[string]*hours.Schedule
	whole     []settings // of each rule, and of requests: with what defaults say
	formBook  *node      // the appointments that the form offers
}

// parseAccount reads the text of the rules file name.
func parseAccount(c *Config, o options, name string, raw []byte) *accountFile {
	src, root := parseSource(name, raw)
	f := &accountFile{decoder: &decoder{source: src, quoting: true, asked: o.asked}, raw: raw, config: c, options: o}
	if root == nil {
		return f
	}
	top := f.object(root)
	if top.node.kind == mapping {
		f.read(top)
	}
	return f
}

// result is the file as others see it, once everything is noted.
func (f *accountFile) result() RulesFile {
	r := RulesFile{Path: f.source.name, Text: f.raw, Name: f.about(), Problems: f.problems.Sorted()}
	if !f.faulty() {
		r.Account = &f.account
	}
	return r
}

// read reads what is referred to before what refers to it, whatever the order
// of the file.
func (f *accountFile) read(o *object) {
	a := &f.account
	f.name = o.require("account", "write account: NAME")
	a.Name = f.accountName(f.name)
	a.Mode = oneOf(f.decoder, o.get("mode"), callback.ModeLive, callback.ModeLive, callback.ModeShadow)
	a.Country = f.country(o.require("country", `write country: "SE", how national numbers are read`))
	a.Location = f.timezone(o.get("timezone"))
	a.Numbers = f.ownNumbers(o.get("numbers"))
	a.Lines = f.integer(o.get("lines"), 1, f.config.LinesPerAccount, min(15, f.config.LinesPerAccount), "limits.lines_per_account in callbackd.yaml sets the most")
	a.MinTalk = f.duration(o.get("min_talk"), 0, time.Minute, time.Second)
	a.MessageLeft = oneOf(f.decoder, o.get("message_left"), callback.MessageMissed, callback.MessageMissed, callback.MessageHandled)
	a.LogOnlyNumbers = oneOf(f.decoder, o.get("log_only_numbers"), callback.LogOnlyUse, callback.LogOnlyUse, callback.LogOnlySkip)
	a.AgentCalled = oneOf(f.decoder, o.get("agent_called"), callback.WhenDialled, callback.WhenDialled, callback.WhenAnswered)
	a.Callable = f.callable(o.get("callable"))
	a.Regions = f.regions(o.get("regions"))
	a.Agents = f.agents(o.get("agents"))
	a.Groups = f.groups(o.get("groups"))
	a.Areas = f.areas(o.get("areas"))
	a.Queues = f.queues(o.get("queues"))
	a.Scenarios = f.scenarios(o.get("scenarios"))
	f.schedules = f.readSchedules(o.get("schedules"))
	// Required, since a file that was cut off on its way mustn't pass for one
	// that has done away with all rules.
	rules := o.require("rules", "write what is to become of missed calls, or rules: [] if nobody is to be called back")
	defaults := f.readDefaults(o.get("defaults"))
	a.Rules = f.rules(rules, defaults)
	a.Requests = f.requests(o.get("requests"), defaults)
	a.Appointments = f.appointments(o.get("appointments"), defaults)
	f.referToBook()
	f.warnOfUnheardMachines()
	refuseUnbuilt(o, "alarm_after")
	o.close()
	if len(a.Regions) == 0 && o.node.kind == mapping {
		f.warnf(o.node, "no regions: none of the account's calls is seen").Hint = "name the trunks that customers' calls come in on"
	}
}

// accountForm is safe as the name of a folder.
var accountForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

func (f *accountFile) accountName(n *node) string {
	text := f.text(n)
	if text != "" && (!accountForm.MatchString(text) || len(text) > maxName) {
		f.errorf(n, "%q can't name an account", text).Hint = "small letters and digits, and after the first also _ and -"
		return ""
	}
	return text
}

func (f *accountFile) country(n *node) string {
	text := f.text(n)
	country := strings.ToUpper(text)
	if text != "" && !phonenumbers.GetSupportedRegions()[country] {
		f.errorf(n, "there is no country %q", text).Hint = "write the two letters of ISO 3166: SE, NO, GB"
		return ""
	}
	return country
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
