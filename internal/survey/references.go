package survey

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"callbackd/callback"
)

// reference is a name in a rules file that means something in Asterisk.
type reference struct {
	account string
	path    string // where the file has it
	name    string // what it is called in Asterisk; of a sound, in the library
	needed  bool   // a rule that is on stands or falls with it
	anyOne  int    // how many PBXs may have it; 0: this one must
	rung    bool   // of a queue or a phone: agent legs go there
	ringing callback.Ringing

	language string // of a sound
}

// region is a way in and out of an account.
type region struct {
	callback.Region
	account, country string
}

func (r region) path(key string) string { return "regions." + r.Name + "." + key }

// resident is an account with a region on a PBX, of so many PBXs.
type resident struct {
	*callback.Account
	pbxs int
}

// wanted is what the accounts want of one PBX.
type wanted struct {
	accounts []resident
	regions  []region
	queues   []reference
	phones   []reference
	contexts []reference
	sounds   []reference
	needs    needs
}

func newWanted(p PBX) *wanted { return &wanted{needs: needs{fetching: p.Fetches}} }

// use is how an account's rules use a queue or an agent.
type use struct {
	needed bool
	rung   bool
	on     map[string]bool // the PBXs that must have it; none: any one of the account's
}

// refer notes what account refers to at the PBXs concerned.
func refer(account *callback.Account, pbxs map[string]*wanted) {
	a := surveyed{account, pbxs}
	a.regions()
	a.targets()
	a.scenarios()
	a.rules()
	a.needs()
}

// surveyed is an account, with the PBXs where its references go.
type surveyed struct {
	*callback.Account
	wanted map[string]*wanted
}

// places are the account's PBXs, in order.
func (a surveyed) places() []string {
	places := map[string]bool{}
	for _, r := range a.Regions {
		if a.wanted[r.PBX] != nil {
			places[r.PBX] = true
		}
	}
	return slices.Sorted(maps.Keys(places))
}

// ways are the PBXs that a rule may call back through.
func (a surveyed) ways(rule callback.Rule) []string {
	r, ok := a.Regions[rule.Region]
	switch {
	case !ok:
		return a.places()
	case a.wanted[r.PBX] == nil:
		return nil
	}
	return []string{r.PBX}
}

func (a surveyed) regions() {
	for _, name := range slices.Sorted(maps.Keys(a.Regions)) {
		r := a.Regions[name]
		if w := a.wanted[r.PBX]; w != nil {
			w.regions = append(w.regions, region{r, a.Name, a.Country})
		}
	}
	places := a.places()
	for _, pbx := range places {
		a.wanted[pbx].accounts = append(a.wanted[pbx].accounts, resident{a.Account, len(places)})
	}
}

// targets notes queues and agents' phones.
func (a surveyed) targets() {
	uses := map[callback.Target]*use{}
	for name := range a.Queues {
		uses[callback.Target{Kind: callback.TargetQueue, Name: name}] = &use{on: map[string]bool{}}
	}
	for name := range a.Agents {
		uses[callback.Target{Kind: callback.TargetAgent, Name: name}] = &use{on: map[string]bool{}}
	}
	for _, rule := range a.Rules {
		for _, loser := range a.losers(rule) {
			// Whoever lost the call is on the PBX where it came in; if the callback goes
			// to them, they are on the one where it goes out.
			if rule.Forward.IsZero() && rule.Region != "" {
				a.use(uses, loser, rule, true, a.ways(rule))
			} else {
				a.use(uses, loser, rule, rule.Forward.IsZero(), nil)
			}
		}
		a.use(uses, rule.Forward, rule, true, a.ways(rule))
	}
	for _, asked := range a.Calling()[len(a.Rules):] { // requests and appointments
		a.use(uses, asked.Forward, asked, true, a.ways(asked))
		if o := asked.Owner; o != nil {
			a.use(uses, o.Target(), asked, true, a.ways(asked))
			a.use(uses, o.Then, asked, true, a.ways(asked))
		}
	}
	places := a.places()
	for _, target := range slices.SortedFunc(maps.Keys(uses), func(x, y callback.Target) int {
		return strings.Compare(x.String(), y.String())
	}) {
		u := uses[target]
		ref := reference{account: a.Name, needed: u.needed, rung: u.rung}
		on := slices.Sorted(maps.Keys(u.on))
		if len(on) == 0 {
			on, ref.anyOne = places, len(places)
		}
		for _, pbx := range on {
			w := a.wanted[pbx]
			if target.Kind == callback.TargetQueue {
				ref.name, ref.path, ref.ringing = target.Name, "queues."+target.Name, a.Queues[target.Name].Ringing
				w.queues = append(w.queues, ref)
			} else {
				ref.name, ref.path = a.Agents[target.Name].Endpoint, "agents."+target.Name+".endpoint"
				w.phones = append(w.phones, ref)
			}
		}
	}
}

// losers are those whose lost calls a rule is about.
func (a surveyed) losers(rule callback.Rule) (list []callback.Target) {
	if rule.MissedIn == callback.MissedInScenario {
		return nil
	}
	if len(rule.From) > 0 {
		return rule.From
	}
	for name := range a.Queues {
		list = append(list, callback.Target{Kind: callback.TargetQueue, Name: name})
	}
	for name := range a.Agents {
		list = append(list, callback.Target{Kind: callback.TargetAgent, Name: name})
	}
	return list // and the groups, which are made of agents
}

// use notes that rule uses target, on all of the PBXs named.
func (a surveyed) use(uses map[callback.Target]*use, target callback.Target, rule callback.Rule, rung bool, pbxs []string) {
	if target.Kind == callback.TargetGroup {
		for _, member := range a.Groups[target.Name].Members {
			a.use(uses, callback.Target{Kind: callback.TargetAgent, Name: member}, rule, rung, pbxs)
		}
		return
	}
	u := uses[target]
	if u == nil {
		return
	}
	u.needed = u.needed || rule.Enabled
	u.rung = u.rung || rung
	for _, pbx := range pbxs {
		u.on[pbx] = true
	}
}

func (a surveyed) scenarios() {
	needed := map[string]bool{}
	for _, rule := range a.Rules {
		for _, name := range rule.Scenarios {
			needed[name] = needed[name] || rule.Enabled
		}
	}
	places := a.places()
	for _, name := range slices.Sorted(maps.Keys(a.Scenarios)) {
		for i, context := range a.Scenarios[name].Contexts {
			for _, pbx := range places {
				a.wanted[pbx].contexts = append(a.wanted[pbx].contexts, reference{
					account: a.Name, path: fmt.Sprintf("scenarios.%s.contexts[%d]", name, i), name: context,
					needed: needed[name], anyOne: len(places),
				})
			}
		}
	}
}

// rules notes the sounds that the rules name, each once, for a rule that is on if there is
// one. A text that is spoken is callbackd's own business.
func (a surveyed) rules() {
	for i, rule := range a.Calling() {
		place := fmt.Sprintf("rules[%d]", i)
		if callback.NamesOtherThanARule(rule.Name) {
			place = strings.TrimSuffix(strings.Replace(rule.Name, ":", ".", 1), ".") // requests, or appointments.advice
		}
		for _, played := range rule.Plays() {
			if played.Sound.Say != nil {
				continue
			}
			ref := reference{
				account: a.Name, path: place + "." + played.Key, name: played.Sound.Play,
				language: rule.Language, needed: rule.Enabled,
			}
			for _, pbx := range a.ways(rule) {
				a.wanted[pbx].wantSound(ref)
			}
		}
	}
}

func (w *wanted) wantSound(ref reference) {
	at := slices.IndexFunc(w.sounds, func(other reference) bool {
		return other.account == ref.account && other.language == ref.language && other.name == ref.name
	})
	switch {
	case at < 0:
		w.sounds = append(w.sounds, ref)
	case ref.needed && !w.sounds[at].needed:
		w.sounds[at] = ref
	}
}
