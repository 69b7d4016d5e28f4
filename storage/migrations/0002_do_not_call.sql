-- Whom an account doesn't call, whatever these customers ask for or lose.
CREATE TABLE do_not_call (
    account TEXT NOT NULL CONSTRAINT "an entry of the do-not-call list has an account" CHECK (account <> ''),
    number  TEXT NOT NULL CONSTRAINT "a number on the do-not-call list is E.164"
            CHECK (number GLOB '+[1-9]*' AND number NOT GLOB '+*[^0-9]*' AND length(number) BETWEEN 8 AND 16),
    since   TEXT NOT NULL CHECK (since IS strftime('%Y-%m-%dT%H:%M:%fZ', since)),
    by_whom TEXT NOT NULL CONSTRAINT "an entry of the do-not-call list says who made it" CHECK (by_whom <> ''),
    reason  TEXT NOT NULL,

    PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;

-- The way out of a region is judged by its customer legs, the one sent last first.
DROP INDEX attempts_customer_legs;
CREATE INDEX attempts_trunk ON attempts (account, region, customer_sent) WHERE customer_sent IS NOT NULL;

-- How often a customer was called is read from the index alone, and a call that the
-- trunk failed isn't one.
DROP INDEX attempts_sent;
DROP INDEX attempts_sent_number;
CREATE INDEX attempts_sent ON attempts (account, customer_sent, result) WHERE customer_sent IS NOT NULL;
CREATE INDEX attempts_sent_number ON attempts (number, account, customer_sent, result) WHERE customer_sent IS NOT NULL;
