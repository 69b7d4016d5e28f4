package main

import (
	"io"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// newRulesCommand is the verb rules: alone it lists, like `rules list`.
func newRulesCommand(g *globals) *cobra.Command {
	cmd := newRuleListCommand(g)
	cmd.Use, cmd.Args, cmd.SuggestionsMinimumDistance = "rules", noSuchCommand, 2
	cmd.Example += `
  callbackd rules diff draft.yaml
  callbackd rules deactivate acme 'lost in the menu'`
	cmd.AddCommand(newRuleListCommand(g), newActivateCommand(g), newDeactivateCommand(g), newRulesDiffCommand(g))
	return cmd
}

func newRuleListCommand(g *globals) *cobra.Command {
	var (
		account string
		asJSON  bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List rules files, what is wrong with them, and which rules are on",
		Long: "List the rules files, since when each is in force and what is wrong with it as it is now, and the rules\n" +
			"in force in the order of the file, each on or off and why. Times are local.",
		Example: `  callbackd rules
  callbackd rules --account acme --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			list, err := client.Rules(cmd.Context(), account)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, list)
			}
			return printRules(cmd.OutOrStdout(), list.Files, localClock())
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "only this `account`")
	completeAccountFlag(g, cmd)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func printRules(w io.Writer, files []httpapi.RulesFileStory, c clock) error {
	p := &printer{clock: c}
	if len(files) == 0 {
		p.line("No rules files.")
	}
	for i, f := range files {
		if i > 0 {
			p.line("")
		}
		p.rulesFile(f)
	}
	return p.print(w)
}

func (p *printer) rulesFile(f httpapi.RulesFileStory) {
	name := f.Account
	if name == "" {
		name = "(no account)"
	}
	p.line("%s: %s", name, p.fileStanding(f.RulesFile))
	switch f.Absence {
	case httpapi.AbsentGone:
		p.line("  bring the file back; if there is no such account any more: callbackd accounts forget %s", typed(f.Account))
	case httpapi.AbsentOther:
		p.line("  write account: %s there again", f.Account)
	case httpapi.AbsentUnlisted:
		p.line("  mount the folder, or mend its permissions")
	}
	if f.Mode == callback.ModeShadow {
		p.line("  shadow: everything is decided and recorded, nothing is dialled")
	}
	if f.Frozen != nil {
		p.line("  frozen since %s: `callbackd accounts unfreeze %s` lets it dial again, then activate each rule", p.sinceBy(f.Frozen), typed(f.Account))
	}
	if len(f.Rules) > 0 {
		t := newTable("RULE", "STATE", "WHY")
		for _, r := range f.Rules {
			state := "on"
			if !r.On {
				state = "off"
			}
			t.row(r.Name, state, p.whyOff(r))
		}
		p.table(t)
	}
	if len(f.Sections) > 0 {
		p.line("")
		t := newTable("ASKED FOR", "STATE", "CALLED BACK BY")
		for _, s := range f.Sections {
			state := "on"
			if !s.On {
				state = "waits"
			}
			t.row(s.Name, state, wording.CalledBackBy(s))
		}
		p.table(t)
	}
	p.problems("  ", f.Problems)
}

// fileStanding says which rules of a file are in force.
func (p *printer) fileStanding(f httpapi.RulesFile) string {
	since := ""
	if !f.Since.IsZero() {
		since = " since " + p.at(f.Since)
	}
	switch f.State {
	case httpapi.RulesInForce:
		return f.File + " is in force" + since
	case httpapi.RulesLastGood:
		return f.File + " " + wording.WrongWithFile(f) + "; its last good rules stay in force, as they are" + since
	case httpapi.RulesNotInForce:
	}
	return f.File + " " + wording.WrongWithFile(f) + "; nothing of it is in force"
}

// whyOff says all that keeps a rule off.
func (p *printer) whyOff(r httpapi.Rule) string { return wording.WhyOff(r, p.at) }

// problems tells what is wrong with a file, as compilers do.
func (p *printer) problems(indent string, problems []httpapi.FileProblem) {
	for _, problem := range problems {
		p.paragraph(indent, problem.Text)
	}
}
