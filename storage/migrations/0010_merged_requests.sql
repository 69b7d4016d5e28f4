-- Whether a request under a key was merged into a task that was open before: whoever asks
-- again under the key is given the link to that task only if it wasn't, for it may be
-- another person's.
ALTER TABLE ask_keys ADD COLUMN merged INTEGER NOT NULL DEFAULT 0 CHECK (merged IN (0, 1));

-- The call in which a caller asked for something (asked_by ivr) is remembered for longer
-- than the keys of programs: its end may be read from the logs weeks later.
DROP INDEX ask_keys_used;
CREATE INDEX ask_keys_used ON ask_keys (used) WHERE asked_by <> 'ivr';
CREATE INDEX ask_keys_calls ON ask_keys (used) WHERE asked_by = 'ivr';
