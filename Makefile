# The two commands of the README are `make ceremony` and `make test`; the rest serves people who work on the code.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV ?= .venv
OUT ?= out
BIN := $(VENV)/bin
# the first interpreter of a supported version
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help
help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 was found: install one (Debian: apt-get install python3 python3-venv)."; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make virtual environments: install python3-venv."; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked dependencies …"
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what tests and checks need …"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: ceremony
ceremony: $(VENV)/.run ## play the whole summit into OUT=DIR (default: out) and verify what it wrote
	@$(BIN)/declaration ceremony --out "$(OUT)"

PORT ?= 8000
.PHONY: serve
serve: $(VENV)/.run ## start the service with a demo summit (PORT=8000), and print one link a role
	@$(BIN)/declaration serve --demo demo --port "$(PORT)"

.PHONY: test
test: $(VENV)/.dev ## install what the tests need and run them all
	@tests/install-tools
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal tests

.PHONY: check
check: $(VENV)/.dev ## style, types, import directions, locked dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/architecture
	@$(BIN)/python tests/architecture/locked.py

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	@echo "Installing what figures are compared with …"
	@$(PIP) --require-hashes -r requirements-bench.txt
	@touch $@

.PHONY: bench
bench: $(VENV)/.bench ## measure; prints ratios against the floor or a peer
	$(BIN)/python bench/run.py

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command 'make lock' --extra build
.PHONY: lock
lock: | $(VENV)/bin/python ## resolve the dependencies again within pyproject.toml and write their hashes
	@test -x $(BIN)/uv || $(PIP) 'uv>=0.13'
	$(LOCK) $(UPGRADE) pyproject.toml --output-file requirements.txt
	$(LOCK) $(UPGRADE) --extra dev --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt
	$(LOCK) $(UPGRADE) --extra bench --constraint requirements-dev.txt pyproject.toml --output-file requirements-bench.txt

.PHONY: clean
clean: ## remove the virtual environment and what was made
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
