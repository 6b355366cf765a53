# Leeward. A newcomer needs two commands: `make run` and `make test`. `make` alone lists the others.

PYTHON  ?= python3
WORKERS ?= 2
PORT    ?= 8642

VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
TOOLS  := $(VENV)/.tools
PYTEST := $(BIN)/python -m pytest --quiet --numprocesses $(WORKERS)

.PHONY: help run test test-long check bench docs pictures sandbox spark clean
.DEFAULT_GOAL := help

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: $(READY) ## open a demo ward of made-up people in the browser (another port: make run PORT=8700)
	@$(BIN)/leeward serve --demo --open --port $(PORT)

test: $(TOOLS) ## layering and the whole test suite
	@$(PYTEST)

test-long: $(TOOLS) ## the long properties: a million generated cases
	@LEEWARD_LONG=1 $(PYTEST) -m long

check: $(TOOLS) ## style, format, types and layering
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --diff .
	@$(BIN)/pyright --warnings
	@$(BIN)/lint-imports --no-logo --no-cache

bench: $(TOOLS) ## measure speed (three minutes, and 7 GB of answers in the temporary folder)
	@$(BIN)/python benchmarks/run.py

docs: $(TOOLS) ## write the generated pages and the transcripts anew
	@$(BIN)/python scripts/write_reference.py
	@$(BIN)/python scripts/write_transcripts.py

pictures: $(TOOLS) ## take the pictures of the demo tour anew (needs Chromium)
	@$(BIN)/python scripts/write_screenshots.py

# A record system that others wrote, to try the cards in; tests/journeys/test_cds_hooks_sandbox.py drives it.
SANDBOX_FROM ?= https://github.com/cds-hooks/sandbox
SANDBOX_AT   := 3b7e255

sandbox: ## build the CDS Hooks sandbox for its test (once; needs git, npm and the network)
	@rm -rf .sandbox && git clone --quiet $(SANDBOX_FROM) .sandbox && git -C .sandbox checkout --quiet $(SANDBOX_AT)
	@cd .sandbox && npm ci --ignore-scripts --silent --no-audit --no-fund && \
	  { npx --no-install webpack --config webpack.config.prod.js >build.log 2>&1 || { cat build.log >&2; exit 1; }; }
	@rm -rf .sandbox/node_modules

spark: $(TOOLS) ## install PySpark for its tests (once; half a gigabyte, and needs Java 17)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[spark]'

clean: ## remove what these commands made
	@rm -rf $(VENV) .sandbox dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests benchmarks scripts -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# The virtual environment is made once, and again when pyproject.toml changes; nothing else here uses the network.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Leeward needs Python 3.11 or newer, and '$(PYTHON)' is not: install it, or name one, as in 'make PYTHON=python3.12 run'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "'$(PYTHON)' cannot make virtual environments: install its venv module (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Setting up $(VENV) (once; needs the network) ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable .
	@touch $@

# What only tests, checks and docs need comes on top, so that `make run` stays small.
$(TOOLS): $(READY)
	@echo "Setting up the test tools (once; needs the network) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@if command -v npm >/dev/null; then \
	  npm install --prefix tests/fhir_validators --silent --no-audit --no-fund --no-package-lock --ignore-scripts >/dev/null 2>&1 || \
	    echo "The FHIR validators of npm could not be installed: their tests are skipped."; \
	else echo "Without npm the FHIR validators that others wrote for it are skipped."; fi
	@touch $@
