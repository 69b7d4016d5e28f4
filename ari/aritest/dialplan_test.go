package aritest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

// The customer's leg goes through a context that listens to it, and comes back.
func TestContinueIntoAContextThatComesBack(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("PJSIP/*@pstn", aritest.Answers(0, -1))
		p.srv.Context("amd", func(c *aritest.Call) {
			if c.Wait(2 * time.Second) {
				assert.False(t, c.Stasis("another", "amd"), "an application that isn't connected takes nobody")
				assert.True(t, c.Stasis("app", "amd", "HUMAN"))
			}
		})
		p.originate("c1", customer, 0)
		p.until("StasisStart c1 agent,c1")
		began := time.Now()
		require.NoError(t, p.c.Continue(p.ctx, "c1", ari.Extension{Context: "amd", Exten: "s", Priority: 1}))
		_, err := p.c.Play(p.ctx, "c1", "p", "sound:/hello")
		require.ErrorIs(t, err, ari.ErrConflict, "it isn't in the application")
		seen := p.until("StasisStart c1 amd,HUMAN")
		assert.Contains(t, seen, "StasisEnd c1")
		assert.Equal(t, 2*time.Second, time.Since(began))
		_, err = p.c.Play(p.ctx, "c1", "p", "sound:/hello")
		require.NoError(t, err)
	})
}

// A key on an agent's phone behind a Local is heard on the Local, too; on one that
// nobody has answered it isn't.
func TestKeys(t *testing.T) {
	virtual(t, func(p *pbx) {
		p.srv.Phone("Local/*", func(c *aritest.Call) {
			c.Execute("Dial", "PJSIP/alice,,c")
			leg := c.Dial("PJSIP/alice")
			leg.Press("1")
			leg.Answer()
			leg.Press("2")
		})
		p.originate("a1", "Local/sales@phones/n", 0)
		p.until("StasisStart a1 agent,a1")
		var heard []string
		for len(heard) < 2 {
			if e, is := (<-p.events).(*ari.ChannelDtmfReceived); is {
				heard = append(heard, e.Channel.Name[:5]+" "+e.Digit)
			}
		}
		assert.Equal(t, []string{"PJSIP 2", "Local 2"}, heard)
	})
}
