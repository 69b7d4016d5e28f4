package config

import (
	"fmt"
	"net/url"
	"regexp"
	"unicode/utf8"

	"callbackd/callback"
)

// mostTopics is more than customers read.
const mostTopics = 20

// form reads the page on which customers ask for a callback; nil: there is none. answers
// is who calls them where it has no topics.
func (f *accountFile) form(n *node, answers callback.Target) *callback.Form {
	if n == nil {
		return nil
	}
	o := f.object(n)
	if o.node.kind != mapping {
		return nil
	}
	form := &callback.Form{Title: f.heading(o.require("title", "write title: We call you, which stands above the form"), "title")}
	topics := o.get("topics")
	form.Topics = f.topics(topics)
	f.formBook = o.get("appointments")
	form.Language = "en"
	if language := o.get("language"); language != nil {
		form.Language = f.spokenLanguage(language)
	}
	form.Origins = f.origins(o.get("origins"))
	o.close()
	if topics == nil && answers.IsZero() {
		f.errorf(o.node, "nobody knows who calls the customers of the form").Hint = "write topics: [{name: Offer, queue: NAME}], or queue: NAME in requests"
	}
	return form
}

// referToBook reads which appointments the form offers, once they have been read.
func (f *accountFile) referToBook() {
	if name := reference(f.decoder, f.formBook, "appointment", f.account.Appointments); name != "" && f.account.Requests != nil {
		f.account.Requests.Form.Appointments = name
	}
}

// heading reads a few words that customers read.
func (f *accountFile) heading(n *node, what string) string {
	text := f.text(n)
	if utf8.RuneCountInString(text) > maxName {
		f.errorf(n, "a %s of more than %d characters", what, maxName)
		return ""
	}
	return text
}

func (f *accountFile) topics(n *node) []callback.Topic {
	const hint = "write topics: [{name: Offer, queue: support}]"
	var list []callback.Topic
	seen := map[string]bool{}
	items := f.list(n, hint)
	if len(items) > mostTopics {
		f.errorf(n, "more than %d topics", mostTopics).Hint = "nobody reads so many: let the agents of one queue ask"
		return nil
	}
	for _, item := range items {
		o := f.object(item)
		if o.node.kind != mapping {
			continue
		}
		at := o.require("name", hint)
		topic := callback.Topic{Name: f.heading(at, "name"), Queue: f.queue(o.require("queue", hint))}
		o.close()
		if seen[topic.Name] && topic.Name != "" {
			f.errorf(at, "there are two topics %s", quoteOdd(topic.Name))
		}
		seen[topic.Name] = true
		list = append(list, topic)
	}
	return list
}

// originForm is an origin as browsers write it (RFC 6454, 6.2), of hosts with a name or
// an IPv4 address.
var originForm = regexp.MustCompile(`^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

// origins reads which sites may show the form within theirs. They go into a header as they
// are, so nothing is taken but what is an origin as browsers write it.
func (f *accountFile) origins(n *node) []string {
	const hint = `write origins: ["https://www.example.com"]`
	var list []string
	for _, item := range f.list(n, hint) {
		text := f.text(item)
		if text == "" {
			continue
		}
		if !originForm.MatchString(text) {
			p := f.errorf(item, "%q isn't the origin of a site", text)
			p.Hint = "write https://www.example.com: small letters, no path, and every host by itself"
			if u, err := url.Parse(text); err == nil {
				if whole := fmt.Sprintf("%s://%s", u.Scheme, u.Host); originForm.MatchString(whole) {
					p.Hint = "write " + whole
				}
			}
			continue
		}
		list = append(list, text)
	}
	return list
}
