-- The people who sign in to the page. Of a password only the argon2id hash is here. Who is
-- revoked stays: the name stands in what they did.
CREATE TABLE users (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL CONSTRAINT "a user has a name" CHECK (name <> ''),
    role         TEXT NOT NULL,
    account      TEXT NOT NULL, -- '' is all
    agent        TEXT NOT NULL,
    password     TEXT NOT NULL CONSTRAINT "a password is kept as an argon2id hash" CHECK (password GLOB '$argon2id$*'),
    created      TEXT NOT NULL CHECK (created IS strftime('%Y-%m-%dT%H:%M:%fZ', created)),
    by_whom      TEXT NOT NULL CONSTRAINT "a user says who made them" CHECK (by_whom <> ''),
    password_set TEXT NOT NULL CHECK (password_set IS strftime('%Y-%m-%dT%H:%M:%fZ', password_set)),
    signed_in    TEXT CHECK (signed_in IS strftime('%Y-%m-%dT%H:%M:%fZ', signed_in)),
    revoked      TEXT CHECK (revoked IS strftime('%Y-%m-%dT%H:%M:%fZ', revoked)),
    revoked_by   TEXT NOT NULL,

    CONSTRAINT "a revoked user says who revoked them" CHECK ((revoked IS NULL) = (revoked_by = '')),
    CONSTRAINT "an agent is of an account" CHECK (agent = '' OR account <> '')
) STRICT;

CREATE UNIQUE INDEX users_name ON users (name COLLATE NOCASE) WHERE revoked IS NULL;

-- A user is looked for among the tokens that hold, and the other way round: they share
-- what they are called by.
CREATE INDEX tokens_any_case ON tokens (name COLLATE NOCASE) WHERE revoked IS NULL;

-- In which browsers they are signed in. Of a secret only the hash is here.
CREATE TABLE sessions (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    hash    BLOB NOT NULL CONSTRAINT "a session is kept as a SHA-256" CHECK (length(hash) = 32),
    created TEXT NOT NULL CHECK (created IS strftime('%Y-%m-%dT%H:%M:%fZ', created)),
    used    TEXT NOT NULL CHECK (used IS strftime('%Y-%m-%dT%H:%M:%fZ', used))
) STRICT;

CREATE UNIQUE INDEX sessions_hash ON sessions (hash);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_used ON sessions (used);
CREATE INDEX sessions_created ON sessions (created);
