# Everything a developer or the CI machine does, one word each. `make help` lists them.
# All products live under one scratch path: debug (tests) and release (the shipped binary) side by side.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := help

SWIFT ?= $(shell command -v swift 2>/dev/null || { test -x /opt/swift/usr/bin/swift && echo /opt/swift/usr/bin/swift; } || echo swift)
SCRATCH := .build
RELEASE := $(SCRATCH)/release
STATIC_LIBRARIES := $(SCRATCH)/static-libraries

# Flags of the shipped binary. They stand here and not in Package.swift because SwiftPM refuses unsafe flags in a
# package that is used as a dependency. STATIC_LIBRARIES holds links to the .a files of the C libraries only, so the
# linker takes those before the shared ones: the binary needs nothing but libc on the machine it runs on. Overlapping
# accesses are looked for in debug builds, where all unit tests run, and not in the shipped binary (docs/performance.md).
RELEASE_FLAGS ?= -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked -Xlinker -s -Xlinker --gc-sections -Xlinker -L$(CURDIR)/$(STATIC_LIBRARIES)
DEBUG_FLAGS ?=
TEST_TIMEOUT ?= 1500
SHARED ?= ../shared
SOURCES := Sources Tests examples Package.swift

.PHONY: help setup build build-all build-benchmarks build-symbols test lint format unit conformance nexmark examples faults \
	kill raise-floor state-format demo bench soak \
	docs refresh-conformance install clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install missing system packages and check the Swift toolchain.
	@SWIFT="$(SWIFT)" scripts/setup.sh $(STATIC_LIBRARIES)

build: setup ## Build the release binary .build/release/sluice.
	$(SWIFT) build --scratch-path $(SCRATCH) $(RELEASE_FLAGS) --product sluice
	@ls -lL $(RELEASE)/sluice | awk '{ printf "$(RELEASE)/sluice: %.1f MB\n", $$5 / 1e6 }'

build-all: build ## Build the release binary and the conformance runner.
	$(SWIFT) build --scratch-path $(SCRATCH) $(RELEASE_FLAGS) --product conformance

test: setup lint unit build-all conformance nexmark examples faults kill ## Everything the CI machine checks.
	@echo "all tests passed"

lint: setup ## Check the format of all Swift sources.
	$(SWIFT) format lint --strict -r -p $(SOURCES)

format: setup ## Rewrite all Swift sources in the house format.
	$(SWIFT) format -i -r -p $(SOURCES)

unit: setup ## Build in debug mode and run the unit tests and TidyTests.
	$(SWIFT) build --scratch-path $(SCRATCH) $(DEBUG_FLAGS) --build-tests
	scripts/with-postgres.sh timeout $(TEST_TIMEOUT) $(SWIFT) test --scratch-path $(SCRATCH) $(DEBUG_FLAGS) --skip-build \
		$(if $(FILTER),--filter $(FILTER)) 2>&1 | { grep -v '^◇' || true; }

conformance: build-all ## Compare with real Flink's answers, at several batch sizes and shard counts.
	scripts/conformance.sh Tests/Conformance
	scripts/conformance.sh Tests/Answers

nexmark: build-all ## Compare the Nexmark queries with real Flink's answers.
	scripts/conformance.sh Tests/Nexmark

examples: build ## Run every example and compare with its expected output.
	scripts/examples.sh

faults: build ## Let every operation on files and state fail once, in turn, and compare; FAULTS names a part.
	scripts/faults.py $(RELEASE)/sluice $(or $(FAULTS),--every 3)

kill: build ## Kill jobs at random moments and chosen calls, compare with undisturbed runs; KILLS (10) of each.
	scripts/with-postgres.sh scripts/kill.py $(RELEASE)/sluice --kills $(or $(KILLS),10) $(if $(SEED),--seed $(SEED))

raise-floor: build-all ## Raise the floors to what passes now; they are never lowered.
	scripts/conformance.sh Tests/Conformance --raise
	scripts/conformance.sh Tests/Answers --raise
	scripts/conformance.sh Tests/Nexmark --raise

state-format: build ## Write state in a new format as test data; see Tests/Formats.
	scripts/state-format.py $(RELEASE)/sluice

demo: build ## Detection SQL over a generated login log, as a table of alerts.
	scripts/demo.sh

build-benchmarks: setup
	$(SWIFT) build --scratch-path $(SCRATCH) $(RELEASE_FLAGS) --product benchmarks

# Linked before the shipped binary, whose place it takes for a moment; nothing is compiled twice. Valgrind cannot read the
# debug sections of Swift 6.3.
build-symbols: setup ## Link the release binary once more with its symbols, for profilers: .build/bench/sluice-symbols.
	$(SWIFT) build --scratch-path $(SCRATCH) $(subst -Xlinker -s,,$(RELEASE_FLAGS)) --product sluice
	@mkdir -p $(SCRATCH)/bench
	objcopy --strip-debug $(RELEASE)/sluice $(SCRATCH)/bench/sluice-symbols

bench: build-symbols build-all build-benchmarks ## Measure speed, memory and latency, and check every result; PARTS names some parts.
	python3 scripts/bench.py $(PARTS)

soak: build ## Check memory for SOAK_SECONDS (600), simulate SEEDS (5000) jobs, kill each job 200 times, all faults.
	scripts/soak.sh
	SLUICE_SIMULATION_SEEDS=$(or $(SEEDS),5000) $(MAKE) unit FILTER=SimulationTests
	$(MAKE) kill KILLS=200
	$(MAKE) faults FAULTS="--every 1"

docs: build ## Rewrite docs/connectors.md, functions.md and configuration.md from the engine's own descriptions.
	python3 scripts/docs.py $(RELEASE)/sluice

refresh-conformance: ## Copy the suites from SHARED (../shared); floors and matrices stay.
	scripts/refresh-conformance.sh $(SHARED)

install: build ## Copy the binary to PREFIX/bin (PREFIX is /usr/local unless given).
	install -D -m 755 $(RELEASE)/sluice $(DESTDIR)$(or $(PREFIX),/usr/local)/bin/sluice

clean: ## Remove everything that was built.
	rm -rf $(SCRATCH)
