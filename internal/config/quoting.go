package config

import (
	"regexp"
	"strings"
)

// warnOfQuoting notes a name without quotes that is read as it's written here,
// but that other programs which take the file as YAML would change: editors,
// formatters, scripts of the admin's.
func (d *decoder) warnOfQuoting(n *node) {
	if !n.plain || n.kind != scalar {
		return
	}
	if other := misreading(n.text); other != "" {
		d.warnf(n, "%s without quotes is %s to many YAML tools", n.text, other).Hint = "write \"" + clip(n.text) + "\""
	}
}

// What YAML 1.1 and 1.2 make of scalars without quotes (yaml.org/type), where
// writing it out again wouldn't give the same.
var (
	yamlTrue  = regexp.MustCompile(`^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$`)
	yamlFalse = regexp.MustCompile(`^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$`)
	yamlNull  = regexp.MustCompile(`^(null|Null|NULL|~)$`)
	yamlDate  = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$`)

	yamlNumbers = []*regexp.Regexp{
		regexp.MustCompile(`^[-+]?0[0-9_]+$`),                                   // octal, or its zeros are lost
		regexp.MustCompile(`^\+[0-9][0-9_]*$`),                                  // its plus is lost
		regexp.MustCompile(`^[-+]?0(x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)$`),         // another base
		regexp.MustCompile(`^[-+]?[0-9]+(_[0-9_]*|[0-9]{16})$`),                 // grouped, or too long to be exact
		regexp.MustCompile(`^[-+]?([0-9][0-9_]*)?\.[0-9_]*([eE][-+]?[0-9]+)?$`), // with a point
		regexp.MustCompile(`^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$`),                // with an exponent
		regexp.MustCompile(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+$`),                // 9:00 is 540: base 60
	}
)

// misreading says what text without quotes is to programs that go by its look,
// or answers "" if it stays the same.
func misreading(text string) string {
	switch {
	case yamlTrue.MatchString(text):
		return "true"
	case yamlFalse.MatchString(text):
		return "false"
	case yamlNull.MatchString(text):
		return "nothing"
	case yamlDate.MatchString(text):
		return "a date"
	case !strings.ContainsAny(text, "0123456789"):
		return ""
	}
	for _, number := range yamlNumbers {
		if number.MatchString(text) {
			return "another number"
		}
	}
	return ""
}
