-- Who is let in over HTTP, besides whoever has the admin's token, which is in a file.
-- Of a secret only the hash is here. A token that is revoked stays: its name stands in
-- what was done with it.
CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL CONSTRAINT "a token has a name" CHECK (name <> ''),
    role       TEXT NOT NULL,
    account    TEXT NOT NULL, -- '' is all
    hash       BLOB NOT NULL CONSTRAINT "a token is kept as a SHA-256" CHECK (length(hash) = 32),
    created    TEXT NOT NULL CHECK (created IS strftime('%Y-%m-%dT%H:%M:%fZ', created)),
    by_whom    TEXT NOT NULL CONSTRAINT "a token says who made it" CHECK (by_whom <> ''),
    last_used  TEXT CHECK (last_used IS strftime('%Y-%m-%dT%H:%M:%fZ', last_used)),
    revoked    TEXT CHECK (revoked IS strftime('%Y-%m-%dT%H:%M:%fZ', revoked)),
    revoked_by TEXT NOT NULL,

    CONSTRAINT "a revoked token says who revoked it" CHECK ((revoked IS NULL) = (revoked_by = ''))
) STRICT;

CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE UNIQUE INDEX tokens_name ON tokens (name) WHERE revoked IS NULL;
