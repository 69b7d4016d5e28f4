-- What the lists filter by, and what a day is counted by. Each list walks through an index
-- in which all that it filters by stands beside the id, newest first, so that a filter that
-- few rows pass costs entries of an index and no rows.
DROP INDEX tasks_account;
CREATE INDEX tasks_search ON tasks (account, id, kind, state, target, rule, number, created);
CREATE INDEX tasks_notes ON tasks (account, note) WHERE note <> '';
CREATE INDEX tasks_waiting ON tasks (account, due, id, arrived, kind, state, target, rule, number, created)
    WHERE state IN ('scheduled', 'dialing', 'held');

DROP INDEX missed_calls_account;
CREATE INDEX missed_calls_search ON missed_calls (account, id, decision, reason, lost_by, lost);

DROP INDEX recordings_account;
CREATE INDEX recordings_search ON recordings (account, id, made, state);

DROP INDEX missed_calls_lost;
CREATE INDEX missed_calls_lost ON missed_calls (lost, account, decision, task_id);
CREATE INDEX tasks_asked ON tasks (arrived, account) WHERE kind <> 'missed';
CREATE INDEX tasks_ended ON tasks (updated, account, state) WHERE state NOT IN ('scheduled', 'dialing', 'held');
CREATE INDEX attempts_bridged ON attempts (bridged, account, result) WHERE bridged IS NOT NULL;
