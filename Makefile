# callbackd calls customers back. `make` lists what can be done.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  = -X main.version=$(VERSION)
# Keep the same version in step with .golangci.yml.
GOLANGCI = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.DEFAULT_GOAL := help
.PHONY: help build demo test torture torture-crashes torture-asterisk record screenshots lint bench fuzz golden asterisk browser clean

help: ## list these targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/callbackd and bin/demo
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/callbackd ./cmd/demo

demo: build ## show a callback from end to end on a private Asterisk (ARGS=--keep leaves it running)
	bin/demo --callbackd bin/callbackd $(ARGS)

test: asterisk browser ## run every test, with the race detector, on a private Asterisk and in a private Chromium
	$(GO) vet ./...
	$(GO) test -race -timeout 15m ./...

torture: asterisk ## treat callbackd badly for minutes: crashes, cuts, kills, faults; prints what came of it (ARGS=-long leaves nothing out)
	$(MAKE) --no-print-directory -j2 --output-sync=target torture-crashes torture-asterisk

torture-crashes:
	$(GO) test -v -timeout 60m ./internal/pbx -run Crashes -torture $(ARGS)

torture-asterisk:
	$(GO) test -race -v -timeout 30m ./internal/torture -torture

record: asterisk ## record the case table anew on the Asterisk at hand, into testdata/ari and testdata/logs
	$(GO) test -v -timeout 40m ./internal/casebook -run '^TestRecord$$' -record $(CURDIR)/testdata

screenshots: asterisk browser ## take the pictures of docs/ anew
	$(GO) test -v -timeout 10m ./internal/pagetest -run '^TestScreenshots$$' -screenshots $(CURDIR)/docs/screenshots

asterisk: ## fetch the private Asterisk for demo and tests, if it isn't there yet (97 MB)
	$(GO) run ./asterisk-config/private/install

browser: ## fetch the private Chromium for tests, if it isn't there yet (163 MB)
	$(GO) run ./internal/browser/install

lint: ## run golangci-lint at its pinned version
	$(GO) run $(GOLANGCI) run ./...

bench: asterisk ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## fuzz what reads foreign input, a minute each
	$(GO) test -run '^$$' -fuzz FuzzDialString -fuzztime 1m ./callback
	$(GO) test -run '^$$' -fuzz FuzzIntake -fuzztime 1m ./callback
	$(GO) test -run '^$$' -fuzz FuzzFiles -fuzztime 1m ./internal/config
	$(GO) test -run '^$$' -fuzz FuzzExactly -fuzztime 1m ./ari
	$(GO) test -run '^$$' -fuzz FuzzDecode -fuzztime 1m ./ari
	$(GO) test -run '^$$' -fuzz FuzzQueueLog -fuzztime 1m ./internal/witness
	$(GO) test -run '^$$' -fuzz FuzzCDR -fuzztime 1m ./internal/witness
	$(GO) test -run '^$$' -fuzz FuzzWitness -fuzztime 1m ./internal/witness
	$(GO) test -run '^$$' -fuzz FuzzAuthorization -fuzztime 1m ./internal/httpapi
	$(GO) test -run '^$$' -fuzz FuzzInspect -fuzztime 1m -fuzzminimizetime 1x ./sounds

golden: ## rewrite golden files and the documents that are printed from the code
	$(GO) test ./internal/pbx -run TestRecorded -update
	$(GO) test ./callback ./internal/config ./internal/httpapi ./internal/witness ./internal/metrics ./cmd/callbackd ./asterisk-config/private -update

clean: ## remove what was built; the private Asterisk and Chromium stay in their cache
	rm -rf bin
