# SIPAS. `make help` lists the targets; `make run` and `make test` are all that a newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Test files run beside each other, two for each processor, at most four: many wait for a browser, which takes 300 MB.
BESIDE := -n $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 2 ] && n=2; echo $$((2 * n))) --dist loadfile --no-loadscope-reorder

# One stamp for each lock file: an environment that fits is not touched again (no pip, ready at once).
RUN_STAMP := $(VENV)/.run-$(shell sha256sum requirements.lock 2>/dev/null | cut -c1-16)
DEV_STAMP := $(VENV)/.dev-$(shell sha256sum requirements-dev.lock 2>/dev/null | cut -c1-16)

# Compiled modules are kept: a start that compiles all of them anew takes a third longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo test soak lint format check bench pictures lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing; type: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "SIPAS needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "venv is missing; type: apt-get install python3-venv"; exit 1; }

# A stamp of the test environment covers the run environment too: its lock file holds the same versions.
$(RUN_STAMP): | $(BIN)/python
	@if ls $(VENV)/.dev-* >/dev/null 2>&1 && [ -e $(DEV_STAMP) ]; then touch $@; else \
	echo "Installing libraries (once, about a minute) …"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && touch $@; fi

$(DEV_STAMP): | $(BIN)/python
	@echo "Installing libraries and tools of the tests (once, one or two minutes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(RUN_STAMP) ## start the system on SIPAS_DATA (default: data/) and print its addresses
	@exec $(BIN)/python -m survey serve

demo: $(RUN_STAMP) ## fill data-demo/ with a simulated year of xã Ea Ral and start on it
	@SIPAS_DATA=$${SIPAS_DATA:-data-demo} $(BIN)/python -m survey demo
	@SIPAS_DATA=$${SIPAS_DATA:-data-demo} exec $(BIN)/python -m survey serve

test: lint ## install what the tests need and run all of them, on SQLite and on PostgreSQL
	@bash tests/packages.sh
	$(BIN)/python -m pytest $(BESIDE)
	$(BIN)/python -m pytest $(BESIDE) --database=postgresql -m "not browser" tests/survey tests/kiosk tests/rules/test_migrations.py tests/rules/test_logs.py

soak: $(DEV_STAMP) ## the long tests with the full figures (hours)
	@bash tests/packages.sh --soak
	$(BIN)/python -m pytest --soak -m soak
	$(BIN)/python -m pytest --soak --database=postgresql -m soak tests/hard/test_replays.py
	$(BIN)/python -m pytest $(BESIDE) --database=postgresql -m "not browser" tests/web tests/rules
	for moment in 2027-01-02T09:00 2027-12-31T23:30 2028-02-29T09:00; do \
	$(BIN)/python -m pytest $(BESIDE) -m "not browser" --clock=$$moment+07:00 tests/survey tests/kiosk tests/web || exit 1; done

lint: $(DEV_STAMP) ## style, types, layers, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

format: $(DEV_STAMP) ## write the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint test ## everything that is checked before a change lands

bench: $(DEV_STAMP) ## speed, as ratios against a baseline of the same run
	$(BIN)/python benchmarks/submissions.py
	$(BIN)/python -m benchmarks.officer_pages

pictures: $(DEV_STAMP) ## take the pictures of the documentation anew, on the simulated year
	@bash tests/packages.sh
	PYTHONPATH=tests $(BIN)/python tests/pictures.py
	PYTHONPATH=tests $(BIN)/python tests/paper_pictures.py

lock: ## renew both lock files from pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra postgres -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra postgres --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove the environment and caches; data folders stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dist build
