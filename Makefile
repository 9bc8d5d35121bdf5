# Everything runs in .venv; the locked dependencies carry hashes.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
SOURCES := bots core storage embedded tests bench

.PHONY: run test check fmt readme bench chaos lock clean
unexport PYTHONDONTWRITEBYTECODE # or every start would compile everything anew
.DELETE_ON_ERROR: # a half-made .venv is begun anew

run: .venv/run-ready
	@exec $(BIN)/fabula run

test: .venv/test-ready
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS) # four for two processors: tests also wait

check: .venv/test-ready
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: .venv/test-ready
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# Writes the table of commands into the README, as the features are.
readme: .venv/test-ready
	$(BIN)/python tests/readme.py

# What people feel: a table, kept in docs/benchmarks.md. Wants a quiet machine. ARGS="web" measures a part of it: see bench/__main__.py.
bench: .venv/test-ready
	$(BIN)/python -m bench $(ARGS)

# Twenty kills at random moments, with fifty jobs over three platforms in flight each.
chaos: .venv/test-ready
	PYTHONPATH=tests $(BIN)/python tests/chaos.py $(ARGS)

# Resolves the newest versions that pyproject.toml allows, for every supported Python.
lock: .venv/test-ready
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --upgrade pyproject.toml requirements/build.in -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --upgrade --extra dev pyproject.toml requirements/build.in -o requirements/test.txt

clean:
	rm -rf .venv build *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Fabula needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is incomplete here. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run-ready: pyproject.toml requirements/run.txt | .venv/bin/python
	@echo "Setting up; this takes about a minute, once."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

.venv/test-ready: pyproject.toml requirements/test.txt .venv/run-ready
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
