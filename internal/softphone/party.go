package softphone

import (
	"net/url"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Party is one side of a call as the other sees it.
type Party struct {
	Number string // user part of the URI, unescaped: "+46701234567", "alice", "anonymous"
	Name   string // display name; may be empty
}

// Caller says who an outgoing call comes from. The zero Caller is the phone's
// own user and name.
type Caller struct {
	Number   string // From
	Name     string // From's display name
	Asserted string // number of P-Asserted-Identity (RFC 3325); left out if empty
	Privacy  string // Privacy header (RFC 3323): "id" withholds the number; left out if empty
}

func partyOf(name string, address sip.Uri) Party {
	number := address.User
	if plain, err := url.PathUnescape(number); err == nil {
		number = plain
	}
	unquote := strings.NewReplacer(`\"`, `"`, `\\`, `\`)
	return Party{Number: number, Name: unquote.Replace(name)}
}

// asserted reads P-Asserted-Identity; a message without it gives a zero Party.
func asserted(message *sip.Request) Party {
	header := message.GetHeader("P-Asserted-Identity")
	if header == nil {
		return Party{}
	}
	var address sip.Uri
	name, err := sip.ParseAddressValue(header.Value(), &address, nil)
	if err != nil {
		return Party{} // a tel: or broken URI: as if nobody had asserted anything
	}
	return partyOf(name, address)
}

// quoted escapes a display name for a header.
func quoted(name string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
}
