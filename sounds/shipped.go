package sounds

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

// What is shipped is spoken anew, from its texts, by generate.go.
//
//go:generate go run generate.go
//go:embed shipped/*.wav shipped/texts.txt
var shipped embed.FS

// ShippedLanguage is the language of what is shipped.
const ShippedLanguage = "en"

// Shipped lists the names of the sounds in the binary.
func Shipped() []string {
	files, _ := shipped.ReadDir("shipped") // it was there when the program was built
	names := make([]string, 0, len(files))
	for _, file := range files {
		if name, ok := strings.CutSuffix(file.Name(), ".wav"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// ShippedTexts gives what the shipped sounds say, by name: the lines "NAME: TEXT" of
// shipped/texts.txt.
func ShippedTexts() map[string]string {
	content, _ := shipped.ReadFile("shipped/texts.txt") // as above
	texts := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		if name, text, ok := strings.Cut(lines.Text(), ": "); ok && !strings.HasPrefix(name, "#") {
			texts[name] = text
		}
	}
	return texts
}

// writeShipped writes what is shipped where Asterisk can play it.
func writeShipped(to tree) error {
	for _, name := range Shipped() {
		content, err := shipped.ReadFile(path.Join("shipped", name+".wav"))
		if err != nil {
			return err
		}
		if to.has(name+narrowSuffix, content) {
			continue
		}
		if err := to.replace(name, map[string][]byte{narrowSuffix: content}); err != nil {
			return fmt.Errorf("write the shipped sounds out for Asterisk: %w", err)
		}
	}
	return nil
}
