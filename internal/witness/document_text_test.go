package witness

// document is docs/logs.md, with the tables that are made from the recordings.
const document = `# What Asterisk's logs know

Printed by ` + "`go test ./internal/witness -run TestDocument -update`" + `.

Calls that were missed, or answered, while callbackd or its connection was away are found in the CDR (Master.csv) and queue_log. The live verdict is made of bridges; the logs have rows and seconds. This page lists where that makes a difference, from 115 kinds of call recorded on Asterisk 22.10.1, and what closes the hole.

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

## Kinds of call in which the logs differ from the live verdict

| kind of call | live | in the logs | why | what helps |
|---|---|---|---|---|
%s

Who would have lost an answered call isn't compared. Talk times are whole seconds: a conversation of less than one counts as 0.5 s, and one that queue_log ends with 0 s as none (an agent's announcement or Gosub that the caller didn't wait for looks the same); with ` + "`min_talk: 1s`" + ` and more that makes no difference.

Not among these recordings:

| kind of call | live | in the logs | what helps |
|---|---|---|---|
| number without an extension | nothing: Asterisk answers 404 before there is a channel | nothing | ` + "`exten => _X!,1,Hangup(1)` and `exten => _+X!,1,Hangup(1)`" + ` in the trunk's context |
| conference (ConfBridge) that an agent joins | answered | missed: no row names the other | Dial or Queue to the agent instead |
| queue member that is an AgentRequest | answered | answered, but only because queue_log times the conversation: no row names the agent | queue_log |
| number withheld by ` + "`Privacy: id`" + ` | anonymous | the number, like any other | ` + "`same => n,ExecIf($[\"${CALLERID(num-pres):0:6}\" = \"prohib\"]?Set(CALLERID(num)=anonymous))`" + `, first in the trunk's context, or ` + "`log_only_numbers: skip`" + ` |
| do not disturb or closed hours decided in the dialplan, said by CALLBACKD_MISSED | as it says | the context | none: variables are in neither log |
| message left on voicemail | missed, or handled by option | missed | none |
| agent and caller cross (CANCEL and 200) | by milliseconds | either | none |

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
