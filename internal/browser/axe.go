package browser

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/chromedp/chromedp"
)

// axe is the source of axe-core, the accessibility engine, from the Chromium at
// hand: its developer tools check pages with it (Lighthouse). So there is nothing to
// fetch, and nothing of others in this repository. It is looked for once.
var axe struct {
	once   sync.Once
	source string
	err    error
}

// axeSource finds axe-core in this browser.
func (b *Browser) axeSource() (string, error) {
	axe.once.Do(func() { axe.source, axe.err = b.findAxe() })
	return axe.source, axe.err
}

// candidates is how many of Chromium's largest resources are looked into. What has
// axe-core in it is the largest since years.
const candidates = 8

// takeAxe looks into texts one after the other for the one with axe-core, which is in
// it as the literal of a string, and returns that string.
const takeAxe = `(async () => {
	for (let i = 0; i < %d; i++) {
		const text = await (await fetch("/" + i)).text();
		const begin = text.indexOf("/*! axe v") - 1;
		if (begin < 0) continue;
		let end = begin + 1;
		while (end < text.length && text[end] !== text[begin]) end += text[end] === "\\" ? 2 : 1;
		return (0, eval)(text.slice(begin, end + 1));
	}
	return "";
})()`

func (b *Browser) findAxe() (source string, err error) {
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", chromedp.FromContext(b.ctx).Browser.Process().Pid))
	if err != nil {
		return "", fmt.Errorf("find axe-core: where is Chromium: %w", err)
	}
	file := filepath.Join(filepath.Dir(program), "resources.pak")
	pack, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("find axe-core in Chromium's developer tools: %w", err)
	}
	large, err := largest(pack, candidates)
	if err != nil {
		return "", fmt.Errorf("find axe-core in %s: %w", file, err)
	}
	// They are compressed with brotli, which Chromium reads, and Go's library doesn't.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(r.URL.Path[1:])
		if err != nil || i >= len(large) {
			return // the empty page, and an icon
		}
		w.Header().Set("Content-Encoding", "br")
		_, _ = w.Write(large[i])
	}))
	defer server.Close()
	ctx, cancel := chromedp.NewContext(b.ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		return "", fmt.Errorf("find axe-core: %w", err)
	}
	source, err = chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(takeAxe, len(large)), chromedp.EvalAwaitPromise))
	if err != nil {
		return "", fmt.Errorf("find axe-core in %s: %w", file, err)
	}
	if source == "" {
		return "", fmt.Errorf("find axe-core in %s: the developer tools of this Chromium have none", file)
	}
	return source, nil
}

// largest are the n largest texts of a data pack of Chromium's, largest first, still
// compressed. The pack is a table of ids and offsets with the contents after it; a
// compressed one begins with a mark and its size uncompressed, in six bytes.
func largest(pack []byte, n int) ([][]byte, error) {
	const (
		version, header, entry = 5, 12, 6
		mark                   = "\x1e\x9b"
		compressedHeader       = 8
	)
	if len(pack) < header || binary.LittleEndian.Uint32(pack) != version {
		return nil, errors.New("it isn't a data pack of version 5")
	}
	count := int(binary.LittleEndian.Uint16(pack[8:]))
	if len(pack) < header+(count+1)*entry {
		return nil, errors.New("the table of the data pack is cut off")
	}
	offset := func(i int) int { return int(binary.LittleEndian.Uint32(pack[header+i*entry+2:])) }
	var found [][]byte
	for i := range count {
		from, to := offset(i), offset(i+1)
		if from > to || to > len(pack) {
			return nil, fmt.Errorf("entry %d of the data pack lies outside of it", i)
		}
		if content := pack[from:to]; len(content) > compressedHeader && string(content[:2]) == mark {
			found = append(found, content[compressedHeader:])
		}
	}
	slices.SortFunc(found, func(a, b []byte) int { return len(b) - len(a) })
	return found[:min(n, len(found))], nil
}
