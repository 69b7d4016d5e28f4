package endtoend

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/asterisk-config/private"
	"callbackd/callback"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// A phone that isn't registered is waited for, and rung as soon as it is; of a group
// only the others are rung.
func TestAPhoneThatIsNotRegistered(t *testing.T) {
	const bobs, sales = "+46701234501", "+46702234502"
	w := newWorldOf(t, lab.Config{
		Agents: []string{"carol"}, Guests: []string{"bob"}, Rules: passingRules,
		Queues: []private.Queue{{Name: "support"}},
		Numbers: []private.Number{
			{Number: "+4685550002", Dialplan: []string{"Dial(PJSIP/bob,20)", "Hangup()"}},
			{Number: "+4685550003", Dialplan: []string{"Dial(PJSIP/carol&PJSIP/dave,20)", "Hangup()"}},
		},
		Further: map[string]string{"pjsip.conf": "[dave]\ntype = endpoint\naors = dave\n[dave]\ntype = aor\nmax_contacts = 1\n"},
		Sounds:  map[string][]byte{"callback": prompt(shortPrompt)},
	}).start()

	w.losesAt("+4685550003", sales, "carol")
	w.calledBack("carol", w.rings("carol"), sales)

	w.dials("+4685550002", bobs).MustEnd(t)
	w.waits(bobs, "PJSIP/bob isn't registered")
	account := w.Account("bob")
	phone, err := softphone.Start(t.Context(), softphone.Options{
		User: account.User, Password: account.Password, Registrar: account.Address, Says: softphone.Tone(440),
	})
	w.must(err)
	t.Cleanup(func() { w.must(phone.Close()) })
	registered := time.Now()
	bob := phone.MustRing(t)
	require.Less(t, bob.Times().Began.Sub(registered), 3*time.Second)
	bob.MustAnswer(t)
	bob.MustHear(t, promptHz)
	called := w.customerRings(bobs)
	called.MustAnswer(t)
	called.MustHear(t, 440)
	called.MustHangup(t)
	bob.MustEnd(t)
	require.Equal(t, []string{"connected"}, results(w.taskOf(bobs, callback.TaskCompleted)))
	w.nothingLeft()
}
