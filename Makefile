# Two commands for a newcomer: make demo, make test. Both set up .venv first, from uv.lock; test also the emulators of
# BigQuery and Google Cloud Storage, in an environment of their own.
PYTHON ?= $(shell .ci/find-python)
VENV := .venv
READY := $(VENV)/.ready
EMULATORS := .venv-emulators
EMULATORS_READY := $(EMULATORS)/.ready

.PHONY: drill demo test lab rehearse lint bench clean

demo: $(READY)  ## fill a simulated season, no account and no network needed
	$(VENV)/bin/python run_backfill.py

test: lint $(EMULATORS_READY)  ## every test, the notebooks under nbval among them
	$(VENV)/bin/python -m pytest

lab: $(READY)  ## step through the notebooks by hand; the runs' records are in reach
	$(VENV)/bin/jupyter lab --ServerApp.root_dir=. --LabApp.app_settings_dir=notebooks/.lab notebooks/r0_index.ipynb

rehearse: $(READY)  ## the plan's four out-of-order scenarios, each seen to stop
	$(VENV)/bin/python run_backfill.py rehearse

drill: $(READY)  ## in the demo's season every known fault, then thousands of mutants of data, bodies and queries
	$(VENV)/bin/python run_backfill.py drill
	$(VENV)/bin/python run_backfill.py drill --mutants 5000 --body-mutants 300 --code-mutants 500 --seed 1

lint: $(READY)  ## style, docstrings and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

bench: $(READY) .venv-sqlmesh .venv-dbt  ## how long a season takes, here and elsewhere; on an otherwise idle machine
	$(VENV)/bin/python -m benchmark

.venv-sqlmesh .venv-dbt: .venv-%: benchmark/%.txt $(READY)  # what is measured beside is no dependency
	$(VENV)/bin/uv venv --quiet --clear --python $(VENV)/bin/python $@
	$(VENV)/bin/uv pip install --quiet --python $@/bin/python -r $<
	touch $@

clean:  ## the demo and its runs; a season of your own is never touched
	rm -rf demo

$(READY): pyproject.toml uv.lock
	@test -n "$(PYTHON)"
	$(PYTHON) -c "import ensurepip" 2>/dev/null || .ci/install-venv
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	UV_PROJECT_ENVIRONMENT=$(VENV) $(VENV)/bin/uv sync --frozen --inexact --quiet --compile-bytecode
	touch $@

# bqemulator asks DuckDB for its spatial extension: from the package, not from the network, and not into the user's home.
$(EMULATORS_READY): tests/emulators/pyproject.toml tests/emulators/uv.lock $(READY)
	UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(EMULATORS) $(VENV)/bin/uv sync --project tests/emulators --python $(VENV)/bin/python --frozen --quiet --compile-bytecode
	mkdir -p $(EMULATORS)/home
	HOME=$(CURDIR)/$(EMULATORS)/home $(EMULATORS)/bin/python .ci/install-spatial
	touch $@
