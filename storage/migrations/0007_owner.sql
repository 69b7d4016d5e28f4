-- Whose a task is that somebody asked for: an agent's, for so many milliseconds of open
-- hours, and then another target's. Of a task that is nobody's, or was handed over, ''.
ALTER TABLE tasks ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN owner_for INTEGER NOT NULL DEFAULT 0 CHECK (owner_for >= 0);
ALTER TABLE tasks ADD COLUMN owner_then TEXT NOT NULL DEFAULT ''
    CONSTRAINT "an owner has somebody to hand over to"
    CHECK ((owner <> '') = (owner_then GLOB 'queue:?*' OR owner_then GLOB 'agent:?*' OR owner_then GLOB 'group:?*'));
ALTER TABLE tasks ADD COLUMN owner_until TEXT
    CHECK (owner_until IS strftime('%Y-%m-%dT%H:%M:%fZ', owner_until))
    CONSTRAINT "as long as a task has an owner, that agent calls"
    CHECK ((owner <> '') = (owner_until IS NOT NULL) AND (owner = '' OR target = 'agent:' || owner));

CREATE INDEX tasks_hand_over ON tasks (owner_until) WHERE state IN ('scheduled', 'held') AND owner_until IS NOT NULL;
CREATE INDEX tasks_owned ON tasks (account, owner_then)
    WHERE state IN ('scheduled', 'dialing', 'held') AND owner_until IS NOT NULL;
