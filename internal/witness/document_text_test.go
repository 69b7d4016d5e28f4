package witness

// document is docs/logs.md, with the tables that are made from the recordings.
const document = `# What Asterisk's logs know

Printed by ` + "`go test ./internal/witness -run TestDocument -update`" + `.

Calls that were missed, or answered, while callbackd or its connection was away, and customers whom agents called by hand meanwhile, are found in the CDR (Master.csv) and queue_log. The live verdict is made of bridges; the logs have rows and seconds. This page lists where that makes a difference, from %d kinds of call recorded on Asterisk 22.10.1, and what closes the hole.

## What has to be set

` + "```ini" + `
; cdr.conf
[general]
enable = yes
unanswered = yes       ; else a call that rang nobody leaves no row
[csv]
loguniqueid = yes      ; else the CDR can't be used at all
newcdrcolumns = yes    ; not needed; harmless
` + "```" + `

` + "`queue_log = yes`" + ` in logger.conf [general] is the default. callbackd's user must be able to read both files, and to list their folder, where a rotation leaves the older ones. A rotation may rename or copy and truncate; what is compressed at once (without ` + "`delaycompress`" + `) can't be read on. With ` + "`batch = yes`" + ` in cdr.conf calls come late, by up to ` + "`time`" + ` seconds, and not at all if Asterisk crashes.

` + "`callbackd doctor`" + ` looks for all of this: whether callbackd's user may read both logs and list their folder, whether their last megabyte is Asterisk's, this Asterisk's, with unique ids and up to date, how they are rotated, what these files say (` + "`--asterisk-config`" + `, /etc/asterisk), whether each trunk's context has an extension for any number, and whether the dialplan looks at the presentation of numbers.

## Kinds of call in which the logs differ from the live verdict

| kind of call | live | in the logs | why | what helps |
|---|---|---|---|---|
%s

Who would have lost an answered call isn't compared. Talk times are whole seconds: a conversation of less than one counts as 0.5 s, and one that queue_log ends with 0 s as none (an agent's announcement or Gosub that the caller didn't wait for looks the same); with ` + "`min_talk: 1s`" + ` and more that makes no difference. Of a queue's member behind an AgentRequest the CDR names no agent: that one answered, queue_log alone says.

What these recordings can't show:

| kind of call | live | in the logs | what helps |
|---|---|---|---|
| number without an extension | nothing: Asterisk answers 404 before there is a channel | nothing | ` + "`exten => _X!,1,Hangup(1)` and `exten => _+X!,1,Hangup(1)`" + ` in the trunk's context; ` + "`callbackd doctor`" + ` tries |
| call that a program makes straight over the trunk (Originate of ` + "`PJSIP/…@pstn`" + ` over the manager interface or ARI, a call file) and then runs dialplan, or joins with others in its own ARI application | a call by hand | a customer's call, missed or answered, from the number that the program gave it: the CDR has no direction. Only ` + "`AppDial2`" + `, which it says until another application runs, is known | let the program originate the agent's phone, and that dial the customer |
| number withheld by ` + "`Privacy: id`" + ` | anonymous | the number, like any other | ` + "`same => n,ExecIf($[\"${CALLERID(num-pres):0:6}\" = \"prohib\"]?Set(CALLERID(num)=anonymous))`" + `, first in the trunk's context (a queue's ` + "`log-restricted-caller-id = no`" + ` leaves it in the CDR), or ` + "`log_only_numbers: skip`" + ` |
| message left on voicemail | missed, or handled by option | missed | none |
| agent and caller cross (CANCEL and 200) | by milliseconds | either | none |

## Calls that agents make by hand

A phone of the PBX that dials over a region's trunk has a row with the trunk's channel beside it. The logs tell of all such calls among these recordings, and of no others:

| kind of call | in the logs |
|---|---|
%s

A customer's call that is sent on over a trunk, a queue's member who is rung there, and callbackd's own legs have rows of other channels, and don't count. What differs from what the events tell:

| kind of call | live | in the logs |
|---|---|---|
| dialplan that plays or waits before it dials | dialled when the trunk is dialled | dialled when the agent's channel began; what the customer lost in between counts as lost later |
| dialplan that answers the agent before it dials, with ` + "`agent_called: answered`" + ` | answered when the customer does | if the customer answers, answered when the dialplan did |
| call that a program makes straight through a Local channel (Originate of ` + "`Local/…`" + `) | a call by hand | nothing: no row says who dialled; Originate the agent's phone instead |
| trunk's channel that doesn't bear the name in the dial string (` + "`DAHDI/g1/…`" + `) | a call by hand | nothing |
| dial string of more than 79 bytes | a call by hand | nothing, where the number's end is cut off |
| RetryDial | a call by hand | nothing: the row has "Retrying" instead of the dial string |
| call that goes on when the connection is back | a call by hand | nothing, until it is over |

## With unanswered = no, cdr.conf's default

These leave no row, and so no trace, where nobody was rung:

| kind of call |
|---|
%s

## The number that was dialled

A row has the extension at its end, so a menu (Goto) or a transfer hides what the customer dialled. It decides whose call it is only where several accounts share a trunk. ` + "`same => n,QueueLog(NONE,${UNIQUEID},NONE,DID,${EXTEN})`" + `, first in the trunk's context, keeps it:

| kind of call | dialled | in the logs |
|---|---|---|
%s
`
