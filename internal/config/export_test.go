package config

import "callbackd/callback"

// WarnOfOrder looks for what is odd about the order of an account's rules.
func WarnOfOrder(account callback.Account) Problems {
	src := newSource("acme.yaml")
	src.lines = []string{""}
	f := &accountFile{decoder: &decoder{source: src}, account: account}
	places := make([]*node, len(account.Rules))
	for i := range places {
		places[i] = &node{line: 1}
	}
	f.warnOfOrder(account.Rules, places)
	return src.problems
}

// RecordKeys has asked told of each key that a mapping of the file is asked for,
// with the mapping's path.
func RecordKeys(asked func(path, key string)) Option {
	return func(o *options) { o.asked = asked }
}
