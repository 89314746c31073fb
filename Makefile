PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

CHECKERS := .checkers

.PHONY: help install demo run test check-deploy lint format bench soak lock clean

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Heliograph needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

install: $(STAMP)  ## make .venv and fill it from the lock

demo: $(STAMP)  ## the bot and a chat page on this machine, no token needed
	@exec $(BIN)/heliograph demo

run: $(STAMP)  ## the real thing: HELIOGRAPH_TOKEN=... make run
	@exec $(BIN)/heliograph run

test: $(STAMP)  ## every test
	$(BIN)/python -m pytest -q -n 4 --dist worksteal

$(CHECKERS)/.installed: deploy/checkers.lock
	$(PYTHON) -m venv $(CHECKERS)
	$(CHECKERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/checkers.lock
	@touch $@

check-deploy: $(STAMP) $(CHECKERS)/.installed  ## the files of deploy/, read by the tools that they are for
	PATH="$(CURDIR)/$(CHECKERS)/bin:$$PATH" $(BIN)/python -m pytest -q tests/project/test_deploy.py tests/project/test_deploy_tools.py

lint: $(STAMP)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## figures as ratios to a floor in the same run
	$(BIN)/python -m tests.bench

soak: $(STAMP)  ## long random rounds: kills, faults, floods
	$(BIN)/python -m tests.soak

lock:  ## renew requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra postgres --extra sentry --extra dev -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o deploy/checkers.lock deploy/checkers.in

clean:
	rm -rf $(VENV) $(CHECKERS) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
