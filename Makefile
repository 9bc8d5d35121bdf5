# Everything runs in .venv; the locked dependencies carry hashes.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
SOURCES := bots core storage embedded tests bench

.PHONY: run test check fmt readme samples bench chaos chaos-board chaos-table tables chaos-processes lock clean help
unexport PYTHONDONTWRITEBYTECODE # or every start would compile everything anew
.DELETE_ON_ERROR: # a half-made .venv is begun anew

run: .venv/run-ready ## serve the page, and the platforms whose tokens are set
	@exec $(BIN)/fabula run

test: .venv/test-ready ## all tests; ARGS="-k masks" for some of them
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS) # four for two processors: tests also wait

check: .venv/test-ready ## lint, types and layers
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: .venv/test-ready ## mend what the linter can mend
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

readme: .venv/test-ready ## write the README's table of commands, as the features are
	$(BIN)/python tests/readme.py

samples: .venv/test-ready ## draw the small pictures of the styles again, by the sketch artist
	PYTHONPATH=. $(BIN)/python tests/style_samples.py

# The table is kept in docs/benchmarks.md. Wants a quiet machine. See bench/__main__.py.
bench: .venv/test-ready ## what people feel, in milliseconds; ARGS="web" for a part of it
	$(BIN)/python -m bench $(ARGS)

# With fifty jobs over three platforms in flight each time.
chaos: .venv/test-ready ## twenty kills at random moments: is anything lost, or said or paid twice?
	PYTHONPATH=tests $(BIN)/python tests/chaos.py $(ARGS)

chaos-board: .venv/test-ready ## a kill at each commit of a whole brainstorm, on Telegram and on Discord: about ten minutes each
	FABULA_KILL_EVERYWHERE=1 $(BIN)/python -m pytest -q -s tests/test_board_killed.py -k all_over $(ARGS)

chaos-table: .venv/test-ready ## ten kills while a table is made: is a row lost, or made twice?
	PYTHONPATH=.:tests $(BIN)/python tests/chaos_batch.py $(ARGS)

# By the page, the API, Telegram, Discord and the command line. ARGS="page --rows 100 --kills 10" for one of them, killed on its way.
tables: .venv/test-ready ## a thousand rows of odd cells by each of five roads: does every cell come back as it was?
	$(BIN)/python -m bench.tables $(ARGS)

chaos-processes: .venv/test-ready ## twenty kills and stops of processes that share PostgreSQL: is anything lost, or done twice?
	PYTHONPATH=.:tests $(BIN)/python tests/chaos_processes.py $(ARGS)

# For every supported Python.
lock: .venv/test-ready ## pin the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --upgrade --extra embedded pyproject.toml requirements/build.in -o requirements/run.txt
	echo 'psycopg[binary]>=3.3,<4' | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --upgrade - -c requirements/run.txt -o requirements/postgresql.txt
	echo 'obstore>=0.12,<0.13' | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --upgrade - -c requirements/run.txt -o requirements/s3.txt
	echo 'opentelemetry-sdk>=1.45,<2 opentelemetry-exporter-otlp-proto-http>=1.45,<2' | tr ' ' '\n' | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --upgrade - -c requirements/run.txt -o requirements/traces.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --upgrade --extra embedded --extra dev pyproject.toml requirements/build.in -o requirements/test.txt

clean: ## remove what was installed and built here, never the data
	rm -rf .venv build *.egg-info

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

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
