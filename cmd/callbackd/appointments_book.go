package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

func newBookCommand(g *globals) *cobra.Command {
	var (
		request = httpapi.BookingRequest{Source: callback.ViaAdmin}
		start   momentFlag
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "book ACCOUNT SCHEDULE NUMBER --start TIME",
		Short: "Book an appointment for a customer",
		Long: "Book an appointment: the customer is called when the slot begins. --json tells the secret, too, with which the\n" +
			"customer may look at it, move it and cancel it on a web page.",
		Example: `  callbackd appointments book acme advice 0701234567 --start "2026-11-27 10:00"
  callbackd appointments book acme advice 0701234567 --start "2026-11-27 10:00" --identification 471100 --note "about the offer"`,
		Args:              accountAndSchedule(1, "an account, the name of a schedule, and the customer's telephone number"),
		ValidArgsFunction: completeSchedules(g),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			request.Number, request.Start = args[2], start.Time
			booked, err := client.Book(cmd.Context(), args[0], args[1], request)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, booked)
			}
			return tellBooked(cmd, "Task %d is booked: %s is called %s.", booked.Task)
		},
	}
	flags := cmd.Flags()
	flags.Var(&start, "start", "when the slot begins: \"2026-11-27 10:00\" on your own clock, or RFC 3339")
	_ = cmd.MarkFlagRequired("start") // the flag is there
	flags.StringVar(&request.Identification, "identification", "", "the `digits` by which the customer is known")
	flags.StringVar(&request.Note, "note", "", "`words` for whoever calls")
	flags.StringVar(&request.Language, "language", "", "the `language` that the customer hears, like sv or en_GB")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// tellBooked says which appointment is booked now; told has places for its id, its number
// and its time.
func tellBooked(cmd *cobra.Command, told string, t httpapi.Task) error {
	c := localClock()
	_, err := fmt.Fprintln(cmd.OutOrStdout(), plain(fmt.Sprintf(told, t.ID, t.Number, c.relative(t.At)+", at "+c.minute(t.At))))
	return err
}
