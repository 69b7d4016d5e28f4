package config

import (
	"fmt"
	"time"

	"callbackd/callback"
)

// telephoneKeys are the keys that files name otherwise than by a digit: * would be
// an alias and # a comment.
var telephoneKeys = map[string]string{"star": "*", "hash": "#"}

// telephoneKey reads a key of a telephone.
func (f *accountFile) telephoneKey(n *node) string {
	if n != nil && n.empty {
		f.errorf(n, "the value is empty").Hint = nameOfKey(f.lines[n.line-1])
		return ""
	}
	text := f.text(n)
	if len(text) == 1 && text[0] >= '0' && text[0] <= '9' {
		return text
	}
	key, known := telephoneKeys[text]
	if text != "" && !known {
		f.errorf(n, "%q isn't a key of a telephone", text).Hint = "write 0 to 9, star for * or hash for #"
	}
	return key
}

// The sounds that ask for key 1, which are shipped.
const (
	asksAgent    = "agent-accept"
	asksCustomer = "customer-accept"
)

func (r soundReader) agentAccept(n *node) *callback.Accept { return r.accept(n, "agent", asksAgent) }

func (r soundReader) customerAccept(n *node) *callback.Accept {
	return r.accept(n, "customer", asksCustomer)
}

// accept reads {key, within, ask}. What asks for key 1 is shipped; of another key
// nobody knows unless something asks for it.
func (r soundReader) accept(n *node, who, shipped string) *callback.Accept {
	const hint = "write {key: 1}"
	if n.kind != mapping {
		if !n.faulty {
			r.errorf(n, "no word on the key").Hint = hint
		}
		return nil
	}
	o := r.object(n)
	key := o.require("key", hint)
	a := &callback.Accept{
		Key:    r.telephoneKey(key),
		Within: r.duration(o.get("within"), time.Second, time.Minute, 10*time.Second),
	}
	switch ask := o.get("ask"); {
	case ask != nil:
		a.Ask = optional(ask, r.sound).value
	case a.Key == "1":
		a.Ask = callback.Sound{Play: r.known(n, shipped)}
	case a.Key != "":
		r.warnf(key, "nothing asks the %s for key %s", who, callback.FormatKey(a.Key)).Hint =
			"write ask: {play: NAME} or {say: {…}}; or ask: none, if something else does"
	}
	o.close()
	return a
}

// keepKeysApart notes a key that would both take the call and forbid all others:
// of those in whole, which is own or the defaults. What defaults alone say is noted
// there.
func (f *accountFile) keepKeysApart(own, whole settings) {
	stop, accept := whole.stopKey, whole.customerAccept
	if stop.value == "" || accept.value == nil || stop.value != accept.value.Key {
		return
	}
	at, other := own.stopKey.at, accept.at
	if at == nil {
		at, other = own.customerAccept.at, stop.at
	}
	if at != nil {
		f.errorf(at, "key %s is both stop_key and the key of customer_accept", callback.FormatKey(stop.value)).Hint =
			fmt.Sprintf("see %s, line %d: choose another for one of them", other.path, other.line)
	}
}
