# `make run` to use Inbox, `make test` to prove it, `make help` for the rest.
#
# Needs GNU make 3.81 or newer and Python 3.11 or newer, and puts all else into .venv and build.
# Files, not phony targets, remember what is done: a second call sets nothing up.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check fmt words types lint bench crash fuzz contract properties lock assets wheel clean

export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Where this is set, as images for containers like to, every start would compile all of Inbox and
# of what it runs on: ten seconds instead of three.
unexport PYTHONDONTWRITEBYTECODE

# The newest with wheels comes first. Another one: make PYTHONS=/opt/python/bin/python3 test
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

PYTHON := .venv/bin/python
# Python compiles what it imports; compiling all of it here would double the time this takes.
PIP := $(PYTHON) -m pip install --quiet --no-input --no-compile
RUNTIME := .venv/.runtime
DEV := .venv/.dev
HTMX := build/assets/htmx.js

# One more than there are processors, as tests often wait for servers; at most four.
WORKERS = $(shell $(PYTHON) -c 'import os; print(min(4, os.cpu_count() + 1))')

# A worker that ends in the middle, as what hangs does in the end, ends the run: xdist would wait.
SPREAD := --dist loadscope --no-loadscope-reorder --max-worker-restart=0

# For pytest or the benchmark: make test ARGS="-k ticks -x"
ARGS :=

help: ## say what each of these does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) $(HTMX) ## set up what is missing and serve the inbox
	@.venv/bin/inbox serve

test: $(DEV) $(HTMX) ## set up what is missing and run the whole suite
	@$(PYTHON) -m tests.support.chromium
	@$(PYTHON) -m tests.support.redis
	@$(PYTHON) -m pytest -n $(WORKERS) $(SPREAD) $(ARGS)

check: lint types test ## everything a change has to pass

fmt: $(DEV) ## put the code in its usual form
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

words: $(DEV) ## write down the texts that translators begin from
	@$(PYTHON) -m tests.support.words

types: $(DEV) ## check the types
	@$(PYTHON) -m mypy

lint: $(DEV) ## check style and form
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .

bench: $(DEV) $(HTMX) ## measure speed on this machine
	@$(PYTHON) -m tests.bench $(ARGS)

# Webhooks in, server killed, and what was acknowledged counted: make crash ROUNDS=50 ARGS="--seed 7"
ROUNDS := 20

crash: $(DEV) $(HTMX) ## kill the server under load, again and again, and look for losses
	@$(PYTHON) -m tests.force --rounds $(ROUNDS) $(ARGS)

# make fuzz SECONDS=600 SEED=7, or REPLAY=file for a body that it saved
SECONDS := 60
SEED := 1
REPLAY :=

fuzz: $(DEV) $(HTMX) ## throw made-up webhooks at a real server
	@$(PYTHON) -m tests.fuzz --seconds $(SECONDS) --seed $(SEED) $(if $(REPLAY),--replay $(REPLAY))

# make contract CASES=500 SEED=7
CASES := 50

contract: $(DEV) $(HTMX) ## ask every operation of the API for what nobody has thought of
	@$(PYTHON) -m tests.fuzz.contract --cases $(CASES) --seed $(SEED) $(ARGS)

EXAMPLES := 500

properties: $(DEV) ## try many more orders of events than the suite does
	@INBOX_PROPERTY_EXAMPLES=$(EXAMPLES) $(PYTHON) -m pytest tests/conversations/test_order.py $(ARGS)

assets: $(HTMX) ## fetch the one script that pages need

wheel: $(HTMX) ## build the wheel, which runs by itself, in build/wheel
	@$(PYTHON) -m pip wheel --quiet --no-index --no-deps --no-build-isolation -w build/wheel .

clean: ## remove all that make made; your data stays
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/output
	find inbox tests -name __pycache__ -prune -exec rm -rf {} +

# Setting up

# After an upgrade of the system .venv/bin/python may lead nowhere; make then makes it anew, and
# nothing is installed in it, whatever the stamps say.
$(shell test -e $(PYTHON) || rm -f $(RUNTIME) $(DEV))

$(PYTHON):
	@found=; \
	for python in $(PYTHONS); do \
	  if $$python -c '$(USABLE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Inbox needs Python 3.11 or newer, with venv. Install it, then run make again:"; \
	  echo "  Debian, Ubuntu   sudo apt-get install -y python3 python3-venv"; \
	  echo "  Fedora           sudo dnf install -y python3"; \
	  echo "  macOS            brew install python"; \
	  echo "Or name one that is elsewhere: make PYTHONS=/path/to/python3 run"; \
	  exit 1; \
	fi >&2; \
	echo "==> Making an environment in .venv with $$($$found --version)"; \
	rm -rf .venv; $$found -m venv .venv || { rm -rf .venv; exit 1; }

$(RUNTIME): requirements.lock pyproject.toml $(PYTHON)
	@echo "==> Installing what Inbox runs on (some 70 MB, half a minute, only once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "==> Installing what its tests need (some 100 MB, half a minute, only once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# htmx comes inside a pinned and hashed wheel, of which only the script is kept.
HTMX_WHEEL := django-htmx==1.29.0

$(HTMX): assets.lock hatch_build.py | $(RUNTIME)
	@echo "==> Fetching htmx"
	@$(PYTHON) hatch_build.py

# Locking: the same versions as before where pyproject.toml allows, or make lock UPGRADE=--upgrade

UPGRADE :=
UV := build/lock/bin/uv
COMPILE := $(UV) pip compile --quiet --cache-dir build/lock/cache $(UPGRADE) --universal \
  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

$(UV): | $(PYTHON)
	@echo "==> Installing uv, which writes the locks, in build/lock"
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip install --quiet --no-input 'uv>=0.13'

lock: $(UV) ## pin and hash what pyproject.toml asks for
	@printf 'hatchling\neditables\n' | $(COMPILE) --extra media pyproject.toml - -o requirements.lock
	@$(COMPILE) --extra dev --extra media -c requirements.lock pyproject.toml -o requirements-dev.lock
	@echo '$(HTMX_WHEEL)' | $(COMPILE) --no-deps --only-binary :all: - -o assets.lock
	@echo "Locked: requirements.lock requirements-dev.lock assets.lock"
