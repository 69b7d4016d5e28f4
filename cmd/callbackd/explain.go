package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

func newExplainCommand(g *globals) *cobra.Command {
	var (
		question httpapi.Question
		replay   replayFlags
		request  requestFlags
		asJSON   bool
	)
	cmd := &cobra.Command{
		Use:   "explain NUMBER",
		Short: "Tell what would become of a call from this number, and why",
		Long: "Tell what would happen, were a call from NUMBER missed: which rule decides, or why none does; when each\n" +
			"attempt would be made, by the customer's clock and the account's; who would ring, and what the customer's\n" +
			"phone would show. The daemon answers by the very code that decides; nothing is stored, nothing is dialled.\n" +
			"NUMBER is as the trunk delivers it, or anonymous.\n\n" +
			"With --replay the missed calls of that time are decided about anew by the rules files as they are on the\n" +
			"disk, or by --file in place of its account's, and what would have been different is listed.\n\n" +
			"With --request it is told what would become of a callback that is asked for now: whether it is taken, or why\n" +
			"not, whose it is, and when each attempt would be made.",
		Example: `  callbackd explain 0701234567
  callbackd explain +46701234567 --missed-in queue:support --at "2026-12-24 17:30"
  callbackd explain 0701234567 --account acme --missed-in scenario:main-menu --dialled +4685550000
  callbackd explain 0701234567 --request --at "2026-12-23 10:00" --target agent:alice
  callbackd explain --replay 7d
  callbackd explain --replay 7d --file draft.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			if replay.past != 0 {
				return replay.run(cmd, client, question.Account, asJSON)
			}
			question.Number = args[0]
			if request.asked {
				return request.run(cmd, client, question, asJSON)
			}
			x, err := client.Explain(cmd.Context(), question)
			if err != nil {
				return aboutQuestion(err)
			}
			if asJSON {
				return printJSON(cmd, x)
			}
			return printExplanation(cmd.OutOrStdout(), x, localClock())
		},
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := explainArgs(cmd, args, replay); err != nil {
			return err
		}
		return request.check()
	}
	cmd.ValidArgsFunction = cobra.NoFileCompletions
	flags := cmd.Flags()
	flags.StringVar(&question.Account, "account", "", "whose customer calls, or whose calls to replay: an `account`")
	flags.Var((*targetFlag)(&question.MissedIn), "missed-in", "`who` lost the call: queue:NAME, agent:NAME, group:NAME or scenario:NAME")
	flags.StringVar(&question.At, "at", "", "the `time` at which it was lost: \"2026-12-24 17:30\" in the account's zone, or RFC 3339; now if left out")
	flags.StringVar(&question.Dialled, "dialled", "", "the `number` that the customer dialled")
	flags.StringVar(&question.Trunk, "trunk", "", "the `trunk` on which the call came in, like PJSIP/pstn; only where it matters")
	flags.StringVar(&question.PBX, "pbx", "", "the `PBX` that has the trunk; only where it matters")
	flags.Var((*pastFlag)(&replay.past), "replay", "replay the missed calls of this `time`, like 7d or 12h")
	flags.StringVar(&replay.file, "file", "", "with --replay: the rules `file` to go by; - is the standard input")
	request.register(g, cmd)
	jsonFlag(cmd, &asJSON)
	completeAccountFlag(g, cmd)
	_ = cmd.RegisterFlagCompletionFunc("missed-in", completeOrigins(g)) // the flag is there
	_ = cmd.MarkFlagFilename("file", "yaml", "yml")                     // likewise
	for _, alone := range []string{"missed-in", "at", "dialled", "trunk", "pbx"} {
		cmd.MarkFlagsMutuallyExclusive("replay", alone)
	}
	return cmd
}

// explainArgs is the check of the arguments of explain.
func explainArgs(cmd *cobra.Command, args []string, replay replayFlags) error {
	switch {
	case replay.past != 0 && len(args) > 0:
		return fmt.Errorf("%s wants either a number or --replay", cmd.CommandPath())
	case replay.past == 0 && replay.file != "":
		return errors.New("--file goes with --replay")
	case replay.past == 0 && (len(args) != 1 || args[0] == ""):
		return fmt.Errorf("%s wants one telephone number, or --replay", cmd.CommandPath())
	}
	return nil
}

// aboutQuestion says in the words of the command line what a question lacks.
func aboutQuestion(err error) error {
	var refused *apiclient.RefusedError
	if !errors.As(err, &refused) {
		return err
	}
	for _, wrong := range refused.Problem.Errors {
		switch wrong.Location {
		case "body.account":
			return fmt.Errorf("--account: %s", wrong.Message)
		case "body.missed_in":
			return fmt.Errorf("--missed-in: %s", wrong.Message)
		case "body.owner", "body.owner.hours":
			return fmt.Errorf("--owner: %s", wrong.Message)
		case "body.at":
			return fmt.Errorf("--at: %s", wrong.Message)
		}
	}
	return err
}

// targetFlag is the value of --missed-in.
type targetFlag callback.Target

// String implements pflag.Value.
func (f *targetFlag) String() string { return callback.Target(*f).String() }

// Type implements pflag.Value.
func (f *targetFlag) Type() string { return "who" }

// Set implements pflag.Value.
func (f *targetFlag) Set(text string) error {
	target, err := callback.ParseTarget(text)
	if err == nil && target.IsZero() {
		err = errors.New("write queue:NAME, agent:NAME, group:NAME or scenario:NAME")
	}
	*f = targetFlag(target)
	return err
}

// pastFlag is a length of time that has passed: 7d, 12h, 90m.
type pastFlag time.Duration

var pastForm = regexp.MustCompile(`^([1-9][0-9]{0,4})([dhm])$`)

// String implements pflag.Value.
func (f *pastFlag) String() string {
	if *f == 0 {
		return ""
	}
	return callback.FormatDuration(time.Duration(*f))
}

// Type implements pflag.Value.
func (f *pastFlag) Type() string { return "time" }

// Set implements pflag.Value.
func (f *pastFlag) Set(text string) error {
	parts := pastForm.FindStringSubmatch(text)
	if parts == nil {
		return errors.New("a length of time is wanted: 7d, 12h or 90m")
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil {
		return err
	}
	*f = pastFlag(time.Duration(n) * map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute}[parts[2]])
	return nil
}

// completeOrigins offers to the shell who can lose a call by the rules in force.
func completeOrigins(g *globals) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		client, err := g.client()
		if err != nil {
			return noCompletion()
		}
		account, _ := cmd.Flags().GetString("account") // the flag is there
		list, err := client.Rules(cmd.Context(), account)
		if err != nil {
			return noCompletion()
		}
		seen := map[string]bool{}
		var offers []cobra.Completion
		offer := func(t callback.Target) {
			if name := t.String(); name != "" && !seen[name] {
				seen[name] = true
				offers = append(offers, plain(name))
			}
		}
		for _, f := range list.Files {
			for _, r := range f.Rules {
				for _, t := range r.From {
					offer(t)
				}
				for _, name := range r.Scenarios {
					offer(callback.Target{Kind: callback.TargetScenario, Name: name})
				}
				if r.Target.Kind == callback.TargetQueue {
					offer(r.Target)
				}
			}
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}
