package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"callbackd/callback"
	"callbackd/internal/config"
	"callbackd/internal/httpapi"
)

func newRulesDiffCommand(g *globals) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "diff [FILE]",
		Short: "Show what a rules file would change, before it is saved as one",
		Long: "Show what FILE would change, were it saved as its account's rules file, and which open tasks it concerns;\n" +
			"- is the standard input. Without FILE: what the files as they are on the disk would change. A saved file\n" +
			"is in force within seconds, so that shows what keeps faulty ones from that. Nothing is changed. The exit\n" +
			"status is 1 if a file would not be taken.",
		Example: `  cp /etc/callbackd/rules/acme.yaml draft.yaml && editor draft.yaml
  callbackd rules diff draft.yaml
  callbackd rules diff`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := g.client()
			if err != nil {
				return err
			}
			var draft httpapi.Draft
			if len(args) == 1 {
				if draft, err = readDraft(args[0], cmd.InOrStdin()); err != nil {
					return err
				}
			}
			found, err := client.DiffRules(cmd.Context(), draft)
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(cmd, found)
			} else {
				err = printDiffs(cmd.OutOrStdout(), found.Files)
			}
			return errors.Join(err, notTaken(found.Files))
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// readDraft reads the file name, or standard input for "-".
func readDraft(name string, stdin io.Reader) (httpapi.Draft, error) {
	from := stdin
	if name == "-" {
		name = "standard input"
	} else {
		file, err := os.Open(name)
		if err != nil {
			return httpapi.Draft{}, fmt.Errorf("read %s: %w", name, config.Reason(err))
		}
		defer file.Close()
		from = file
	}
	text, err := io.ReadAll(io.LimitReader(from, config.MaxFileSize+1))
	switch {
	case err != nil:
		return httpapi.Draft{}, fmt.Errorf("read %s: %w", name, config.Reason(err))
	case len(text) > config.MaxFileSize:
		return httpapi.Draft{}, fmt.Errorf("%s has more than 1 MiB: that isn't a rules file", name)
	case !utf8.Valid(text):
		return httpapi.Draft{}, fmt.Errorf("%s isn't text in UTF-8, as a rules file is", name)
	}
	draft := string(text)
	return httpapi.Draft{Name: plain(name), Text: &draft}, nil
}

// notTaken is the error of files that would not be taken.
func notTaken(files []httpapi.RulesDiff) error {
	n := 0
	for _, f := range files {
		if f.Verdict == httpapi.RulesFaulty {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%s would not be taken; what is in force stays", counted(n, "file"))
}

func printDiffs(w io.Writer, files []httpapi.RulesDiff) error {
	p := &printer{}
	if len(files) == 0 {
		p.line("No rules files.")
	}
	for i, f := range files {
		if i > 0 {
			p.line("")
		}
		p.diff(f)
	}
	return p.print(w)
}

func (p *printer) diff(f httpapi.RulesDiff) {
	name := f.Account
	if name == "" {
		name = "(no account)"
	}
	p.line("%s: %s %s", name, f.File, map[httpapi.RulesVerdict]string{
		httpapi.RulesUnchanged: "says what is in force",
		httpapi.RulesChanged:   "would change this:",
		httpapi.RulesNew:       "would be in force; the account is new",
		httpapi.RulesFaulty:    "has " + counted(httpapi.Faulty(f.Problems), "error") + "; it would not be taken",
		httpapi.RulesMissing:   "isn't its rules file any more; its last good rules stay in force",
	}[f.Verdict])
	for _, d := range f.Differences {
		p.line("  %s", config.Difference{Key: d.Key, Old: d.Old, New: d.New})
	}
	for i, c := range f.Tasks {
		if i == 0 {
			p.line("  open tasks:")
		}
		p.line("    %s", consequence(c))
	}
	p.problems("  ", f.Problems)
}

// effects says what becomes of tasks.
var effects = map[callback.Effect]string{
	callback.EffectCancelled:     "would be cancelled at once",
	callback.EffectOriginDeleted: "would not be dialled from then on, and be cancelled if it stays so for a minute",
	callback.EffectForbidden:     "would have to wait",
	callback.EffectAllowed:       "would wait no more for what holds now",
	callback.EffectSettings:      "would be dialled with the new settings, from the attempt after the planned one",
}

// consequence is what would become of some open tasks.
func consequence(c httpapi.Consequence) string {
	text := counted(c.Count, "task") + " " + effects[c.Effect]
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	ids := make([]string, len(c.Tasks))
	for i, id := range c.Tasks {
		ids[i] = strconv.FormatInt(id, 10)
	}
	more := ""
	if c.Count > len(ids) {
		more = ", …"
	}
	return text + " (" + oneOrMore(c.Count, "task ", "tasks ") + strings.Join(ids, ", ") + more + ")"
}
