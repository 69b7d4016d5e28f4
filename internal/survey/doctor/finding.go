package doctor

import (
	"callbackd/internal/config"
	"callbackd/internal/survey"
)

// Level says what a finding means.
type Level string

// The levels.
const (
	Error   = Level(survey.Error)   // calls are lost, or nobody is called back
	Warning = Level(survey.Warning) // it works, and worse than it could, or not for long
	Advice  = Level(survey.Advice)  // nothing is wrong; something could be better
	Note    = Level(survey.Note)    // something that can't be found out, or a mere fact
	OK      = Level(survey.OK)      // as it should be
)

// What a finding that isn't about one PBX is about.
const (
	Files   = "files"
	Machine = "machine"
	Daemon  = "daemon"
)

// Finding is one thing that was looked at.
type Finding struct {
	About   string `json:"about"`         // Files, Machine, Daemon, or
	PBX     string `json:"pbx,omitempty"` // an Asterisk, as callbackd.yaml names it: About is "asterisk"
	Level   Level  `json:"level"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"` // what to do
	// Where it is written, if anywhere.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"` // from 1
	Path string `json:"path,omitempty"` // the key: "queues.support"
}

// aboutAsterisk is what findings with a PBX are about.
const aboutAsterisk = "asterisk"

// FromFiles is what is wrong in callbackd.yaml or in a rules file.
func FromFiles(p config.Problem) Finding { return placed(Files, "", p) }

func placed(about, pbx string, p config.Problem) Finding {
	return Finding{
		About: about, PBX: pbx, Level: Level(p.Severity), Message: p.Message, Hint: p.Hint,
		File: p.File, Line: p.Line, Path: p.Path,
	}
}

// Count is how many of the findings are of a level.
func Count(findings []Finding, level Level) (n int) {
	for _, f := range findings {
		if f.Level == level {
			n++
		}
	}
	return n
}
