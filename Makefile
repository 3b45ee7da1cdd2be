# GENESIS: make run and make test work on a fresh machine with Git, make and any Node from 20.
.DEFAULT_GOAL := help
.PHONY: help bootstrap build run test check bench simulate deploy clean
SHELL := /bin/sh
BIN := node_modules/.bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
ARGS ?=
SEEDS ?= 100
FROM ?= 1
JOBS ?= 2

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

bootstrap: ## get the right Node and the locked packages
	@sh scripts/bootstrap.sh

build: bootstrap ## bundle src into dist
	@$(BIN)/node scripts/build.ts

run: bootstrap ## start the terminal (paper mode; make run ARGS="status --json" for any command)
	@exec bin/genesis $(ARGS)

test: bootstrap ## run the tests (GENESIS_TEST_PROFILE=full for the long ones)
	@$(BIN)/vitest run $(ARGS)

check: bootstrap ## run the whole gate: format, lint, types, imports, tidy, dead code, copies, tests
	@$(BIN)/node scripts/check.ts $(ARGS)

bench: bootstrap ## measure the budgets and write bench.json
	@$(BIN)/node scripts/bench.ts $(ARGS)

simulate: bootstrap ## run the deterministic simulation (SEEDS=200, FROM=1, JOBS=2, ARGS="--json")
	@bin/genesis simulate --seeds $(SEEDS) --from-seed $(FROM) --jobs $(JOBS) $(ARGS)

deploy: build ## pack what a server needs into build/genesis-<version>.tgz
	@$(BIN)/node scripts/pack.ts

clean: ## delete what can be built again
	@rm -rf dist build coverage
