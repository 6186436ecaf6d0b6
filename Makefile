# Two commands set everything up on a fresh machine: `make book` and `make test`.
PYTHON ?= python3
PRESET ?= quick
# Another Python has its own environment: `make test PYTHON=python3.13` keeps it in .venv-python3.13.
VENV ?= $(if $(filter python3,$(notdir $(PYTHON))),.venv,.venv-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
WORKERS ?= 2
CASES ?= 10000
# FAST=1 leaves out the tests that are marked as slow.
FAST ?=

# How a grid is run: laptop, gpu or slurm; and how far: runs, merge or book.
PROFILE ?= laptop
TARGET ?= merge

.PHONY: help book test lab bench grid grid-plan lint fuzz clean
.SILENT:

help:
	echo "make book   run the notebooks (PRESET=$(PRESET)) and build the HTML book"
	echo "make test   lint, types, tests, and every notebook at preset smoke; FAST=1 leaves out slow tests"
	echo "make lab    open the notebooks in JupyterLab"
	echo "make bench  measure speed, one JSON object per line"
	echo "make grid   many runs at once, of workflow/GRID.yaml (GRID=small, PROFILE=$(PROFILE), TARGET=$(TARGET))"
	echo "make grid-plan  measure what is not measured yet, then print jobs, hours and disk (GRID=actions)"
	echo "make fuzz   try damaged inputs (CASES=$(CASES)) and count what goes wrong"
	echo "make clean  remove what was built; finished runs stay"
	echo "Python is $(PYTHON), its environment $(VENV); another one: make test PYTHON=python3.13"

book: $(VENV)/.book
	$(BIN)/pose-lib build --preset $(PRESET)

# Tests run side by side, so each takes one thread; notebooks run at the smallest preset (conftest.py).
test: lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope \
		$(if $(FAST),-m "not slow") --nbval-lax --nbval-current-env tests notebooks

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: $(VENV)/.lab
	$(BIN)/jupyter lab notebooks

bench: $(VENV)/.book
	$(BIN)/python -m benchmarks

grid: GRID = small
grid: $(VENV)/.book $(VENV)-grid/.ready
	$(VENV)-grid/bin/snakemake --snakefile workflow/Snakefile --profile workflow/profiles/$(PROFILE) \
		--config grid=workflow/$(GRID).yaml pose_lib=$(BIN)/pose-lib preset=$(PRESET) -- $(TARGET)

grid-plan: GRID = actions
grid-plan: $(VENV)/.book
	$(BIN)/pose-lib grid measure workflow/$(GRID).yaml
	$(BIN)/pose-lib grid plan workflow/$(GRID).yaml --rates workflow/rates.yaml

# Snakemake has an environment of its own; workflow/requirements.txt says why.
$(VENV)-grid/.ready: workflow/requirements.txt
	$(PYTHON) -m venv $(VENV)-grid
	echo "Installing Snakemake in $(VENV)-grid, about a minute"
	$(VENV)-grid/bin/python -m pip install --disable-pip-version-check --quiet --progress-bar off -r $<
	touch $@

fuzz: $(VENV)/.test
	PYTHONPATH=tests $(BIN)/python -m fuzz --cases $(CASES)

clean:
	rm -rf _build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	echo "Making an environment in $(VENV)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.book: EXTRAS = book
$(VENV)/.test: EXTRAS = book,human36m,test
$(VENV)/.lab: EXTRAS = book,human36m,test,lab

# pip works in the background and writes to a log, of which the last line is shown every few seconds.
$(VENV)/.book $(VENV)/.test $(VENV)/.lab: pyproject.toml constraints.txt | $(BIN)/python
	echo "Installing the package with [$(EXTRAS)], one or two minutes the first time"
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off \
		-c constraints.txt -e '.[$(EXTRAS)]' > $(VENV)/install.log 2>&1 & pip=$$!; \
	while kill -0 $$pip 2>/dev/null; do \
		waited=$$((waited + 1)); \
		if [ $$((waited % 10)) -eq 0 ]; then \
			echo "  $$waited s:$$(grep -v '^ *WARNING' $(VENV)/install.log | tail -n 1 | cut -c 1-80)"; \
		fi; \
		sleep 1; \
	done; \
	wait $$pip || { tail -n 30 $(VENV)/install.log; echo "pip failed; all it said is in $(VENV)/install.log"; exit 1; }
	touch $@
