# Everything runs in .venv, which is set up on the way; only Python with pip and venv is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Setting up is done again when what is asked for changes.
HOST := $(VENV)/.host
DEV := $(VENV)/.dev
BENCH := $(VENV)/.bench
PARALLEL := --numprocesses=logical --dist=loadfile
PROJECTS := pyproject.toml greeter/pyproject.toml

.PHONY: help greet test coverage lint docs bench compatibility soak clean

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

greet: $(HOST) ## Set up .venv and greet the universe in all four languages
	$(BIN)/greeter english
	$(BIN)/greeter chinese
	$(BIN)/greeter swedish
	$(BIN)/greeter russian

test: $(DEV) ## Set up .venv and run every test
	$(BIN)/pytest $(PARALLEL)

coverage: $(DEV) ## Run every test, and tell which lines and branches none of them reaches
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PARALLEL)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

lint: $(DEV) ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

docs: $(DEV) ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -q -W -b html docs docs/_build/html

bench: $(BENCH) ## Measure hotplug beside its peers, into benchmarks/results
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/catalog.py
	$(BIN)/python benchmarks/opening.py
	$(BIN)/python benchmarks/calling.py
	$(BIN)/python benchmarks/crashing.py
	$(BIN)/python benchmarks/contract/corpus.py

compatibility: $(BENCH) ## Open hundreds of popular wheels, and run programs on them, into benchmarks/results
	$(BIN)/python benchmarks/compatibility/wheels.py
	$(BIN)/python benchmarks/compatibility/programs.py
	$(BIN)/python benchmarks/compatibility/programs.py --boundary process

soak: $(DEV) ## Run what takes long in full
	HOTPLUG_SOAK=1 $(BIN)/pytest -m soak -o faulthandler_timeout=0 $$(grep -rl --include=*.py mark.soak tests)

clean: ## Remove what was set up and built
	rm -rf $(VENV) .nox dist docs/_build .coverage* .compatibility

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("hotplug needs Python 3.11 or later, this is " + sys.version.split()[0] + ": make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(HOST): $(VENV)/bin/python $(PROJECTS)
	$(BIN)/pip install --quiet --editable . --editable greeter
	@touch $@

$(DEV): $(HOST)
	$(BIN)/pip install --quiet --group dev
	@touch $@

$(BENCH): $(DEV)
	$(BIN)/pip install --quiet --group bench
	@touch $@
