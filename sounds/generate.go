//go:build ignore

// This program speaks the shipped sounds anew, from shipped/texts.txt, with espeak-ng and
// sox: `go generate ./sounds`. What espeak-ng speaks is free of its license (GPL), which
// covers the program.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"callbackd/sounds"
)

// A little slower than espeak-ng by itself, for the telephone, and without its pause at the
// end (-z): what follows does so at once.
var command = sounds.SpeechCommand{"espeak-ng", "-v", "{voice}", "-s", "165", "-z", "-w", "{file}", "--", "{text}"}

func main() {
	log.SetFlags(0)
	if err := generate(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func generate(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "callbackd-shipped-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	library, err := sounds.Open(filepath.Join(folder, "none"), folder, sounds.SpeakWith(command))
	if err != nil {
		return err
	}
	for name, text := range sounds.ShippedTexts() {
		path, err := library.Say(ctx, sounds.Speech{Language: sounds.ShippedLanguage, Text: text})
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path + ".wav")
		if err != nil {
			return err
		}
		// 16 kHz would double the binary's share of sounds.
		if err := os.WriteFile(filepath.Join("shipped", name+".wav"), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
