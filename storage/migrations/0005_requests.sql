-- When a callback was asked for (the last time), and for when; NULL: as soon as possible.
ALTER TABLE tasks ADD COLUMN asked_at TEXT CHECK (asked_at IS strftime('%Y-%m-%dT%H:%M:%fZ', asked_at));
ALTER TABLE tasks ADD COLUMN asked_for TEXT CHECK (asked_for IS strftime('%Y-%m-%dT%H:%M:%fZ', asked_for));

-- A customer's tasks of all kinds are looked for whenever somebody talks to the customer.
CREATE INDEX tasks_open_customer ON tasks (account, number) WHERE state IN ('scheduled', 'dialing', 'held');

-- Under which keys programs have asked for callbacks, for a day: who got no answer asks
-- again, and must not be promised another.
CREATE TABLE ask_keys (
    account  TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    key      TEXT NOT NULL CONSTRAINT "a key has 1 to 200 characters" CHECK (length(key) BETWEEN 1 AND 200),
    hash     TEXT NOT NULL CONSTRAINT "a key knows its request" CHECK (hash <> ''),
    task_id  INTEGER NOT NULL REFERENCES tasks (id),
    used     TEXT NOT NULL CHECK (used IS strftime('%Y-%m-%dT%H:%M:%fZ', used)),

    PRIMARY KEY (account, asked_by, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX ask_keys_used ON ask_keys (used);
