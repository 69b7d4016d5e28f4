-- Times are UTC text of fixed width, 2026-11-20T08:10:08.123Z: they sort as
-- they stand and can be read in the sqlite3 shell. A time that isn't known is
-- NULL; a word that isn't known is ''. Sets that grow with the code (results,
-- reasons) and everything that compares an old row with a new one are triggers,
-- which the program makes from its own tables: see triggers.go.

CREATE TABLE tasks (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    account       TEXT NOT NULL CHECK (account <> ''),
    kind          TEXT NOT NULL CHECK (kind IN ('missed', 'request', 'appointment')),
    number        TEXT NOT NULL CONSTRAINT "a task's number is E.164"
                  CHECK (number GLOB '+[1-9]*' AND number NOT GLOB '+*[^0-9]*' AND length(number) BETWEEN 8 AND 16),
    state         TEXT NOT NULL CHECK (state IN ('scheduled', 'dialing', 'held', 'completed', 'exhausted', 'cancelled', 'expired')),
    reason        TEXT NOT NULL,
    target        TEXT NOT NULL CONSTRAINT "a task's target is a queue, an agent or a group"
                  CHECK (target GLOB 'queue:?*' OR target GLOB 'agent:?*' OR target GLOB 'group:?*'),
    region        TEXT NOT NULL,
    lost_by       TEXT NOT NULL,
    rule          TEXT NOT NULL,
    pbx           TEXT NOT NULL,
    arrived       TEXT NOT NULL CHECK (arrived IS strftime('%Y-%m-%dT%H:%M:%fZ', arrived)),
    due           TEXT NOT NULL CHECK (due IS strftime('%Y-%m-%dT%H:%M:%fZ', due)),
    wake          TEXT NOT NULL CHECK (wake IS strftime('%Y-%m-%dT%H:%M:%fZ', wake)),
    give_up       TEXT CHECK (give_up IS strftime('%Y-%m-%dT%H:%M:%fZ', give_up)),
    previous      INTEGER REFERENCES tasks (id),
    cancel_reason TEXT NOT NULL,
    waiting_for   TEXT NOT NULL,
    held_by       TEXT NOT NULL,
    attempts      INTEGER NOT NULL CHECK (attempts >= 0),
    source        TEXT NOT NULL,
    note          TEXT NOT NULL,
    language      TEXT NOT NULL,
    created       TEXT NOT NULL CHECK (created IS strftime('%Y-%m-%dT%H:%M:%fZ', created)),
    updated       TEXT NOT NULL CHECK (updated IS strftime('%Y-%m-%dT%H:%M:%fZ', updated)),

    CONSTRAINT "a task isn't looked at before it is due"
    CHECK (wake >= due),
    CONSTRAINT "an exhausted, cancelled or expired task has a reason"
    CHECK (state NOT IN ('exhausted', 'cancelled', 'expired') OR reason <> ''),
    CONSTRAINT "a held task says who holds it, no other does"
    CHECK ((state = 'held') = (held_by <> ''))
) STRICT;

CREATE UNIQUE INDEX tasks_one_open_missed ON tasks (account, number)
    WHERE kind = 'missed' AND state IN ('scheduled', 'dialing', 'held');
CREATE INDEX tasks_due ON tasks (wake, arrived, account, target, region) WHERE state = 'scheduled';
CREATE INDEX tasks_resting ON tasks (account) WHERE state = 'scheduled' AND wake > due;
CREATE INDEX tasks_give_up ON tasks (give_up) WHERE state IN ('scheduled', 'held') AND give_up IS NOT NULL;
CREATE INDEX tasks_open ON tasks (account, kind, target, state, held_by) WHERE state IN ('scheduled', 'dialing', 'held');
CREATE INDEX tasks_customer ON tasks (number, account);
CREATE INDEX tasks_account ON tasks (account);
CREATE INDEX tasks_state ON tasks (state);

CREATE TABLE missed_calls (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    pbx      TEXT NOT NULL CHECK (pbx <> ''),
    call_id  TEXT NOT NULL CHECK (call_id <> ''),
    trunk    TEXT NOT NULL,
    caller   TEXT NOT NULL,
    dialled  TEXT NOT NULL,
    lost_by  TEXT NOT NULL,
    arrived  TEXT NOT NULL CHECK (arrived IS strftime('%Y-%m-%dT%H:%M:%fZ', arrived)),
    lost     TEXT NOT NULL CHECK (lost IS strftime('%Y-%m-%dT%H:%M:%fZ', lost)),
    account  TEXT NOT NULL,
    number   TEXT NOT NULL CONSTRAINT "a missed call's number is E.164 or unknown"
             CHECK (number = '' OR number GLOB '+[1-9]*' AND number NOT GLOB '+*[^0-9]*' AND length(number) BETWEEN 8 AND 16),
    decision TEXT NOT NULL CHECK (decision IN ('task_created', 'merged', 'refused')),
    reason   TEXT NOT NULL,
    rule     TEXT NOT NULL,
    task_id  INTEGER REFERENCES tasks (id),
    source   TEXT NOT NULL CHECK (source IN ('events', 'logs')),
    recorded TEXT NOT NULL CHECK (recorded IS strftime('%Y-%m-%dT%H:%M:%fZ', recorded)),

    CONSTRAINT "a refused call has a reason, an accepted one has none"
    CHECK ((decision = 'refused') = (reason <> '')),
    CONSTRAINT "a refused call has no task, an accepted one has one"
    CHECK ((decision = 'refused') = (task_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX missed_calls_seen ON missed_calls (pbx, call_id);
CREATE INDEX missed_calls_task ON missed_calls (task_id, lost) WHERE task_id IS NOT NULL;
CREATE INDEX missed_calls_customer ON missed_calls (number, account);
CREATE INDEX missed_calls_blocks ON missed_calls (account, number, lost);
CREATE INDEX missed_calls_account ON missed_calls (account);
CREATE INDEX missed_calls_lost ON missed_calls (lost, account);

CREATE TABLE attempts (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id          INTEGER NOT NULL REFERENCES tasks (id),
    account          TEXT NOT NULL,
    number           TEXT NOT NULL,
    ordinal          INTEGER NOT NULL CHECK (ordinal >= 1),
    try              INTEGER NOT NULL CHECK (try >= 1),
    state            TEXT NOT NULL CHECK (state IN ('scheduled', 'agent', 'agent_up', 'customer', 'bridged', 'ended')),
    due              TEXT NOT NULL CHECK (due IS strftime('%Y-%m-%dT%H:%M:%fZ', due)),
    missed_call_id   INTEGER REFERENCES missed_calls (id),
    settings         TEXT NOT NULL CHECK (json_valid(settings)),
    pbx              TEXT AS (json_extract(settings, '$.pbx')),
    region           TEXT AS (json_extract(settings, '$.region')),
    agent_channel    TEXT NOT NULL,
    customer_channel TEXT NOT NULL,
    bridge           TEXT NOT NULL,
    recording        TEXT NOT NULL,
    agent            TEXT NOT NULL,
    result           TEXT NOT NULL,
    reason           TEXT NOT NULL,
    cause            INTEGER NOT NULL,
    sip              INTEGER NOT NULL,
    trunk_fault      INTEGER NOT NULL CHECK (trunk_fault IN (0, 1)),
    counted          INTEGER NOT NULL CHECK (counted IN (0, 1)),
    recording_ok     INTEGER NOT NULL CHECK (recording_ok IN (0, 1)),
    claimed          TEXT CHECK (claimed IS strftime('%Y-%m-%dT%H:%M:%fZ', claimed)),
    agent_answered   TEXT CHECK (agent_answered IS strftime('%Y-%m-%dT%H:%M:%fZ', agent_answered)),
    customer_sent    TEXT CHECK (customer_sent IS strftime('%Y-%m-%dT%H:%M:%fZ', customer_sent)),
    bridged          TEXT CHECK (bridged IS strftime('%Y-%m-%dT%H:%M:%fZ', bridged)),
    ended            TEXT CHECK (ended IS strftime('%Y-%m-%dT%H:%M:%fZ', ended)),

    CONSTRAINT "a scheduled attempt isn't claimed, a live one is"
    CHECK (state = 'ended' OR (state = 'scheduled') = (claimed IS NULL)),
    CONSTRAINT "an attempt has the names of its channels and bridge from its claim on"
    CHECK ((claimed IS NULL) = (agent_channel = '')
       AND (claimed IS NULL) = (customer_channel = '')
       AND (claimed IS NULL) = (bridge = '')),
    CONSTRAINT "the two legs of an attempt are two channels"
    CHECK (agent_channel = '' OR agent_channel <> customer_channel),
    CONSTRAINT "an attempt says when its agent answered from agent_up on"
    CHECK (state = 'ended' OR (state IN ('agent_up', 'customer', 'bridged')) = (agent_answered IS NOT NULL)),
    CONSTRAINT "an attempt says when its customer leg was sent from customer on"
    CHECK (state = 'ended' OR (state IN ('customer', 'bridged')) = (customer_sent IS NOT NULL)),
    CONSTRAINT "an attempt says when it was bridged from bridged on"
    CHECK (state = 'ended' OR (state = 'bridged') = (bridged IS NOT NULL)),
    CONSTRAINT "no step of an attempt is left out"
    CHECK ((agent_answered IS NULL OR claimed IS NOT NULL)
       AND (customer_sent IS NULL OR agent_answered IS NOT NULL)
       AND (bridged IS NULL OR customer_sent IS NOT NULL)),
    CONSTRAINT "an ended attempt has a result and the time of its end, no other has"
    CHECK ((state = 'ended') = (result <> '') AND (state = 'ended') = (ended IS NOT NULL)),
    CONSTRAINT "only a bridged attempt connects"
    CHECK (result <> 'connected' OR bridged IS NOT NULL),
    CONSTRAINT "an attempt counts when it has ended and the customer leg was sent"
    CHECK (counted = 0 OR state = 'ended' AND customer_sent IS NOT NULL),
    CONSTRAINT "a recording that was seen has a name"
    CHECK (recording_ok = 0 OR recording <> '')
) STRICT;

CREATE UNIQUE INDEX attempts_one_open ON attempts (task_id) WHERE state <> 'ended';
CREATE UNIQUE INDEX attempts_one_live ON attempts (number) WHERE state IN ('agent', 'agent_up', 'customer', 'bridged');
CREATE UNIQUE INDEX attempts_agent_channel ON attempts (agent_channel) WHERE agent_channel <> '';
CREATE UNIQUE INDEX attempts_customer_channel ON attempts (customer_channel) WHERE customer_channel <> '';
CREATE UNIQUE INDEX attempts_bridge ON attempts (bridge) WHERE bridge <> '';
CREATE UNIQUE INDEX attempts_recording ON attempts (recording) WHERE recording <> '';
CREATE INDEX attempts_task ON attempts (task_id);
CREATE INDEX attempts_lines ON attempts (account, region) WHERE state IN ('agent', 'agent_up', 'customer', 'bridged');
CREATE INDEX attempts_live ON attempts (pbx) WHERE state IN ('agent', 'agent_up', 'customer', 'bridged');
CREATE INDEX attempts_customer_legs ON attempts (account, region, ended)
    WHERE state = 'ended' AND customer_sent IS NOT NULL;
CREATE INDEX attempts_sent ON attempts (account, customer_sent) WHERE customer_sent IS NOT NULL;
CREATE INDEX attempts_sent_number ON attempts (number, account, customer_sent) WHERE customer_sent IS NOT NULL;

CREATE TABLE history (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         TEXT NOT NULL CHECK (at IS strftime('%Y-%m-%dT%H:%M:%fZ', at)),
    account    TEXT NOT NULL,
    number     TEXT NOT NULL,
    task_id    INTEGER NOT NULL REFERENCES tasks (id),
    attempt_id INTEGER REFERENCES attempts (id),
    input      TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL CHECK (to_state <> ''),
    reason     TEXT NOT NULL
) STRICT;

CREATE INDEX history_task ON history (task_id);

-- What people have switched off by hand: a row while it is off.
CREATE TABLE switches (
    what    TEXT NOT NULL CHECK (what IN ('stopped', 'frozen', 'off')),
    account TEXT NOT NULL,
    rule    TEXT NOT NULL,
    since   TEXT NOT NULL CHECK (since IS strftime('%Y-%m-%dT%H:%M:%fZ', since)),
    by_whom TEXT NOT NULL CONSTRAINT "a switch says who turned it" CHECK (by_whom <> ''),

    PRIMARY KEY (what, account, rule),
    CONSTRAINT "what is frozen or off belongs to an account, the stop to none"
    CHECK ((what = 'stopped') = (account = '')),
    CONSTRAINT "what is off is a rule"
    CHECK ((what = 'off') = (rule <> ''))
) STRICT, WITHOUT ROWID;

-- The last good version of each account's rules file.
CREATE TABLE kept_rules (
    account TEXT NOT NULL PRIMARY KEY CONSTRAINT "kept rules have an account" CHECK (account <> ''),
    path    TEXT NOT NULL CONSTRAINT "kept rules have a path" CHECK (path <> ''),
    text    BLOB NOT NULL CONSTRAINT "kept rules have a text" CHECK (length(text) > 0),
    kept    TEXT NOT NULL CHECK (kept IS strftime('%Y-%m-%dT%H:%M:%fZ', kept))
) STRICT;

-- How far the logs of each PBX have been read.
CREATE TABLE log_positions (
    pbx      TEXT NOT NULL PRIMARY KEY CONSTRAINT "a log position has a PBX" CHECK (pbx <> ''),
    position TEXT NOT NULL CHECK (json_valid(position))
) STRICT;
