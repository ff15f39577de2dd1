# Thin named targets; `make` prints this help. Each target does its own set-up, so any of them can be the first.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
WORKERS ?= auto
SLUG ?=
BIN := .venv/bin
STAMP := .venv/.ready
# One file stays in one worker, so that a simulator or a browser starts once for all its tests; the
# longest files come first, as tests/conftest.py orders them, so that the workers end together.
PARALLEL := $(BIN)/pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup server demo test test-full must-hold check format bench bench-drift bench-serve reference lock clean

help: ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Create .venv from the lock and make sure there is a browser
	@$(BIN)/vetportal browser ensure

# The tests start a PostgreSQL of their own; the product needs none.
server: $(STAMP)
	@$(BIN)/python -m tests.postgres

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "vetportal needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Watch the main job run against the bundled portal simulator
	@$(BIN)/vetportal demo

test: setup server ## Run every test at reduced counts, in about an hour
	@$(PARALLEL)

test-full: setup server ## Run every test at the full counts
	@$(PARALLEL) --full

must-hold: setup server ## Run the promises of one work package at full counts: make must-hold SLUG=spine
	@test -n "$(SLUG)" || { echo "say which promises: make must-hold SLUG=spine" >&2; exit 2; }
	@$(BIN)/pytest --full --slug "$(SLUG)"

check: $(STAMP) ## Format, lint, types and import contracts, all clean
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP) ## Rewrite the files the way `check` wants them
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: setup bench-serve ## Measure replay against browser scripts and a bare HTTP loop, as ratios, and the API
	@$(BIN)/python -m tests.bench

bench-drift: setup ## Measure how many changes of a portal are told, how well, and what is found again
	@$(BIN)/python -m tests.bench.drift

bench-serve: setup ## Measure how long the API takes at 100 requests a second, over a large practice
	@$(BIN)/python -m tests.bench.serve

reference: $(STAMP) ## Write docs/reference/entities.md from the entities and the portals
	@$(BIN)/python -m tests.entity_reference

lock: $(STAMP) ## Resolve the dependencies of pyproject.toml again into requirements.lock
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --group dev --upgrade pyproject.toml --output-file requirements.lock

clean: ## Remove the environment and every cache
	@rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache dist build test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
