# Needs Python 3.11 or newer, make and the package registries; nothing else. Never asks anything.
PYTHON ?= $(firstword $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p; done))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
MESSAGES := $(wildcard src/firstline/locales/*/LC_MESSAGES/*.po src/firstline/policy/locales/*/LC_MESSAGES/*.po)
# Tests bring their own clusters; the desk of this clone lives in ./data.
DEMO := env FIRSTLINE_DATA=data $(BIN)/firstline demo $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help demo dev test test-browser check check-history format bench wheel lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp ## set up and run a seeded desk on port 8080 (ARGS="--port 9000 --fresh")
	@exec $(DEMO)

dev: $(VENV)/dev.stamp ## the demo, started again whenever the code changes
	@$(BIN)/watchfiles --filter python "$(DEMO)" src

test: $(VENV)/dev.stamp ## all tests but those in a browser (ARGS="-k words")
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q --ignore=tests/browser $(ARGS)

test-browser: $(VENV)/dev.stamp ## the stories in real browsers (needs chromium)
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q tests/browser $(ARGS)

check: $(VENV)/dev.stamp ## style, types, layers, templates, sizes
	@PATH="$(abspath $(BIN)):$$PATH" scripts/check

check-history: $(VENV)/dev.stamp ## break a desk while many work on it, and see that nothing is lost
	@$(BIN)/python -m tests.live.checker $(ARGS)

format: $(VENV)/dev.stamp ## put the code into shape
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## print the figures beside their limits
	@$(BIN)/python -m bench $(ARGS)

wheel: $(VENV)/run.stamp ## a wheel to install, alone in dist
	@rm -rf dist
	$(PIP) wheel --no-deps --wheel-dir dist .

lock: $(VENV)/dev.stamp ## choose the newest allowed versions anew
	@scripts/lock

clean: ## forget environment and build results; data stays
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache src/firstline/kit/static/vendor

$(VENV)/run.stamp: requirements/run.txt pyproject.toml hatch_build.py package-lock.json $(MESSAGES)
	@if [ -z "$(PYTHON)" ]; then \
		echo "make: Python 3.11 or newer with venv is needed (Debian: apt install python3-venv)" >&2; \
		exit 1; fi
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
