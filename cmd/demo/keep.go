package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"callbackd/internal/httpapi"
	"callbackd/internal/lab"
	"callbackd/internal/softphone"
)

// With --keep a person plays along: as the agent `you`, and as the customer
// who has yourNumber, which is one of those that are kept free in Sweden for
// films and books.
const (
	you        = "you"
	yourNumber = "+46701740605"
)

// customersWay lets an agent's phone call in as a customer: the call goes out
// on the trunk and comes back in on it.
const customersWay = `; You as a customer: out on the trunk, and in on it again.
[from-agents](+)
exten => 100,1,Goto(` + lab.MainNumber + `,1)
exten => ` + lab.MainNumber + `,1,Set(CALLERID(all)=<` + yourNumber + `>)
 same => n,Dial(PJSIP/pstn/sip:${EXTEN}@${CHANNEL(pjsip,local_addr)})
 same => n,Hangup()
`

const invitation = `Everything runs until you press Ctrl-C. Now play it yourself, with a softphone on this machine:

  user      %[1]s
  password  %[2]s
  server    %[3]s     (domain or registrar; UDP, no encryption, no STUN; codec G.711 µ-law, PCMU)

1. Register it. alice has gone home; you are the only agent of the queue support.
2. Dial 100, or %[4]s. You come in as a customer, %[5]s, and hear the music of the queue.
   Hang up after a few seconds: nobody was there for you.
3. Your phone rings, "Callback %[5]s": now you are the agent. Answer and listen to the prompt
   and the ring tone. The customer's phone, a robot's, answers after two seconds and plays a tune.
4. Hang up, and look at what became of it, in a browser, where it is followed live:

  page      %[12]s
  name      %[1]s
  password  %[13]s

   or in a terminal:

  %[6]s tasks --config %[7]s
  %[6]s missed --config %[7]s
  tail -f %[8]s
  %[9]s        the recordings
  %[10]s/callbackd.db        the database (SQLite)
  %[10]s/rules/acme.yaml     the rules; the operator's file is beside it: callbackd.yaml
  %[11]s     Asterisk's log
`

// addGuest gives the world an account for a person's own softphone.
func addGuest(c *lab.Config) {
	c.Guests = []string{you}
	c.Dialplan = customersWay
}

// keep leaves everything running, and goes on telling what happens, until ctx
// ends.
func keep(ctx context.Context, l *lab.Lab, log *timeline, binary string) error {
	if err := l.Agents[alice].Close(); err != nil {
		return fmt.Errorf("alice goes home: %w", err)
	}
	secret, err := signIn(ctx, l, binary)
	if err != nil {
		return err
	}
	account := l.Account(you)
	log.title("Your turn")
	log.text(fmt.Sprintf(invitation, account.User, account.Password, account.Address, lab.MainNumber, yourNumber,
		binary, l.ConfigFile, l.LogFile, l.Asterisk.Recordings, l.Dir, l.Asterisk.Log, l.URL(), secret))
	var robot sync.WaitGroup
	robot.Go(func() { robotCustomer(ctx, l, log) })
	tellOfTasks(ctx, l, log)
	robot.Wait()
	log.print("\nGoodbye.\n")
	return nil
}

// signIn makes you a user of callbackd's page, as an operator does, and answers the
// password.
func signIn(ctx context.Context, l *lab.Lab, binary string) (password string, err error) {
	var said, complaint strings.Builder
	c := exec.CommandContext(ctx, binary, "users", "add", you, "--role", "admin", "--all-accounts", "--generate", "--config", l.ConfigFile)
	c.Stdout, c.Stderr = &said, &complaint
	if err := c.Run(); err != nil {
		return "", unmet("you get a name and a password for the page", fmt.Errorf("%w: %s", err, complaint.String()))
	}
	return strings.TrimSpace(said.String()), nil
}

// robotCustomer answers calls to yourNumber, one after the other, until ctx
// ends.
func robotCustomer(ctx context.Context, l *lab.Lab, log *timeline) {
	tune := tune()
	for {
		call, err := l.CustomersPhone(ctx, yourNumber)
		if err != nil {
			return // only ctx ends it
		}
		if err := answerAsRobot(ctx, call, log, tune); err != nil && ctx.Err() == nil {
			log.now("the customer's phone: %v", err)
		}
	}
}

// answerAsRobot lets the phone ring for a while, answers, and plays a tune until
// you hang up, or the tune is over.
func answerAsRobot(ctx context.Context, call *softphone.Call, log *timeline, tune softphone.Sound) error {
	if err := call.Ring(); err != nil {
		return err
	}
	log.now("the customer's phone rings: %q", shown(call))
	if err := pause(ctx, 2*time.Second); err != nil {
		return err
	}
	call.Say(tune)
	if err := call.Answer(); err != nil {
		return err
	}
	log.now("the customer's phone, a robot's, answers and plays a tune for a minute")
	if _, err := within(ctx, tuneLength, call.Ended); err != nil { // you are still there
		if err := call.Hangup(); err != nil {
			return err
		}
	}
	log.at(call.Times().Ended, "the customer's phone is on the hook again")
	return nil
}

// tuneLength is how long the robot has something to say.
const tuneLength = time.Minute

// tune is a chord, note by note, over and over.
func tune() softphone.Sound {
	var samples []int16
	for at := time.Duration(0); at < tuneLength; {
		for _, hz := range []int{523, 659, 784, 1047} {
			const note = 400 * time.Millisecond
			samples = append(samples, softphone.Tone(hz).Samples(note)...)
			at += note
		}
	}
	return softphone.PCM(samples)
}

// newsEvery is how often callbackd is asked for news.
const newsEvery = 200 * time.Millisecond

// tellOfTasks tells how tasks change, until ctx ends.
func tellOfTasks(ctx context.Context, l *lab.Lab, log *timeline) {
	told := map[int64]string{}
	if tasks, err := l.Tasks(ctx); err == nil {
		for _, t := range tasks { // the story has told of them
			told[t.ID] = standing(t)
		}
	}
	trouble := ""
	for pause(ctx, newsEvery) == nil {
		tasks, err := l.Tasks(ctx)
		if err != nil {
			if err.Error() != trouble && ctx.Err() == nil {
				trouble = err.Error()
				log.now("%s", trouble)
			}
			continue
		}
		trouble = ""
		for _, t := range slices.Backward(tasks) {
			if news := standing(t); told[t.ID] != news {
				told[t.ID] = news
				log.now("callbackd: task %d, %s: %s", t.ID, t.Number, news)
			}
		}
	}
}

// standing is how a task stands, in words.
func standing(t httpapi.Task) string {
	switch {
	case t.WaitingFor != "":
		return fmt.Sprintf("%s, waits for %s", t.State, t.WaitingFor)
	case t.Reason != "":
		return fmt.Sprintf("%s (%s)", t.State, t.Reason)
	}
	return string(t.State)
}
