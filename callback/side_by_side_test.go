package callback_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
)

// What one customer may have open at a time, in the words of docs/requests.md.
var sideBySide = []struct {
	name string
	id   int64
}{{"missed call", 1}, {"request at once", 2}, {"request for a time", 3}, {"appointment", 4}}

// besideEachOther is a customer with one open task of each kind, none of them due for an
// hour.
func besideEachOther(t *testing.T, change func(*callback.Account), test func(*workbench)) {
	account := requestsAccount(func(a *callback.Account) {
		a.Rules[0].DialingIntervals[0], a.Requests.DialingIntervals[0] = time.Hour, time.Hour
	}, change)
	atWorkbench(t, account, func(w *workbench) {
		w.lose("1", alicesCustomer, "support")
		w.ask(request())
		w.ask(request(in(2 * time.Hour)))
		w.book(alicesCustomer, 3*time.Hour)
		w.after(time.Minute)
		test(w)
	})
}

// book books an appointment for a customer, in so long.
func (w *workbench) book(number string, d time.Duration) callback.Task {
	w.t.Helper()
	asked, err := w.desk().Book(context.Background(), booking(starting(time.Now().Add(d)), func(b *callback.Booking) { b.Number = number }))
	require.NoError(w.t, err)
	assert.Equal(w.t, callback.OutcomeCreated, asked.Outcome)
	return asked.Task
}

// fate says what has become of a task, in the words of the table.
func (w *workbench) fate(id int64) string {
	task, _ := w.read(id)
	switch {
	case task.State == callback.TaskCancelled:
		return "cancelled: `" + task.Reason + "`"
	case task.State != callback.TaskScheduled:
		return string(task.State)
	case task.Due.After(time.Now()):
		return "stays"
	}
	return "waits"
}

// Each thing that may happen to a customer with all kinds of tasks, and what becomes of
// each: docs/requests.md has the table that this makes.
func TestWhatCancelsWhat(t *testing.T) {
	ctx := context.Background()
	rows := []struct {
		happens string
		change  func(*callback.Account)
		do      func(*workbench)
		later   time.Duration // how long it is waited, so that what is due is dialled, or waits
	}{
		{"the customer calls and talks to a person", nil, func(w *workbench) { w.take(call("2", answered)) }, 0},
		{"an agent calls the customer by hand", nil, func(w *workbench) { w.take(byHandNow()) }, 0},
		{"another callback of the customer connects", nil, func(w *workbench) {
			w.pbxs["pbx1"].answer, w.pbxs["pbx1"].talks = true, time.Minute
			w.ask(request(in(time.Minute), func(r *callback.Request) { r.Target = callback.Target{Kind: callback.TargetGroup, Name: "sales"} }))
		}, 10 * time.Minute},
		{"the customer calls and reaches nobody", nil, func(w *workbench) { w.lose("2", alicesCustomer, "support") }, 0},
		{"the customer presses the stop key, or is put on the do-not-call list", nil, func(w *workbench) { w.block(alicesCustomer) }, 0},
		{"the rule is switched off (`enabled: false`, `deactivate`)", nil, func(w *workbench) {
			require.NoError(w.t, w.control.Deactivate(ctx, callback.RuleKey{Account: "acme", Rule: "lost"}, "ann"))
		}, 0},
		{"the rule is gone from the file for a minute", nil, func(w *workbench) {
			w.edit(requestsAccount(func(a *callback.Account) { a.Rules = nil }))
		}, 2 * time.Minute},
		{"`requests` and `appointments` are gone from the file", func(a *callback.Account) { a.Rules[0].DialingIntervals[0] = 24 * time.Hour }, func(w *workbench) {
			w.edit(exampleAccount())
		}, 4 * time.Hour},
		{"the account is frozen", nil, func(w *workbench) { require.NoError(w.t, w.control.Freeze(ctx, "acme", "ann")) }, 4 * time.Hour},
		{"callbackd is stopped", nil, func(w *workbench) { require.NoError(w.t, w.control.Stop(ctx, "ann")) }, 4 * time.Hour},
	}
	var table strings.Builder
	table.WriteString("| what happens |")
	for _, kind := range sideBySide {
		fmt.Fprintf(&table, " %s |", kind.name)
	}
	table.WriteString("\n|---|" + strings.Repeat("---|", len(sideBySide)) + "\n")
	for _, row := range rows {
		change := row.change
		if change == nil {
			change = func(*callback.Account) {}
		}
		besideEachOther(t, change, func(w *workbench) {
			row.do(w)
			synctest.Wait()
			w.after(row.later)
			fmt.Fprintf(&table, "| %s |", row.happens)
			for _, kind := range sideBySide {
				fmt.Fprintf(&table, " %s |", w.fate(kind.id))
			}
			table.WriteString("\n")
		})
	}
	documented(t, "what cancels what", table.String())
}

func byHandNow() callback.Finding {
	return callback.CallBegan{LiveCall: callback.LiveCall{
		PBX: "pbx1", ID: "9", Trunk: "PJSIP/pstn", Number: alicesCustomer, Outbound: true, Since: time.Now(),
	}}
}

// What was asked for while agent and customer talked is for after that.
func TestWhatIsAskedForDuringACall(t *testing.T) {
	for name, talk := range map[string]func(*workbench){
		"the customer's own call": func(w *workbench) {
			w.ask(request(in(30 * time.Hour)))
			w.after(10 * time.Second)
			w.ask(request())
			w.after(20 * time.Second)
			w.take(call("2", answered)) // for thirty seconds
		},
		"a callback": func(w *workbench) {
			w.pbxs["pbx1"].answer, w.pbxs["pbx1"].talks = true, time.Minute
			w.book(alicesCustomer, 15*time.Minute)
			w.after(15*time.Minute + 30*time.Second) // they talk
			w.ask(request())
			w.after(time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.DialingIntervals[0] = time.Hour }), func(w *workbench) {
				talk(w)
				assert.Equal(t, "stays", w.fate(2))
			})
		})
	}
}

// A request that was asked for once more during the call stays as well.
func TestWhatIsAskedForOnceMoreDuringACall(t *testing.T) {
	atWorkbench(t, requestsAccount(func(a *callback.Account) { a.Requests.DialingIntervals[0] = time.Hour }), func(w *workbench) {
		w.ask(request())
		w.after(10 * time.Minute)
		w.ask(request(note("and call again")))
		w.after(10 * time.Second)
		w.take(call("2", answered))
		assert.Equal(t, "stays", w.fate(1))
	})
}

// Another account's customer of the same number is another's.
func TestHelpStaysInItsAccount(t *testing.T) {
	other := requestsAccount(func(a *callback.Account) {
		a.Name, a.Numbers, a.Requests.DialingIntervals[0] = "globex", []string{"+4685551111"}, time.Hour
	})
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		w.edit(requestsAccount(), other)
		w.ask(request(func(r *callback.Request) { r.Account = "globex" }))
		w.after(time.Minute)
		w.take(call("2", answered))
		assert.Equal(t, "stays", w.fate(1))
	})
}

// Who comes first of those that are due, whatever their kind.
func TestWhichComesFirst(t *testing.T) {
	rows := []struct {
		kind, place string
		at          time.Duration // its place
		make        func(*workbench)
	}{
		{"request at once", "when it was asked for, the first time", 0, func(w *workbench) { w.ask(request(func(r *callback.Request) { r.Number = "0701234561" })) }},
		{"missed call", "when the oldest call came in", 10 * time.Minute, func(w *workbench) { w.lose("2", "0701234562", "support") }},
		{"request for a time", "the time that was asked for", 20 * time.Minute, func(w *workbench) {
			w.ask(request(func(r *callback.Request) { r.Number = "0701234563" }, in(10*time.Minute)))
		}},
		{"appointment", "the booked time", 30 * time.Minute, func(w *workbench) { w.book("+46701234564", 10*time.Minute) }},
	}
	atWorkbench(t, requestsAccount(), func(w *workbench) {
		require.NoError(t, w.control.Stop(context.Background(), "ann"))
		begun := time.Now()
		rows[0].make(w)
		w.after(10 * time.Minute)
		for _, row := range rows[1:] {
			row.make(w)
			if row.kind == "request for a time" {
				w.after(10 * time.Minute)
			}
		}
		w.after(time.Hour)
		var due []callback.Task
		require.NoError(t, w.store.DB.Update(context.Background(), func(tx callback.Tx) error { return tx.Rouse("") }))
		require.NoError(t, w.store.DB.View(context.Background(), func(tx callback.ReadTx) (err error) {
			due, err = tx.DueTasks(time.Now(), 10)
			return err
		}))
		require.Len(t, due, len(rows))
		table := "| kind | its place among those that are due |\n|---|---|\n"
		for i, task := range due {
			assert.Equal(t, rows[i].at, task.Arrived.Sub(begun), rows[i].kind)
			table += fmt.Sprintf("| %s | %s |\n", rows[i].kind, rows[i].place)
		}
		documented(t, "which comes first", table)
	})
}

// What a limit of open tasks counts, of a missed call, a request and an appointment.
func TestWhatEachLimitCounts(t *testing.T) {
	missed := func(w *workbench, i int) { w.lose(fmt.Sprint(i), fmt.Sprintf("07012345%02d", i), "support") }
	once := func(w *workbench, i int) {
		w.ask(request(func(r *callback.Request) { r.Number = fmt.Sprintf("07012345%02d", i) }))
	}
	timed := func(w *workbench, i int) {
		w.ask(request(func(r *callback.Request) { r.Number = fmt.Sprintf("07012345%02d", i) }, in(5*time.Hour)))
	}
	booked := func(w *workbench, i int) { w.book(fmt.Sprintf("+467012345%02d", i), 5*time.Hour) }
	rows := []struct {
		open string
		make []func(*workbench, int)
	}{
		{"a missed call", []func(*workbench, int){missed}},
		{"two missed calls", []func(*workbench, int){missed, missed}},
		{"a missed call and a request at once", []func(*workbench, int){missed, once}},
		{"a missed call and an appointment", []func(*workbench, int){missed, booked}},
		{"two requests for a time", []func(*workbench, int){timed, timed}},
		{"two appointments", []func(*workbench, int){booked, booked}},
	}
	for limit, change := range map[string]func(*callback.Account){
		"queue": func(a *callback.Account) { a.Queues["support"] = callback.Queue{Name: "support", MaxTasks: 2} },
		"area": func(a *callback.Account) {
			a.Queues["support"] = callback.Queue{Name: "support", Area: "nordic"}
			a.Areas = map[string]callback.Area{"nordic": {Name: "nordic", MaxTasks: 2}}
		},
	} {
		table := "| open in a queue or area with `max_tasks: 2` | one more missed call | one more request | one more appointment |\n|---|---|---|---|\n"
		for _, row := range rows {
			wait := func(a *callback.Account) {
				a.Rules[0].DialingIntervals[0], a.Requests.DialingIntervals[0] = time.Hour, time.Hour
			}
			table += "| " + row.open + " |"
			atWorkbench(t, requestsAccount(change, wait), func(w *workbench) {
				for i, one := range row.make {
					one(w, i+10)
				}
				missed(w, 20)
				table += " " + called(w) + " |"
			})
			for _, more := range []func(*callback.Desk) error{
				func(d *callback.Desk) error { _, err := d.Ask(context.Background(), request()); return err },
				func(d *callback.Desk) error {
					_, err := d.Book(context.Background(), booking(startingIn(5*time.Hour)))
					return err
				},
			} {
				atWorkbench(t, requestsAccount(change, wait), func(w *workbench) {
					for i, one := range row.make {
						one(w, i+10)
					}
					table += " " + taken(t, more(w.desk())) + " |"
				})
			}
			table += "\n"
		}
		documented(t, "what each limit counts", strings.ReplaceAll(table, "`"+limit+"_full`", "`queue_full`, `area_full`"))
	}
}

func taken(t *testing.T, err error) string {
	if err == nil {
		return "is taken"
	}
	var refusal *callback.AskRefusal
	require.ErrorAs(t, err, &refusal)
	assert.True(t, refusal.Again.After(time.Now()))
	return "is refused: `" + string(refusal.Reason) + "`"
}

func called(w *workbench) string {
	calls := w.missed()
	last := calls[len(calls)-1]
	if last.Decision == callback.DecisionRefused {
		return "isn't called back: `" + string(last.Reason) + "`"
	}
	return "is called back"
}

// documented compares a table with the one in docs/requests.md, between its marks.
func documented(t *testing.T, name, table string) {
	t.Helper()
	documentedIn(t, "../docs/requests.md", name, table)
}

func documentedIn(t *testing.T, file, name, table string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	begin, end := "<!-- "+name+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found, "%s lacks %s", file, begin)
	written, after, found := strings.Cut(rest, end)
	require.True(t, found)
	if *callback.Update {
		require.NoError(t, os.WriteFile(file, []byte(before+begin+table+end+after), 0o644))
		return
	}
	assert.Equal(t, table, written, "go test ./callback -run Test -update writes it anew")
}
