-- The digits by which a customer is known, of tasks that were asked for them; and since
-- when it has been seen that a booked time passed without the customer's phone ringing.
ALTER TABLE tasks ADD COLUMN identification TEXT NOT NULL DEFAULT ''
    CONSTRAINT "an identification has digits only" CHECK (identification NOT GLOB '*[^0-9]*');
ALTER TABLE tasks ADD COLUMN late TEXT CHECK (late IS strftime('%Y-%m-%dT%H:%M:%fZ', late));

CREATE INDEX tasks_appointments ON tasks (asked_for)
    WHERE kind = 'appointment' AND state IN ('scheduled', 'held') AND late IS NULL;

-- The seats of slots that are taken. Whoever books takes the lowest free one below what
-- the slot has, so that no two can have the last. A task that is over has none any more:
-- see the trigger bookings_over.
CREATE TABLE bookings (
    account TEXT NOT NULL CHECK (account <> ''),
    book    TEXT NOT NULL CHECK (book <> ''),
    start   TEXT NOT NULL CHECK (start IS strftime('%Y-%m-%dT%H:%M:%fZ', start)),
    seat    INTEGER NOT NULL CHECK (seat >= 0),
    task_id INTEGER NOT NULL UNIQUE REFERENCES tasks (id),

    PRIMARY KEY (account, book, start, seat)
) STRICT, WITHOUT ROWID;
