package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"callbackd/internal/app"
	"callbackd/internal/config"
)

func newCheckCommand(g *globals) *cobra.Command {
	var asJSON, schema bool
	var live *liveCheck
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Validate configuration and rules",
		Long: "Read callbackd.yaml and every rules file, and print all that is wrong in them, each with its\n" +
			"file, line and column. Nothing is changed. The exit status is 1 if a file can't be used;\n" +
			"warnings alone leave it 0. With --schema it prints the JSON Schema of rules files, by which\n" +
			"editors complete and check them while they are written.",
		Example: "  callbackd check --config /etc/callbackd/callbackd.yaml\n  callbackd check --json\n  callbackd check --schema >rules.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if schema {
				_, err := cmd.OutOrStdout().Write(config.Schema())
				return err
			}
			problems, summary, err := check(g.config)
			if err != nil {
				return err
			}
			problems, summary = live.ask(cmd.Context(), g.config, problems, summary)
			if asJSON {
				if problems == nil {
					problems = config.Problems{}
				}
				if err := printJSON(cmd, map[string]any{"problems": problems}); err != nil {
					return err
				}
			} else {
				for _, p := range problems {
					fmt.Fprintln(cmd.OutOrStdout(), plainLines(p.String()))
				}
			}
			switch n := faults(problems); n {
			case 0:
			case 1:
				return errors.New("1 error in the configuration")
			default:
				return fmt.Errorf("%d errors in the configuration", n)
			}
			if !asJSON {
				fmt.Fprintln(cmd.OutOrStdout(), plain(summary))
			}
			return nil
		},
	}
	jsonFlag(cmd, &asJSON)
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of rules files")
	live = addLive(cmd)
	return cmd
}

// check reads all files. problems has errors and warnings of any of them; err
// is a file that can't be read at all.
func check(file string) (problems config.Problems, summary string, err error) {
	cfg, err := config.Load(file)
	if err != nil {
		return asProblems(err)
	}
	if err := app.CheckLanguages(cfg); err != nil {
		return nil, "", err
	}
	book, warnings, err := app.LoadRules(cfg, false)
	problems = slices.Concat(cfg.Warnings, warnings)
	if err != nil {
		found, _, err := asProblems(err)
		return append(problems, found...).Sorted(), "", err
	}
	rules := 0
	for _, a := range book.Accounts() {
		rules += len(a.Rules)
	}
	return problems, fmt.Sprintf("%s and %s are in order (accounts: %d, rules: %d)", cfg.File, cfg.Rules, len(book.Accounts()), rules), nil
}

func asProblems(err error) (config.Problems, string, error) {
	var problems config.Problems
	if errors.As(err, &problems) {
		return problems, "", nil
	}
	return nil, "", err
}

func faults(problems config.Problems) (n int) {
	for _, p := range problems {
		if p.Severity == config.SeverityError {
			n++
		}
	}
	return n
}
