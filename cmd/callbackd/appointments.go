package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newAppointmentsCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "appointments",
		Short: "Appointments: list, slots, book, move and cancel",
		Long: "Appointments that customers book, by the section `appointments` of the account's rules file. A booked one is a\n" +
			"task: `callbackd tasks` shows, holds and closes it like any other. Times are local.",
		Example: `  callbackd appointments list acme                # which appointments it takes
  callbackd appointments list acme advice         # which are booked
  callbackd appointments slots acme advice        # which may be booked
  callbackd appointments book acme advice 0701234567 --start "2026-11-27 10:00"
  callbackd appointments move 12 --to "2026-11-27 10:15"
  callbackd appointments cancel 12`,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(newAppointmentListCommand(g), newSlotsCommand(g), newBookCommand(g), newAppointmentMoveCommand(g), newAppointmentCancelCommand(g))
	return cmd
}

// spanFlags select what begins in a time.
func spanFlags(cmd *cobra.Command, span *apiclient.Span) (from, to *momentFlag) {
	from, to = new(momentFlag), new(momentFlag)
	cmd.Flags().Var(from, "from", "only what begins then or later: \"2026-11-27 10:00\" on your own clock, or RFC 3339; now if left out")
	cmd.Flags().Var(to, "to", "only what begins before that")
	cmd.Flags().Var((*limitFlag)(&span.Limit), "limit", "how many at most, a `number` up to 1000")
	return from, to
}

// accountAndSchedule is the check of arguments of a command about a schedule, with so many
// others behind.
func accountAndSchedule(others int, wants string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 2+others {
			return fmt.Errorf("%s wants %s", cmd.CommandPath(), wants)
		}
		return nil
	}
}

func newAppointmentListCommand(g *globals) *cobra.Command {
	var (
		span   apiclient.Span
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "list ACCOUNT [SCHEDULE]",
		Short: "List which appointments an account takes, or which are booked of one schedule",
		Long:  "List the schedules of appointments of an account; with the name of one, what is booked of it, by its start.",
		Example: `  callbackd appointments list acme
  callbackd appointments list acme advice --to "2026-11-28 00:00"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return fmt.Errorf("%s wants an account, and may have the name of a schedule behind it", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: completeSchedules(g),
	}
	from, to := spanFlags(cmd, &span)
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		if len(args) == 1 {
			return listSchedules(cmd, client, args[0], asJSON)
		}
		span.From, span.To = from.Time, to.Time
		list, err := client.Appointments(cmd.Context(), args[0], args[1], span)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, list)
		}
		if err := printAppointments(cmd.OutOrStdout(), list.Appointments, localClock()); err != nil {
			return err
		}
		if list.More {
			cmd.PrintErrln("There are more: add --from, with the last one's time.")
		}
		return nil
	}
	return cmd
}

func listSchedules(cmd *cobra.Command, client *apiclient.Client, account string, asJSON bool) error {
	books, err := client.Books(cmd.Context(), account)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(cmd, books)
	}
	if len(books.Schedules) == 0 {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), plain("Account "+account+" takes no appointments: its rules file has no section appointments."))
		return err
	}
	t := newTable("NAME", "WHO CALLS", "SLOT", "AT ONCE", "HOURS", "MAY BE BOOKED", "IDENTIFICATION")
	for _, b := range books.Schedules {
		t.row(b.Name, b.Queue.String(), strconv.Itoa(b.Slot)+" min", strconv.Itoa(b.PerSlot), b.Hours+", "+b.Timezone, b.AtLeast+" to "+b.Ahead+" ahead", identificationOf(b))
	}
	return t.print(cmd.OutOrStdout())
}

// identificationOf says what customers are known by.
func identificationOf(b httpapi.AppointmentBook) string {
	switch digits := b.Identification; {
	case digits == nil:
		return "none"
	case digits.Least == digits.Most:
		return fmt.Sprintf("%d digits", digits.Least)
	default:
		return fmt.Sprintf("%d to %d digits", digits.Least, digits.Most)
	}
}

func printAppointments(w io.Writer, booked []httpapi.Task, c clock) error {
	if len(booked) == 0 {
		_, err := fmt.Fprintln(w, "No appointments.")
		return err
	}
	t := newTable("ID", "START", "NUMBER", "IDENTIFICATION", "TARGET", "STATE", "NOTE")
	for _, task := range booked {
		state := string(task.State)
		if !task.Late.IsZero() {
			state += ", late"
		}
		t.row(strconv.FormatInt(task.ID, 10), c.minute(task.At), task.Number, task.Identification, task.Target.String(), state, short(task.Note))
	}
	return t.print(w)
}

func newSlotsCommand(g *globals) *cobra.Command {
	var (
		span   apiclient.Span
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "slots ACCOUNT SCHEDULE",
		Short: "List the slots that may be booked now",
		Long:  "List the slots of a schedule that may be booked now, full ones too.",
		Example: `  callbackd appointments slots acme advice
  callbackd appointments slots acme advice --from "2026-11-27 00:00" --to "2026-11-28 00:00" --json`,
		Args:              accountAndSchedule(0, "an account and the name of a schedule"),
		ValidArgsFunction: completeSchedules(g),
	}
	from, to := spanFlags(cmd, &span)
	jsonFlag(cmd, &asJSON)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		client, err := g.client()
		if err != nil {
			return err
		}
		span.From, span.To = from.Time, to.Time
		list, err := client.Slots(cmd.Context(), args[0], args[1], span)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd, list)
		}
		if err := printSlots(cmd.OutOrStdout(), list.Slots, localClock()); err != nil {
			return err
		}
		if list.More {
			cmd.PrintErrln("There are more: add --from, with the last one's start, or a larger --limit.")
		}
		return nil
	}
	return cmd
}

func printSlots(w io.Writer, slots []httpapi.Slot, c clock) error {
	if len(slots) == 0 {
		_, err := fmt.Fprintln(w, "No slots that may be booked then.")
		return err
	}
	t := newTable("START", "FREE")
	for _, slot := range slots {
		free := "full"
		if slot.Free > 0 {
			free = strconv.Itoa(slot.Free)
		}
		t.row(c.minute(slot.Start), free)
	}
	return t.print(w)
}

// completeSchedules offers the names of accounts, and after one those of its schedules.
func completeSchedules(g *globals) cobra.CompletionFunc {
	accounts := completeAccounts(g)
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return accounts(cmd, args, typed)
		}
		client, err := g.client()
		if err != nil || len(args) > 1 {
			return noCompletion()
		}
		books, err := client.Books(cmd.Context(), args[0])
		if err != nil {
			return noCompletion()
		}
		var offers []cobra.Completion
		for _, b := range books.Schedules {
			offers = append(offers, cobra.CompletionWithDesc(plain(b.Name), plain(b.Queue.String())))
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}
