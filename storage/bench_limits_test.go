package storage

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// BenchmarkCustomerLegs asks what is asked before each call, in a history of
// 100,000 attempts in 200 days, 500 a day, to 5,000 numbers.
func BenchmarkCustomerLegs(b *testing.B) {
	db := openTest(b)
	require.NoError(b, transact(b.Context(), db.writer, func(ctx context.Context, tx *sql.Tx) error {
		if err := dropTriggers(ctx, tx); err != nil { // the rows come as they end
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO tasks (id, account, kind, number, state, reason, target, region, lost_by, rule, pbx, arrived, due, wake,
				cancel_reason, waiting_for, held_by, attempts, source, note, language, created, updated)
			VALUES (1, 'acme', 'missed', '+46701200000', 'cancelled', 'customer_called', 'queue:support', 'sweden', 'queue:support', 'lost', 'pbx1',
				?1, ?1, ?1, '', '', '', 0, '', '', '', ?1, ?1)`, timeColumn{&start}); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < 99999)
			INSERT INTO attempts (task_id, account, number, ordinal, try, state, due, settings,
				agent_channel, customer_channel, bridge, recording, agent, result, reason, cause, sip, trunk_fault, counted, recording_ok,
				claimed, agent_answered, customer_sent, ended)
			SELECT 1, 'acme', printf('+467012%05d', n % 5000), 1, 1, 'ended', sent, '{"pbx":"pbx1","region":"sweden"}',
				'agent' || n, 'customer' || n, 'bridge' || n, '', 'PJSIP/alice', 'customer_no_answer', '', 0, 0, 0, 1, 0,
				sent, sent, sent, sent
			FROM (SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', ?1, printf('-%d seconds', 172 * n)) AS sent FROM i)`, timeColumn{&start})
		return err
	}))
	measure(b, db, map[string]func(callback.ReadTx) error{
		"of an account in a day": func(tx callback.ReadTx) error {
			legs, err := tx.CustomerLegs("acme", "", start.Add(-24*time.Hour))
			require.Equal(b, 503, legs.Count)
			return err
		},
		"to a number in a month": func(tx callback.ReadTx) error {
			legs, err := tx.CustomerLegs("acme", "+46701204711", start.Add(-30*24*time.Hour))
			require.Equal(b, 3, legs.Count)
			return err
		},
		"faults of a trunk that works": func(tx callback.ReadTx) error {
			faults, err := tx.TrunkFaults("acme", "sweden", 100)
			require.Empty(b, faults)
			return err
		},
	})
}

// BenchmarkBriefCalls asks what is asked for each missed call, with 100,000 of them
// in 200 days, 10,000 of them from the block of numbers that is asked about.
func BenchmarkBriefCalls(b *testing.B) {
	db := openTest(b)
	require.NoError(b, transact(b.Context(), db.writer, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < 99999)
			INSERT INTO missed_calls (pbx, call_id, trunk, caller, dialled, lost_by, arrived, lost, account, number, decision, reason, rule, source, recorded)
			SELECT 'pbx1', 'call' || n, 'PJSIP/pstn', '', '', 'queue:support', lost, lost,
				'acme', printf('+467012%05d', n * 7919 % 100000), 'refused', 'no_rule', '', 'events', lost
			FROM (SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', ?1, printf('-%d seconds', 172 * n)) AS lost FROM i)`, timeColumn{&start})
		return err
	}))
	measure(b, db, map[string]func(callback.ReadTx) error{
		"in ten minutes": func(tx callback.ReadTx) error {
			calls, err := tx.BriefCalls("acme", "+4670124", start.Add(-10*time.Minute), 6*time.Second)
			require.Empty(b, calls)
			return err
		},
		"in a day": func(tx callback.ReadTx) error {
			calls, err := tx.BriefCalls("acme", "+4670124", start.Add(-24*time.Hour), 6*time.Second)
			require.Len(b, calls, 50)
			return err
		},
	})
}

// BenchmarkOpenTasks asks what bounds and ends 10,000 open tasks, and wakes
// them in the morning.
func BenchmarkOpenTasks(b *testing.B) {
	const tasks = 10_000
	db := openTest(b)
	off := &callback.Switch{Since: start, By: "freeze"}
	require.NoError(b, db.Update(b.Context(), func(tx callback.Tx) error {
		for i := range tasks {
			task := newTask(fmt.Sprintf("+467012%05d", i), start)
			task.GiveUp = start.Add(time.Duration(1+i) * time.Minute)
			if err := insertTask(tx, &task); err != nil {
				return err
			}
		}
		for i := range 100 {
			if err := tx.SetRuleOff(callback.RuleKey{Account: "acme", Rule: fmt.Sprintf("rule %d", i)}, off); err != nil {
				return err
			}
		}
		return nil
	}))
	measure(b, db, map[string]func(callback.ReadTx) error{
		"OpenMissed of 10000": func(tx callback.ReadTx) error {
			open, err := tx.OpenMissed("acme", []callback.Target{support})
			require.Equal(b, tasks, open)
			return err
		},
		"OpenTasks of 10000": func(tx callback.ReadTx) error {
			open, err := tx.OpenTasks("acme")
			require.Len(b, open, tasks)
			return err
		},
		"GiveUps of 10": func(tx callback.ReadTx) error {
			old, err := tx.GiveUps(start.Add(10*time.Minute), 100)
			require.Len(b, old, 10)
			return err
		},
		"NextGiveUp": func(tx callback.ReadTx) error {
			_, ok, err := tx.NextGiveUp(start)
			require.True(b, ok)
			return err
		},
		"Switches, 100 of them": func(tx callback.ReadTx) error {
			switches, err := tx.Switches()
			require.Len(b, switches.Off, 100)
			return err
		},
	})
	b.Run("SetWaiting of 10000 and Rouse", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, db.Update(b.Context(), func(tx callback.Tx) error {
				for id := range int64(tasks) {
					if err := tx.SetWaiting(id+1, "the schedule opens then", start.Add(time.Hour)); err != nil {
						return err
					}
				}
				return nil
			}))
			require.NoError(b, db.Update(b.Context(), func(tx callback.Tx) error { return tx.Rouse("acme") }))
		}
	})
}

// measure runs each question in a View of its own.
func measure(b *testing.B, db *DB, questions map[string]func(callback.ReadTx) error) {
	b.Helper()
	for name, ask := range questions {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := db.View(b.Context(), ask); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
