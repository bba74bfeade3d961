# Two commands matter: `make demo` and `make test`. Both set up `.venv` themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HAVE_JAVA := $(shell java -version >/dev/null 2>&1 && echo yes)
TEST_EXTRAS := dev$(if $(HAVE_JAVA),$(comma)spark)
comma := ,

.PHONY: demo test lint bench clean

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "yingjiu needs Python 3.11 or newer / 需要 Python 3.11 或更高版本: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml hatch_build.py package.json package-lock.json
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml hatch_build.py package.json package-lock.json
	$(BIN)/python -m pip install --quiet --editable '.[$(TEST_EXTRAS)]'
	touch $@ $(VENV)/.demo

$(VENV)/.bench: $(BIN)/python pyproject.toml hatch_build.py package.json package-lock.json
	$(BIN)/python -m pip install --quiet --editable '.[dev,bench]'
	touch $@

demo: $(VENV)/.demo
	$(BIN)/yingjiu demo

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/pytest -n 2 --dist loadgroup

bench: $(VENV)/.bench
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) var build dist
