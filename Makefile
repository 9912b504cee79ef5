# Everything a person does with a checkout of Caseway. It needs Python 3.11 or newer with pip, and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv
WORKERS ?= 2

# The first of these that is new enough and can make environments. `make install PYTHON=...` names another.
PYTHONS := python3.11 python3 python3.12 python3.13 python3.14
FITS := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))

.PHONY: help install run demo test prove check format docs bench lock clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

install: $(VENV)/installed  ## Make .venv with everything that requirements.lock names

run: install  ## Load the reference data and serve API, pages and worker
	@$(BIN)/caseway run

demo: install  ## Play the demonstration and print one request's whole life
	@$(BIN)/caseway demo

test: install  ## Run the tests on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

prove: install  ## Run the tests with the long proofs at full size
	@CASEWAY_PROOF=whole $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: install  ## Check format, lint, types and the directions of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_house.py

format: install  ## Put the code into the one format and mend what lint can mend
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

docs: install  ## Write the JSON Schemas and the reference page of the definition format anew
	@$(BIN)/python -m docs.generate

bench: install  ## Measure the speed as ratios taken in one run
	@$(BIN)/python -m tests.bench

lock:  ## Write requirements.lock anew with the newest versions that pyproject.toml allows
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: python3 -m pip install uv, or make lock UV=/its/path"; exit 1; }
	@$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

clean:  ## Remove .venv and all caches; the embedded home stays
	@rm -rf $(VENV) dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: requirements.lock pyproject.toml
	@python=; for one in $(PYTHON) $(PYTHONS); do \
		if "$$one" -c '$(FITS)' >/dev/null 2>&1; then python=$$one; break; fi; done; \
	if [ -z "$$python" ]; then \
		echo "Caseway needs Python 3.11 or newer with venv and pip; found: $$(python3 --version 2>&1 || echo no python3)."; \
		echo "Install one (Debian: apt install python3 python3-venv), or name it: make install PYTHON=/path/to/python3.12"; \
		exit 1; fi; \
	echo "Making $(VENV) with $$("$$python" --version)"; "$$python" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
