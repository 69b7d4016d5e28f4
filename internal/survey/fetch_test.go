package survey

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari/aritest"
	"callbackd/callback"
)

// fetchSeven fetches seven sounds from an Asterisk that change has changed, and checks that
// nothing is left behind.
func fetchSeven(t *testing.T, change func(*aritest.Server)) (fetched []string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		change(srv)
		var media []string
		for i := range 7 {
			media = append(media, fmt.Sprintf("sound:http://x/%d", i))
		}
		began := time.Now()
		fetched, err = Fetch(t.Context(), pbxOf("pbx1", srv), media)
		assert.LessOrEqual(t, time.Since(began), fetchLimit+hangupLimit+answerLimit)
		nothingLeft(t, srv)
	})
	return fetched, err
}

func TestSoundsAreFetched(t *testing.T) {
	fetched, err := fetchSeven(t, func(*aritest.Server) {})
	require.NoError(t, err)
	assert.Len(t, fetched, 7)
}

func TestASoundThatCannotBeFetchedKeepsNoOtherFromIt(t *testing.T) {
	fetched, err := fetchSeven(t, func(s *aritest.Server) { s.SetSound("sound:http://x/1", 0) })
	require.EqualError(t, err, "sound:http://x/1: Asterisk can't play it")
	assert.Len(t, fetched, 6)
	assert.NotContains(t, fetched, "sound:http://x/1")
}

// The channel that plays it is frozen: the others would wait, too.
func TestAServerThatStalls(t *testing.T) {
	fetched, err := fetchSeven(t, func(s *aritest.Server) { s.SetSound("sound:http://x/1", aritest.Forever) })
	require.EqualError(t, err, "sound:http://x/1: no answer within 10s")
	assert.Equal(t, []string{"sound:http://x/0"}, fetched)
}

func TestAnAsteriskThatIsNotThereFetchesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := pbxOf("pbx1", aritest.New(t))
		pbx.DialContext = nobody
		fetched, err := Fetch(t.Context(), pbx, []string{"sound:http://x/0"})
		require.ErrorContains(t, err, "connection refused")
		assert.Empty(t, fetched)
	})
}

// Each account's sounds are asked for in the languages of its rules, wherever a rule names
// them; texts are nobody's but callbackd's.
func TestTheSoundsOfTheRules(t *testing.T) {
	account := acme()
	account.Rules[0].Language = "sv"
	account.Rules[0].AgentPrompt = "callback"
	account.Rules[0].StopKey = "9"
	account.Rules[1].Voicemail = callback.Voicemail{Action: callback.VoicemailLeave, Message: callback.Sound{Play: "sorry"}}
	account.Rules[1].Recording.Notice = callback.Sound{Say: &callback.Speech{Language: "sv", Text: "Samtalet spelas in"}}
	var asked []string
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		complete(srv)
		srv.SetSound("sound:/sounds/sorry", 0)
		assert.Contains(t, lines(Run(t.Context(), Options{
			PBXs: []PBX{pbxOf("pbx1", srv)}, Accounts: []*callback.Account{account},
			SoundPath: func(account, language, name string) (string, error) {
				asked = append(asked, account+"/"+language+"/"+name)
				return "/sounds/" + name, nil
			},
		})), "error acme: rules[1].voicemail.leave: Asterisk pbx1 can't play /sounds/sorry.wav")
	})
	assert.Equal(t, []string{"acme/sv/callback", "acme/sv/do-not-call", "acme//callback", "acme//sorry"}, asked)
}
