package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"callbackd/callback"
)

func generateFlag(cmd *cobra.Command, set *bool) {
	cmd.Flags().BoolVar(set, "generate", false, "make a password, and print it this once")
}

// choosePassword has the password of a user made, typed twice at a terminal, or read as a
// line that a program has written.
func choosePassword(cmd *cobra.Command, name string, generate bool) (string, error) {
	if generate {
		return callback.GeneratePassword(), nil
	}
	in := cmd.InOrStdin()
	if terminal, ok := in.(*os.File); ok && isTerminal(terminal) {
		return typePassword(cmd.Context(), terminal, cmd.ErrOrStderr(), name)
	}
	line, err := bufio.NewReader(io.LimitReader(in, callback.PasswordLongest+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password from the standard input: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", errors.New("no password came from the standard input: write one line to it, or use --generate")
	}
	return password, callback.CheckPassword(name, password)
}

// typePassword has a password typed, which nobody sees, and once more, since nobody has
// seen it.
func typePassword(ctx context.Context, terminal *os.File, say io.Writer, name string) (string, error) {
	lines := bufio.NewReader(terminal)
	// Whoever thinks better of it is left with a terminal that shows what they type.
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	ask := func(words string) (string, error) {
		_, _ = fmt.Fprint(say, plain(words)) // who can't be asked types nothing
		line, err := readUnseen(ctx, terminal, lines)
		_, _ = fmt.Fprintln(say)
		return line, err
	}
	password, err := ask(fmt.Sprintf("Password for %s, at least %d characters: ", name, callback.PasswordShortest))
	if err != nil {
		return "", err
	}
	if err := callback.CheckPassword(name, password); err != nil {
		return "", err
	}
	again, err := ask("The same again: ")
	if err != nil {
		return "", err
	}
	if again != password {
		return "", errors.New("that wasn't the same; nothing was changed")
	}
	return password, nil
}

// readUnseen reads a line while the terminal doesn't show what is typed. If ctx ends
// meanwhile, the terminal shows it again.
func readUnseen(ctx context.Context, terminal *os.File, lines *bufio.Reader) (string, error) {
	show, err := hideTyping(terminal)
	if err != nil {
		return "", fmt.Errorf("hide what is typed: %w", err)
	}
	defer show()
	type result struct {
		line string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		line, err := lines.ReadString('\n')
		read <- result{strings.TrimRight(line, "\r\n"), err}
	}()
	select {
	case r := <-read:
		if r.err != nil {
			return "", fmt.Errorf("read the password: %w", r.err)
		}
		return r.line, nil
	case <-ctx.Done():
		return "", errors.New("interrupted; nothing was changed")
	}
}

// tellPassword prints what a command answers: the password that it made, alone, or with
// asJSON the document.
func tellPassword(cmd *cobra.Command, password string, generated, asJSON bool, document any) error {
	if asJSON {
		if generated {
			return printJSON(cmd, struct {
				Password string `json:"password"`
				Answer   any    `json:"answer"`
			}{password, document})
		}
		return printJSON(cmd, document)
	}
	if !generated {
		return nil
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), password)
	return err
}
