package casebook

import (
	"net/url"
	"strings"

	"callbackd/ari"
)

// What whoever administers the PBX does to callers, from outside the calls.

// HangsUpFromAfar hangs up the customers' channels, over ARI.
func (s *Scene) HangsUpFromAfar() {
	for _, c := range s.customers() {
		s.must("hang up "+c.Name, s.world.ari.Hangup(s.ctx, c.ID, ari.HangupNormal))
	}
}

// Redirects takes the customers out of what their dialplan does, to an
// extension of a context.
func (s *Scene) Redirects(context, exten string) {
	for _, c := range s.customers() {
		s.manage("Redirect", url.Values{
			"Channel": {c.Name}, "Context": {s.desk.office.Local(context)}, "Exten": {s.desk.office.Local(exten)}, "Priority": {"1"},
		})
	}
}

// Clicks has an agent click on a number: the PBX calls the agent, and then the
// number as if the agent had dialled it.
func (s *Scene) Clicks(agent, number string) {
	s.manage("Originate", url.Values{
		"Channel": {s.desk.office.Local("PJSIP/" + agent)}, "Context": {s.desk.office.Local("floor")},
		"Exten": {number}, "Priority": {"1"}, "Async": {"true"},
	})
}

// Withdraws takes the customers out of a queue, whose dialplan goes on.
func (s *Scene) Withdraws(queue string) {
	for _, c := range s.customers() {
		s.manage("QueueWithdrawCaller", url.Values{"Queue": {s.desk.office.Local(queue)}, "Caller": {c.Name}})
	}
}

// manage does an action of the manager interface.
func (s *Scene) manage(action string, fields url.Values) {
	_, err := s.world.manager.act(s.ctx, action, fields)
	s.must("the administrator", err)
}

// customers are the channels on which customers have called.
func (s *Scene) customers() (list []ari.Channel) {
	channels, err := s.world.ari.Channels(s.ctx)
	s.must("list the channels", err)
	for _, c := range channels {
		if strings.HasPrefix(c.Name, s.desk.office.Local("PJSIP/"+Trunk)+"-") {
			list = append(list, c)
		}
	}
	return list
}
