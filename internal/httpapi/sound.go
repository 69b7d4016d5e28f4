package httpapi

import (
	"slices"
	"strings"
	"time"

	"callbackd/callback"
	"callbackd/sounds"
)

// Sound is a sound that an account's agents and customers may hear.
type Sound struct {
	Name     string        `json:"name" example:"call-recorded" doc:"As rules files name it."`
	Language string        `json:"language,omitempty" example:"sv" doc:"Absent for one that is played whatever the language."`
	Source   sounds.Source `json:"source" example:"account" doc:"account: the account's own. library: shared by all accounts. shipped: comes with callbackd. The nearest is heard."`
	Duration float64       `json:"duration" minimum:"0" example:"2.4" doc:"In seconds."`
	Rates    []int         `json:"rates" nullable:"false" example:"[8000,16000]" doc:"In Hz: 8000, and 16000 where there is a version for wideband calls."`
	Bytes    int64         `json:"bytes" minimum:"0" example:"38444" doc:"Of all its files."`
	Modified time.Time     `json:"modified,omitzero" example:"2026-11-20T08:00:00Z"`
	UsedBy   []string      `json:"used_by,omitempty" nullable:"false" example:"[\"lost in the contact center: agent_prompt\"]" doc:"Where the rules in force name it: the rule, requests or appointments, and the key there; menus is what callers hear who are offered a callback or make an appointment. In the list only."`
	Path     string        `json:"path" example:"/var/lib/callbackd/sounds/acme/sv/call-recorded" doc:"On callbackd's machine, without the extension."`
	Problem  string        `json:"problem,omitempty" example:"it has a rate of 44100 Hz, and Asterisk plays .wav of 8000 Hz" doc:"Why Asterisk can't play it. It hides those that would be heard otherwise."`
}

// SoundList is what an account may play.
type SoundList struct {
	Sounds []Sound `json:"sounds" nullable:"false"`
}

func soundOf(s sounds.Sound) Sound {
	d := Sound{
		Name: s.Name, Language: s.Language, Source: s.Source, Duration: s.Duration.Round(time.Millisecond).Seconds(),
		Rates: s.Rates, Bytes: s.Size, Path: s.Path,
	}
	if d.Rates == nil {
		d.Rates = []int{}
	}
	if !s.Modified.IsZero() {
		d.Modified = s.Modified.UTC()
	}
	if s.Problem != nil {
		d.Problem = s.Problem.Error()
	}
	return d
}

// usesOf tells for each sound where the rules of an account in force name it.
func usesOf(a *callback.Account) map[string][]string {
	uses := map[string][]string{}
	for _, rule := range a.Calling() {
		for _, played := range rule.Plays() {
			if name := played.Sound.Play; name != "" {
				uses[name] = append(uses[name], strings.TrimSuffix(rule.Name, ":")+": "+played.Key)
			}
		}
	}
	for _, name := range a.MenuSounds() {
		if !slices.Contains(uses[name], usedByMenus) {
			uses[name] = append(uses[name], usedByMenus)
		}
	}
	return uses
}

// usedByMenus stands for what callers hear who are offered a callback, or make an
// appointment.
const usedByMenus = "menus"
