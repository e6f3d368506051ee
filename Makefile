# make run        a server, five people and their chat on this machine: key messages, a veto, and a window where there is a display
# make test       everything that fits in half an hour on two cores
# make test-long  fuzzing, mutants, and both commands above in an empty clone; goes on where it was stopped
# make bench      speed, each figure beside a yardstick of the same run
# make eval       quality of the key messages: the tables of docs/quality.md
# make screenshots  pictures of every page of the window, in both themes and two widths, into target/window
# make model      builds snug-model, the worker with a language model (needs cmake, g++ and libclang), and fetches a small model
# make test-model  tests of it: a real model, and broken and malicious files
# make install    puts `snug` into ~/.cargo/bin
# make audit      licences, sources and known duplicates of all dependencies

CARGO ?= cargo
SNUG = $${CARGO_TARGET_DIR:-target}/release/snug
LOCKED = --locked
# Those that the README shows.
PICTURES = catch-up-wide-light.png refused-wide-dark.png consent-wide-light.png chat-narrow-dark.png catch-up-narrow-light.png

.PHONY: run test test-long bench eval screenshots model test-model install audit setup build lint help

help:
	@sed -n 's/^# //p' Makefile

setup:
	@scripts/setup

build: setup
	@scripts/say-build
	$(CARGO) build $(LOCKED) --release --package snug-messenger

run: build
	@$(SNUG) demo

lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(LOCKED) --workspace --all-targets -- -D warnings
	$(CARGO) clippy $(LOCKED) --package snug-messenger --no-default-features --all-targets -- -D warnings

test: lint
	@scripts/setup test
	$(CARGO) test $(LOCKED) --workspace
	$(CARGO) test $(LOCKED) --package snug-messenger --no-default-features
	@scripts/test-clone run

test-long: setup
	@scripts/test-long

bench: build
	@scripts/setup bench
	@python3 bench/speed.py $(SNUG)
	$(CARGO) run $(LOCKED) --release --package worker --example lockdown
	$(CARGO) run $(LOCKED) --release --package flows --example messages
	$(CARGO) run $(LOCKED) --release --package server --example load
	$(CARGO) run $(LOCKED) --release --package flows --example window -- $(SNUG)

eval: build
	@scripts/eval $(SNUG)

screenshots: setup
	@scripts/setup screenshots
	TZ=UTC $(CARGO) run $(LOCKED) --package flows --example screenshots -- target/window
	@for picture in $(PICTURES); do cp target/window/$$picture docs/window/$$picture; done

model: setup
	@scripts/setup model
	@CARGO="$(CARGO)" scripts/model

test-model: setup
	@scripts/setup model
	$(CARGO) test $(LOCKED) --release --package model --features llama

install: setup
	$(CARGO) install $(LOCKED) --path crates/snug

audit: setup
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny --locked check licenses bans sources
