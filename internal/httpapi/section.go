package httpapi

import (
	"strings"

	"callbackd/callback"
)

// Section is what the file says of callbacks that somebody asks for.
type Section struct {
	Name             string          `json:"name" example:"requests" doc:"requests, or appointments: and the name of a book."`
	On               bool            `json:"on" doc:"Whether what was asked for is called back: the account isn't frozen. What waits is kept."`
	DialingIntervals []string        `json:"dialing_intervals" nullable:"false" example:"[\"immediately\",\"10m\",\"1h\"]"`
	Target           callback.Target `json:"target,omitzero" example:"queue:support" doc:"Who gets the agent leg; absent: each request has to say it."`
	Owner            *TaskOwner      `json:"owner,omitempty" doc:"Whose it is at first where nobody is named; absent: nobody's."`
	Schedule         string          `json:"schedule,omitempty" example:"office" doc:"The hours in which customers may be called."`
	GiveUpAfter      int             `json:"give_up_after_days,omitempty" example:"3" doc:"Days with an opening after which an open task expires."`
	OpenTasks        int             `json:"open_tasks" minimum:"0" example:"3" doc:"How many open tasks it dials."`
}

// sections tells by what an account in force takes callbacks that are asked for.
func (r roster) sections(account *callback.Account) []Section {
	list := []Section{}
	for _, rule := range account.Calling()[len(account.Rules):] {
		s := Section{
			Name: strings.TrimSuffix(rule.Name, ":"), On: r.frozen(account.Name) == nil,
			DialingIntervals: writeIntervals(rule.DialingIntervals), Target: rule.Forward, Owner: ownerWritten(rule.Owner), GiveUpAfter: rule.GiveUpAfter,
			OpenTasks: r.open[callback.RuleKey{Account: account.Name, Rule: rule.Name}],
		}
		if rule.Schedule != nil {
			s.Schedule = rule.Schedule.Name
		}
		list = append(list, s)
	}
	return list
}
