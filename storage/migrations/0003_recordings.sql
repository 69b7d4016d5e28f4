-- The index of the recordings, whose files lie with Asterisk.
CREATE TABLE recordings (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id      INTEGER NOT NULL REFERENCES tasks (id),
    attempt_id   INTEGER NOT NULL REFERENCES attempts (id),
    account      TEXT NOT NULL,
    pbx          TEXT NOT NULL,
    name         TEXT NOT NULL CONSTRAINT "a recording has a name" CHECK (name <> ''),
    channels     INTEGER NOT NULL CHECK (channels IN (1, 2)),
    state        TEXT NOT NULL,
    bytes        INTEGER NOT NULL CHECK (bytes >= 0),
    milliseconds INTEGER NOT NULL CHECK (milliseconds >= 0),
    made         TEXT NOT NULL CHECK (made IS strftime('%Y-%m-%dT%H:%M:%fZ', made)),
    keep_until   TEXT NOT NULL CHECK (keep_until IS strftime('%Y-%m-%dT%H:%M:%fZ', keep_until)),

    CONSTRAINT "a recording that is kept holds audio"
    CHECK (state <> 'kept' OR milliseconds > 0)
) STRICT;

CREATE UNIQUE INDEX recordings_attempt ON recordings (attempt_id);
CREATE INDEX recordings_task ON recordings (task_id);
CREATE INDEX recordings_account ON recordings (account);
CREATE INDEX recordings_unverified ON recordings (id) WHERE state = 'unverified';
CREATE INDEX recordings_expiry ON recordings (keep_until) WHERE state <> 'deleted';

-- What was recorded before there was an index.
INSERT INTO recordings (task_id, attempt_id, account, pbx, name, channels, state, bytes, milliseconds, made, keep_until)
SELECT task_id, id, account, pbx, recording, 1, 'unverified', 0, 0, coalesce(bridged, customer_sent),
       strftime('%Y-%m-%dT%H:%M:%fZ', ended, (json_extract(settings, '$.recording.keep') / 1000000000) || ' seconds')
FROM attempts
WHERE state = 'ended' AND recording <> '' AND customer_sent IS NOT NULL AND json_extract(settings, '$.recording.keep') > 0;
