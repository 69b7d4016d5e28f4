// Package casebook is the table of all kinds of call: how each is made on a real
// Asterisk with real SIP phones, and what became of the customer. callbackd's
// tests play it live and compare; `make record` plays it anew against the
// Asterisk at hand and writes what Asterisk told of each call into testdata.
//
// # A case
//
// A Case (case.go) is a few lines of dialplan behind a number of its own, a
// play, and the truth:
//
//	{
//		Name: "x-blind-noanswer", Row: rowBlindTransfer,
//		Dialplan: []string{"Dial(PJSIP/alice,8)", "Hangup()"},
//		Play: func(s *Scene) {
//			c, a := aliceAnswers(s)
//			a.Transfers("bob")
//			s.Rings("bob")
//			c.Ends()
//		},
//		Truth: []Truth{answeredThenLost("agent:bob")},
//	}
//
// Who lost a call is said in the words of a rules file. In all offices alice and
// bob are the group sales, alice, bob and ghost the group support, and a rule
// names each agent, so that a call to one of them is that agent's. The cases are
// in files by family (cases_*.go), under the rows of the case table (rows.go).
//
// # Offices
//
// A World (world.go) is one Asterisk with several offices, in each of which one
// case at a time is played. They are alike but for a suffix at every name:
// alice, support, from-pstn in the first, alice_b, support_b, from-pstn_b in the
// next. The texts of this package have the names of the first; Office.Local and
// Office.Common translate. Each office's far ends of trunks have addresses of
// their own, 127.0.N.1 and 127.0.N.2, by which Asterisk tells the trunks apart:
// on Linux the whole of 127.0.0.0/8 is loopback.
//
// The people are softphones (desk.go). A phone rings until the play picks up or
// refuses, unless it was told to do always the same (Scene.Always). What people
// do is in scene.go and line.go, what the administrator of the PBX does from
// outside, over ARI and the manager interface, in intervention.go. Beside them
// are an AGI server (scripts.go) and another application of ARI (elsewhere.go).
//
// # What is checked
//
// TestLive plays a representative third of the table, with -all the whole, eight
// cases side by side. callbackd's own exchange (internal/pbx) watches, so the
// events have passed the filter that it sets in Asterisk; its intake decides who
// lost whom. Checked are the verdicts, whether the number may be used, and the
// calls that agents made to customers by hand. When all is over, internal/witness
// reads the CDR and queue_log of the same calls; Case.Logs is what they tell
// where that isn't the truth. A case that fails shows its dialplan, the verdict,
// and a file with the events that the exchange was sent about it.
//
// Nobody acts within the same moment as somebody else (Scene.Rings waits a
// little), so that events of several channels may be shuffled by some
// milliseconds in recordings without another truth; but for the cases that are
// about just that (Case.Crossing).
//
// TestRecord, with -record FOLDER, plays the whole table in one office, one case
// after the other, and writes FOLDER/ari/CASE.jsonl (the complete stream, byte
// for byte, nothing filtered), FOLDER/logs/CASE.cdr and CASE.queue_log (the
// lines that the case added) and FOLDER/ari/truth.tsv. It takes about eight
// minutes. What has to be written anew afterwards says testdata/ari/README.md. A
// part of the table is played with -run '^TestRecord$/^(CASE|CASE|logs)$';
// truth.tsv is whole anyway.
//
// When a play is over whoever is on the phone hangs up, but phones that ring wait
// for their callers to give up: a CANCEL and a refusal at once would be another
// kind of call.
//
// # Facts, seen on Asterisk 22.10.1
//
//   - A blind transfer to a parking lot parks in the channel's own lot, not in the
//     one whose extension it is, unless that has parkext_exclusive.
//   - FollowMe takes the agent's key only when its prompt is over, and goes on to
//     the next number when the time of this one is, prompt or not.
//   - ConfBridge lets its first member into the room when it has been told of being
//     the only one. An agent who comes in that time shares the room with nobody,
//     though the CDR names both as one conversation.
//   - The CDR's row with both names of a conference is that of whoever was in the
//     room first, be it the agent.
//   - RetryDial has the word "Retrying" instead of its arguments, in events and in
//     the CDR, from its first ring on.
//   - When a Local channel is optimised away, the caller joins the agent or the
//     agent the caller, and either of its halves goes first.
//   - If the caller and then the agent hang up while a Gosub asks the agent to
//     confirm, the CDR says ANSWERED, with no time of answer.
//
// What no case shows: analogue and ISDN lines, IAX, chan_sip; video; a second
// PBX in the middle; call files.
package casebook
